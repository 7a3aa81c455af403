#include "agent/resources/journald.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class JournaldTest : public ::testing::Test {
 protected:
  void SetUp() override { box_.systemd.Add("systemd-journald.service", "static", true); }
  JournaldResource Make(const std::string& use, const std::string& retention = "") {
    v1::Journald desired;
    desired.set_max_use(use);
    desired.set_max_retention(retention);
    return JournaldResource(desired, box_.host.get());
  }
  Box box_;
};

TEST_F(JournaldTest, WritesItsDropInAndRestartsTheReader) {
  JournaldResource journald = Make("2G", "2week");
  ASSERT_TRUE(box_.Apply(journald).ok());
  EXPECT_THAT(box_.Read(JournaldResource::kFile),
              HasSubstr("[Journal]\nSystemMaxUse=2G\nMaxRetentionSec=2week\n"));
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("restart systemd-journald.service"));
  EXPECT_TRUE(IsEmpty(PlanUnit(journald)));
  ASSERT_TRUE(box_.Apply(journald, "op-2").ok());
  EXPECT_EQ(box_.systemd.calls().size(), 1u);
}

TEST_F(JournaldTest, ARestartThatDidNotHappenIsStillToBeDone) {
  JournaldResource journald = Make("2G");
  box_.systemd.FailStart("systemd-journald.service", "no");
  EXPECT_FALSE(box_.Apply(journald).ok());
  EXPECT_THAT(box_.Read(JournaldResource::kFile), HasSubstr("SystemMaxUse=2G"));
  EXPECT_THAT(PathsOf(PlanUnit(journald)), ElementsAre("restart systemd-journald.service"));
  box_.systemd.FailStart("systemd-journald.service", "");
  ASSERT_TRUE(box_.Apply(journald, "op-2").ok());
  EXPECT_TRUE(IsEmpty(PlanUnit(journald)));
}

TEST_F(JournaldTest, NoValueCanBringALineOfItsOwn) {
  JournaldResource journald = Make("2G\nForwardToWall=yes");
  EXPECT_THAT(PlanUnit(journald).error(), HasSubstr("SystemMaxUse"));
  EXPECT_THAT(box_.systemd.calls(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace devstats::agent
