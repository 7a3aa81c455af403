#include "agent/resources/services.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServicesTest : public ::testing::Test {
 protected:
  ServicesResource Make(const std::vector<std::string>& names) {
    v1::Services desired;
    desired.mutable_names()->Assign(names.begin(), names.end());
    return ServicesResource(desired, box_.host.get());
  }
  Box box_;
};

TEST_F(ServicesTest, RunNowAndAtEveryBoot) {
  box_.systemd.Add("containerd.service", "disabled");
  box_.systemd.Add("iscsid.socket", "enabled");
  ServicesResource services = Make({"containerd", "iscsid.socket"});
  ASSERT_TRUE(box_.Apply(services).ok());
  EXPECT_THAT(box_.systemd.calls(),
              ElementsAre("enable containerd.service", "start containerd.service", "start iscsid.socket"));
  EXPECT_TRUE(IsEmpty(PlanUnit(services)));
}

TEST_F(ServicesTest, AStaticUnitNeedsNoEnabling) {
  box_.systemd.Add("x.service", "static", true);
  ServicesResource services = Make({"x"});
  EXPECT_TRUE(IsEmpty(PlanUnit(services)));
}

TEST_F(ServicesTest, AStoppedServiceIsDrift) {
  box_.systemd.Add("x.service", "enabled", true);
  ServicesResource services = Make({"x"});
  ASSERT_TRUE(box_.systemd.Stop("x.service").ok());
  EXPECT_THAT(PathsOf(PlanUnit(services)), ElementsAre("start x.service"));
}

TEST_F(ServicesTest, AMaskIsSomebodysDecision) {
  box_.systemd.Add("x.service", "enabled");
  ASSERT_TRUE(box_.systemd.Mask("x.service").ok());
  ServicesResource services = Make({"x"});
  const UnitPlan plan = PlanUnit(services);
  EXPECT_EQ(plan.changes(0).path(), "unmask x.service");
  EXPECT_EQ(plan.changes(0).owner(), Change::FOREIGN);
  EXPECT_FALSE(MayAmend(plan, UnitPlan()));
  ASSERT_TRUE(box_.Apply(services).ok());
  EXPECT_TRUE(IsEmpty(PlanUnit(services)));
}

TEST_F(ServicesTest, AFailureCarriesTheUnitsLastWords) {
  box_.systemd.Add("x.service", "enabled");
  box_.systemd.FailStart("x.service", "cannot bind port");
  ServicesResource services = Make({"x"});
  EXPECT_THAT(std::string(box_.Apply(services).status().message()), HasSubstr("cannot bind port"));
}

TEST_F(ServicesTest, OneThatStartsAndFailsAtOnceIsAFailureToo) {
  box_.systemd.Add("x.service", "enabled");
  box_.systemd.on_change = [this](const std::string& verb, const std::string& unit) {
    if (verb != "start") return;
    box_.systemd.Fail(unit, "panic: no config");
  };
  ServicesResource services = Make({"x"});
  EXPECT_THAT(std::string(box_.Apply(services).status().message()), HasSubstr("panic: no config"));
}

TEST_F(ServicesTest, AnUnknownUnitFailsThePlan) {
  ServicesResource services = Make({"containrd"});
  EXPECT_THAT(PlanUnit(services).error(), HasSubstr("no unit containrd.service"));
}

}  // namespace
}  // namespace devstats::agent
