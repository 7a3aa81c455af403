#include "agent/resources/hostname.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HostnameTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.Write("/proc/sys/kernel/hostname", "provider-17\n");
    box_.Write("/etc/hostname", "provider-17\n");
  }
  HostnameResource Make(const std::string& name) {
    v1::Hostname desired;
    desired.set_name(name);
    return HostnameResource(desired, box_.host.get());
  }
  Box box_;
};

TEST_F(HostnameTest, SetsTheKernelAndTheFile) {
  HostnameResource hostname = Make("node-1");
  const UnitPlan plan = PlanUnit(hostname);
  EXPECT_THAT(PathsOf(plan), ElementsAre(HostnameResource::kFile, "kernel.hostname"));
  EXPECT_EQ(plan.changes(1).before(), "provider-17");
  ASSERT_TRUE(box_.Apply(hostname).ok());
  EXPECT_EQ(box_.Read("/etc/hostname"), "node-1\n");
  EXPECT_EQ(box_.Read("/proc/sys/kernel/hostname"), "node-1");
  EXPECT_TRUE(IsEmpty(PlanUnit(hostname)));
}

TEST_F(HostnameTest, CloudInitIsToldOnlyWhereItIs) {
  HostnameResource hostname = Make("node-1");
  ASSERT_TRUE(box_.Apply(hostname).ok());
  EXPECT_EQ(box_.Read(HostnameResource::kCloud), "<absent>");
  box_.Write("/etc/cloud/cloud.cfg", "preserve_hostname: false\n");
  const UnitPlan plan = PlanUnit(hostname);
  EXPECT_THAT(PathsOf(plan), ElementsAre(HostnameResource::kCloud));
  EXPECT_EQ(plan.changes(0).owner(), Change::ABSENT);
  ASSERT_TRUE(box_.Apply(hostname, "op-2").ok());
  EXPECT_THAT(box_.Read(HostnameResource::kCloud),
              HasSubstr("preserve_hostname: true\nmanage_etc_hosts: false\n"));
  EXPECT_EQ(box_.Read("/etc/cloud/cloud.cfg"), "preserve_hostname: false\n");
}

TEST_F(HostnameTest, DriftShowsExactlyItself) {
  HostnameResource hostname = Make("node-1");
  ASSERT_TRUE(box_.Apply(hostname).ok());
  box_.Write("/proc/sys/kernel/hostname", "other\n");
  EXPECT_THAT(PathsOf(PlanUnit(hostname)), ElementsAre("kernel.hostname"));
}

TEST_F(HostnameTest, WhatWasThereIsInTheInventory) {
  HostnameResource hostname = Make("node-1");
  ASSERT_TRUE(box_.Apply(hostname).ok());
  EXPECT_EQ((*box_.inventory->Find("file:/etc/hostname"))->before, "provider-17\n");
  EXPECT_EQ((*box_.inventory->Find("kernel:kernel.hostname"))->before, "provider-17");
}

TEST_F(HostnameTest, ANameThatIsNoneIsRefused) {
  for (const char* name : {"", "-x", "a b", "a\nb", "a/b"}) {
    HostnameResource hostname = Make(name);
    EXPECT_EQ(PlanUnit(hostname).state(), UnitPlan::UNKNOWN) << name;
  }
}

}  // namespace
}  // namespace devstats::agent
