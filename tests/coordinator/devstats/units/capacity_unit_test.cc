#include "coordinator/devstats/units/capacity_unit.h"

#include "common/status.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CapacityUnitTest : public addons::UnitsTest {
 protected:
  CapacityUnitTest() {
    for (const char* name : {"devstats-test", "devstats-prod"}) SeedNamespace(name);
    SeedNode("node-1");
  }
  void SeedNode(const std::string& name) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Node"},
                {"metadata", {{"name", name}, {"labels", {{"node", "devstats-app"}}}}},
                {"status", {{"allocatable", {{"cpu", "8"}, {"memory", "4Gi"}, {"pods", "110"}}}}}});
  }
  static Json PodSpec(const std::string& memory, const std::string& restart) {
    return {
        {"restartPolicy", restart},
        {"nodeSelector", {{"node", "devstats-app"}}},
        {"containers", Json::array({{{"name", "c"}, {"resources", {{"requests", {{"memory", memory}}}}}}})}};
  }
  static Json Object(const std::string& api_version, const std::string& kind, const std::string& name_space,
                     const std::string& name, Json spec) {
    return {{"apiVersion", api_version},
            {"kind", kind},
            {"metadata", {{"name", name}, {"namespace", name_space}, {"labels", {{"app", name}}}}},
            {"spec", std::move(spec)}};
  }
  static Json Deployment(const std::string& name_space, const std::string& name, const std::string& memory) {
    return Object(
        "apps/v1", "Deployment", name_space, name,
        {{"replicas", 1},
         {"template", {{"metadata", {{"labels", {{"app", name}}}}}, {"spec", PodSpec(memory, "Always")}}}});
  }
  static Json Cron(const std::string& name_space, const std::string& name, const std::string& hour,
                   const std::string& memory) {
    return Object(
        "batch/v1", "CronJob", name_space, name,
        {{"schedule", absl::StrCat("0 ", hour, " * * *")},
         {"jobTemplate",
          {{"spec",
            {{"template",
              {{"metadata", {{"labels", {{"app", name}}}}}, {"spec", PodSpec(memory, "Never")}}}}}}}});
  }
  void SeedPod(const std::string& name_space, const std::string& name, const std::string& memory,
               const std::string& restart = "Always") {
    Json pod = Object("v1", "Pod", name_space, name, PodSpec(memory, restart));
    pod["spec"]["nodeName"] = "node-1";
    pod["status"] = {{"phase", "Running"}};
    kube_.Seed(pod);
  }
  std::string Refused() {
    CapacityUnit unit({.id = "capacity",
                       .name_space = "devstats-test",
                       .objects = [this]() -> absl::StatusOr<std::vector<Json>> { return objects_; }},
                      &kube_);
    const UnitPlan plan = PlanUnit(unit);
    EXPECT_THAT(plan.changes(), IsEmpty());
    warnings_ = {plan.warnings().begin(), plan.warnings().end()};
    EXPECT_EQ(plan.state(), plan.error().empty() ? UnitPlan::READY : UnitPlan::UNKNOWN);
    if (!plan.error().empty()) {
      EXPECT_THAT(plan.hint(), HasSubstr("label more nodes"));
    }
    return plan.error();
  }
  std::vector<Json> objects_{Deployment("devstats-test", "api", "1Gi")};
};

TEST_F(CapacityUnitTest, IsOpenWithRoom) {
  EXPECT_EQ(Refused(), "");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CapacityUnitTest, NamesLabelResourceWantedAndFree) {
  SeedPod("devstats-prod", "other", "3500Mi");
  EXPECT_EQ(Refused(), "api: 1 pod requests 1Gi of memory; nodes with node=devstats-app have 596Mi left");
}

TEST_F(CapacityUnitTest, WhatRunsOfTheEnvironmentCountsOnce) {
  objects_ = {Deployment("devstats-test", "api", "3Gi")};
  SeedPod("devstats-test", "api", "3Gi");
  EXPECT_EQ(Refused(), "");
}

// A node that is down keeps nothing out but what needs more room.
TEST_F(CapacityUnitTest, WhatStandsAlreadyIsNoReasonToRefuse) {
  objects_ = {Deployment("devstats-test", "api", "5Gi"), Cron("devstats-test", "sync", "3", "1Gi")};
  for (const Json& object : objects_) kube_.Seed(object);
  EXPECT_EQ(Refused(), "");
  EXPECT_THAT(warnings_, Contains(HasSubstr("no room for all that stands: api: 1 pod requests 5Gi")));
  objects_.push_back(Deployment("devstats-test", "more", "1Mi"));
  EXPECT_THAT(Refused(), HasSubstr("api: 1 pod requests 5Gi"));
}

TEST_F(CapacityUnitTest, CronsCountByTheirBusiestHourThoseOfOthersToo) {
  objects_ = {Cron("devstats-test", "a", "3", "2Gi"), Cron("devstats-test", "b", "4", "2Gi")};
  kube_.Seed(Cron("devstats-prod", "c", "4", "2Gi"));
  SeedPod("devstats-prod", "c", "2Gi", "Never");  // comes and goes: it is counted by its cron
  EXPECT_EQ(Refused(), "");
  objects_.push_back(Cron("devstats-test", "d", "4", "1Gi"));
  EXPECT_THAT(Refused(), HasSubstr("1 pod requests 1Gi of memory"));
}

// They wait for each other, but none of them for ever.
TEST_F(CapacityUnitTest, OfJobsOneOfEachKindMustFit) {
  const auto job = [](const char* name, const char* memory) {
    Json pod = Object("v1", "Pod", "devstats-test", name, PodSpec(memory, "Never"));
    pod["metadata"]["labels"]["type"] = "provision";
    return pod;
  };
  objects_ = {job("p1", "3Gi"), job("p2", "3Gi")};
  EXPECT_EQ(Refused(), "");
  objects_ = {job("p1", "5Gi"), Deployment("devstats-test", "api", "1Mi")};
  EXPECT_THAT(Refused(), HasSubstr("p1: 1 pod requests 5Gi of memory"));
}

}  // namespace
}  // namespace devstats::domain
