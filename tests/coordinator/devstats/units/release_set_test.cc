#include "coordinator/devstats/release_set.h"

#include <algorithm>
#include <map>
#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::IsSupersetOf;

spec::EnvironmentSpec TestEnvironment() {
  spec::EnvironmentSpec environment;
  environment.name = "test";
  environment.issuer = "letsencrypt-test";
  return environment;
}

std::map<std::string, SetStep> ByName(const spec::EnvironmentSpec& environment) {
  std::map<std::string, SetStep> out;
  for (const SetStep& step : ReleaseSetOf(environment)) out[step.name] = step;
  return out;
}

// All that must be true before a step, directly or not.
std::set<std::string> Before(const std::map<std::string, SetStep>& set, const std::string& name) {
  std::set<std::string> out;
  for (const std::string& need : set.at(name).needs) {
    out.insert(need);
    out.merge(Before(set, need));
  }
  return out;
}

TEST(ReleaseSet, EachStepNeedsEarlierOnesAlone) {
  std::set<std::string> seen;
  for (const SetStep& step : ReleaseSetOf(TestEnvironment())) {
    for (const std::string& need : step.needs) EXPECT_THAT(seen, Contains(need)) << step.name;
    EXPECT_TRUE(seen.insert(step.name).second) << step.name;
  }
}

// The order of the old procedure, with its mistakes mended: claims come before what mounts them, and nothing
// that uses the database before it has been looked at.
TEST(ReleaseSet, OrderIsThatOfTheProcedure) {
  const auto set = ByName(TestEnvironment());
  EXPECT_THAT(Before(set, "parameters"), IsSupersetOf({"secrets", "patroni", "patroni-ready"}));
  EXPECT_THAT(Before(set, "bootstrap"), IsSupersetOf({"parameters", "patroni-ready"}));
  EXPECT_THAT(Before(set, "projects"), IsSupersetOf({"bootstrap", "pvcs", "grafana-data"}));
  EXPECT_THAT(Before(set, "namespace"), ::testing::ElementsAre("capacity"));
  EXPECT_THAT(Before(set, "crons"), IsSupersetOf({"projects", "bootstrap"}));
  EXPECT_THAT(Before(set, "affiliations"), Contains("crons"));
  EXPECT_THAT(Before(set, "grafanas"), IsSupersetOf({"statics", "backups-pv", "projects"}));
  EXPECT_THAT(Before(set, "statics"), Contains("backups-pv"));
  EXPECT_THAT(Before(set, "ingress"), IsSupersetOf({"statics", "hosts"}));
  EXPECT_THAT(Before(set, "backups"), IsSupersetOf({"backups-pv", "projects"}));
}

TEST(ReleaseSet, EachPartOfTheChartIsInOneRelease) {
  spec::EnvironmentSpec environment = TestEnvironment();
  environment.reports = true;
  std::map<Part, std::string> releases;
  for (const SetStep& step : ReleaseSetOf(environment))
    for (const Part part : step.parts) EXPECT_TRUE(releases.emplace(part, step.name).second) << step.name;
  for (const Part on_demand : {Part::kBootstrap, Part::kProvisions})  // jobs, never objects of a release
    EXPECT_EQ(releases.count(on_demand), 0u);
}

TEST(ReleaseSet, WhatIsNotWantedIsNotThere) {
  spec::EnvironmentSpec environment = TestEnvironment();
  environment.issuer.clear();
  environment.api = false;
  environment.grafana_data = spec::GrafanaData::kInImage;
  const auto set = ByName(environment);
  for (const char* name : {"hosts", "api", "reports", "grafana-data"}) EXPECT_EQ(set.count(name), 0u) << name;
  EXPECT_EQ(UnitOf(environment, "crons"), "environments/test/crons");
  EXPECT_EQ(ReleaseOf(environment, "crons"), "devstats-test-crons");
}

}  // namespace
}  // namespace devstats::domain
