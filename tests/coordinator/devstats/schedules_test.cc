#include "coordinator/devstats/schedules.h"

#include "coordinator/devstats/environment.h"
#include "tests/coordinator/devstats/production.h"

namespace devstats::domain {
namespace {

using State = spec::ProjectSpec::State;

std::vector<spec::ProjectSpec> ScheduledProjects(std::vector<std::string> names) {
  std::vector<spec::ProjectSpec> projects;
  for (const std::string& name : names) {
    spec::ProjectSpec project;
    project.name = project.url = project.database = name;
    project.domains = {"test", "prod"};
    projects.push_back(project);
  }
  return projects;
}

TEST(Schedules, AreThoseOfProduction) {
  const spec::EnvironmentSpec prod = ProdEnvironment();
  const Schedules schedules = SchedulesOf(prod, ProductionProjects());
  int compared = 0;
  for (const ProductionRow& row : ProductionRows()) {
    const spec::ProjectSpec project = ProductionProject(row);
    if (!IsShown(project, prod) || row.at("suspendProd") == "1") continue;
    const Schedule& computed = schedules.at(project.name);
    EXPECT_EQ(computed.sync, row.at("cronProd")) << project.name;
    EXPECT_EQ(computed.affiliations, row.at("affCronProd")) << project.name;
    ++compared;
  }
  EXPECT_EQ(compared, 243);
}

// Upstream's list keeps for test what was computed when that environment still showed every project: but for
// five that had been suspended or archived before, and those added since, with copies of the last one's.
TEST(Schedules, AreThoseOfTestWhenItShowedAll) {
  const std::set<std::string> apart{"prestodb", "kubedl", "superedge", "nocalhost", "curve"};
  std::vector<spec::ProjectSpec> projects;
  Schedules wanted;
  for (const ProductionRow& row : ProductionRows()) {
    if (row.at("project") == "cadence") break;
    if (apart.contains(row.at("project"))) continue;
    spec::ProjectSpec project = ProductionProject(row);
    project.state = State::kActive;
    project.domains = {"test"};
    project.schedules.clear();
    projects.push_back(project);
    wanted[project.name] = {row.at("cronTest"), row.at("affCronTest")};
  }
  EXPECT_EQ(wanted.size(), 254u);
  const Schedules schedules = SchedulesOf(TestEnvironment(), projects);
  for (const auto& [name, schedule] : wanted) {
    EXPECT_EQ(schedules.at(name).sync, schedule.sync) << name;
    EXPECT_EQ(schedules.at(name).affiliations, schedule.affiliations) << name;
  }
}

TEST(Schedules, OfTestTodayAreSpreadOverItsTwelve) {
  std::vector<spec::ProjectSpec> shown;
  for (const spec::ProjectSpec& project : ProductionProjects()) {
    if (IsShown(project, TestEnvironment())) shown.push_back(project);
  }
  ASSERT_EQ(shown.size(), 12u);
  const Schedules schedules = SchedulesOf(TestEnvironment(), shown);
  EXPECT_EQ(schedules.at("cncf"), (Schedule{"4 3,9,15,21 * * *", "0 8 16 * *"}));
  EXPECT_EQ(schedules.at("opencontainers"), (Schedule{"32 3,9,15,21 * * *", "0 10 18 * *"}));
  EXPECT_EQ(schedules.at("godotengine"), (Schedule{"32 2,8,14,20 * * *", "0 6 11 * *"}));
}

TEST(Schedules, WhatIsNotShownTakesNoPlaceOfOthers) {
  auto projects = ScheduledProjects({"a", "b", "c", "d"});
  const Schedules two = SchedulesOf(ProdEnvironment(), ScheduledProjects({"a", "d"}));
  projects[1].schedules["prod"].suspend = true;
  projects[2].domains = {"test"};
  const Schedules four = SchedulesOf(ProdEnvironment(), projects);
  EXPECT_EQ(four.at("a"), two.at("a"));
  EXPECT_EQ(four.at("d"), two.at("d"));
  // Behind them, as the third and the fourth of four.
  const Schedules all = SchedulesOf(ProdEnvironment(), ScheduledProjects({"a", "d", "b", "c"}));
  EXPECT_EQ(four.at("b"), all.at("b"));
  EXPECT_EQ(four.at("c"), all.at("c"));
}

TEST(Schedules, WhereNothingCountsAllAreSpread) {
  auto projects = ScheduledProjects({"a", "b"});
  const Schedules counted = SchedulesOf(ProdEnvironment(), projects);
  for (auto& project : projects) project.domains.clear();
  EXPECT_EQ(SchedulesOf(ProdEnvironment(), projects), counted);
  EXPECT_TRUE(SchedulesOf(ProdEnvironment(), {}).empty());
}

TEST(Schedules, GivenOnesStandEachByItself) {
  auto projects = ScheduledProjects({"a", "b"});
  const Schedules computed = SchedulesOf(ProdEnvironment(), projects);
  projects[0].schedules["prod"].sync = "1 * * * *";
  projects[1].schedules["test"].sync = "2 * * * *";
  const Schedules last{{"a", {"3 * * * *", "4 4 * * 4"}}};
  const Schedules schedules = SchedulesOf(ProdEnvironment(), projects, last);
  EXPECT_EQ(schedules.at("a"), (Schedule{"1 * * * *", "4 4 * * 4"}));
  EXPECT_EQ(schedules.at("b"), computed.at("b"));
}

TEST(Schedules, AProjectInTheMiddleMovesNoOther) {
  const auto before = ProductionProjects();
  const Schedules last = SchedulesOf(ProdEnvironment(), before);
  auto after = before;
  after.insert(after.begin() + 100, ScheduledProjects({"fresh"})[0]);
  after.erase(after.begin() + 7);
  const Schedules next = SchedulesOf(ProdEnvironment(), after, last);
  EXPECT_EQ(next.size(), before.size());
  for (const auto& [name, schedule] : next) {
    if (name == "fresh") continue;
    EXPECT_EQ(schedule, last.at(name)) << name;
  }
  EXPECT_EQ(next.at("fresh"), SchedulesOf(ProdEnvironment(), after).at("fresh"));
}

}  // namespace
}  // namespace devstats::domain
