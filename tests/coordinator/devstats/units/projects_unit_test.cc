#include "coordinator/devstats/units/projects_unit.h"

#include "tests/coordinator/devstats/units/environment_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ProjectsUnitTest : public EnvironmentTest {
 protected:
  ProjectsUnitTest() {
    AddProject("kubernetes", "gha");
    AddProject("prometheus", "prometheus");
    server_.On("FROM pg_catalog.pg_database", [this](const std::string&, const postgres::Parameters&) {
      postgres::Rows rows{{"datname", "size", "deadlocks"}, {}};
      for (const std::string& name : there_) rows.rows.push_back({name, "8192", "0"});
      return rows;
    });
  }

  void AddProject(const std::string& name, const std::string& database) {
    spec::ProjectSpec& project = projects_.emplace_back();
    project.name = name;
    project.database = database;
  }
  void AddDatabase(const std::string& name, bool provisioned) {
    there_.push_back(name);
    server_.AddDatabase(name);
    server_.Script(name, "CREATE TABLE public.gha_computed(metric text, dt timestamp)");
    if (provisioned)
      server_.Script(name, "INSERT INTO public.gha_computed VALUES ('provisioned', '2026-01-01 00:00:00')");
  }
  ProjectsUnit Make() {
    return ProjectsUnit("projects", {Access({{"PG_PASS", "test-pg-pass"}}), projects_, &store_});
  }
  std::vector<std::string> Queued() {
    std::vector<std::string> out;
    const auto jobs = store_.List({.environment = "test"});
    for (const jobs::Job& job : *jobs)
      out.push_back(absl::StrCat(job.kind, " ", job.project, " ", job.weight));
    return out;
  }

  std::vector<std::string> there_;
  std::vector<spec::ProjectSpec> projects_;
};

TEST_F(ProjectsUnitTest, QueuesThoseWithoutADatabaseOnce) {
  AddDatabase("gha", true);
  AddProject("linkerd", "linkerd");
  ProjectsUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN provision linkerd", "RUN provision prometheus"));
  const UnitPlan plan = PlanUnit(unit);
  ASSERT_TRUE(unit.Apply(plan, Context()).ok());
  ASSERT_TRUE(unit.Apply(plan, Context()).ok());  // as after a cut
  EXPECT_THAT(Queued(), UnorderedElementsAre("provision linkerd 1", "provision prometheus 1"));
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(ProjectsUnitTest, TheLargestGoesFirst) {
  ProjectsUnit unit = Make();
  ASSERT_TRUE(Apply(unit).ok());
  EXPECT_THAT(Queued(), UnorderedElementsAre("provision kubernetes 100", "provision prometheus 1"));
}

TEST_F(ProjectsUnitTest, WhatIsThereStaysAlone) {
  AddDatabase("gha", true);
  AddDatabase("prometheus", false);  // its flag is away while another job is at it
  ProjectsUnit unit = Make();
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(ProjectsUnitTest, ADatabaseWithoutTablesWasNeverFinished) {
  AddDatabase("gha", true);
  there_.push_back("prometheus");
  server_.AddDatabase("prometheus");
  ProjectsUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN provision prometheus"));
  EXPECT_THAT(PlanUnit(unit).changes(0).before(), HasSubstr("never finished"));
}

TEST_F(ProjectsUnitTest, ArchivedOnesAreLeftAlone) {
  AddDatabase("gha", true);
  projects_[1].state = spec::ProjectSpec::State::kArchived;
  ProjectsUnit unit = Make();
  EXPECT_THAT(Plan(unit), IsEmpty());
}

}  // namespace
}  // namespace devstats::domain
