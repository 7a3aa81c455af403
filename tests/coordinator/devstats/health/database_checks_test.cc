#include "coordinator/devstats/health/database_checks.h"

#include "gmock/gmock.h"
#include "tests/coordinator/devstats/health/health_fixture.h"
#include "tests/coordinator/devstats/postgres/devstats_data.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DatabaseChecksTest : public ::testing::Test {
 protected:
  DatabaseChecksTest() {
    postgres_.SetTime(now());
    postgres::AddLogsDatabase(&postgres_);
    for (const char* name : {"keda", "flux"}) {
      postgres::AddProjectDatabase(&postgres_, name);
      postgres::SetFlag(&postgres_, name, "provisioned", now() - absl::Hours(48));
      Synced(name, now() - absl::Hours(1));
      Parsed(name, now() - absl::Hours(2));
    }
  }
  absl::Time now() const { return world_.now; }
  void Synced(const std::string& project, absl::Time at) {
    postgres::AddLog(&postgres_, at, "devstats", "", absl::StrCat("Synced ", project, ", took: 5m"));
  }
  void Parsed(const std::string& database, absl::Time hour) {
    postgres_.Script(
        database, absl::StrCat("INSERT INTO public.gha_parsed VALUES ('", postgres::AsWritten(hour), "')"));
  }
  Flags AllFlags() { return postgres::FlagsEverywhere(postgres_, {"devstats", "keda", "flux"}, 1); }
  Finding Syncs() {
    const FixedClock clock(now());
    const auto syncs = LookAtSyncs(
        postgres_, world_.projects, clock, [] { return true; }, 2);
    return SyncsFinding(syncs, world_.projects, *ListCrons(world_.kube, HealthyCluster::kSpace), AllFlags(),
                        now());
  }
  HealthyCluster world_;
  postgres::FakePostgres postgres_;
};

TEST_F(DatabaseChecksTest, ComparesDatabasesWithTheProjects) {
  std::vector<postgres::DatabaseInfo> present = {
      {"devstats", 1 << 20}, {"keda", 1 << 20}, {"flux"}, {"postgres"}};
  EXPECT_THAT(DatabasesFinding(present, world_.projects, AllFlags()).problems, IsEmpty());
  present[2].name = "old";
  world_.projects[1].state = spec::ProjectSpec::State::kArchived;  // keeps its data
  postgres_.Script("keda", "DELETE FROM public.gha_computed");
  const Finding finding = DatabasesFinding(present, world_.projects, AllFlags());
  EXPECT_THAT(finding.problems,
              ElementsAre("flux is missing", "old is no project's", "keda is not provisioned"));
  EXPECT_THAT(finding.text, HasSubstr("1 of 2 projects' are there"));
}

TEST_F(DatabaseChecksTest, TellsFlagsThatAreLeftBehind) {
  EXPECT_EQ(FlagsFinding(AllFlags()).text, "none is set");
  postgres::SetFlag(&postgres_, "flux", "devstats_running", now() - absl::Hours(2));
  postgres::SetLock(&postgres_, "giant_lock", "restore-17", now() - absl::Hours(41));
  const Finding finding = FlagsFinding(AllFlags());
  EXPECT_EQ(finding.text, "2 set");
  EXPECT_THAT(finding.problems, ElementsAre("giant_lock in devstats, 41h, held by restore-17: left behind"));
}

TEST_F(DatabaseChecksTest, TellsSessionsThatWaitAndDeadlocks) {
  EXPECT_EQ(SessionsFinding(std::vector<postgres::BlockedSession>(), {{"keda", 1, 0}}).text,
            "none waits for another");
  const Finding finding = SessionsFinding(
      std::vector<postgres::BlockedSession>{
          {.pid = 7, .blockers = {5}, .database = "keda", .user = "gha_admin", .waits = absl::Minutes(5)}},
      {{"flux", 1, 3}, {"keda", 1, 0}});
  EXPECT_EQ(finding.text, "some wait for others; deadlocks until now: flux 3");
  EXPECT_THAT(finding.problems, ElementsAre("gha_admin in keda (7) waits for 5m on 5"));
}

TEST_F(DatabaseChecksTest, TellsTablesThatWillTakeNoMoreColumns) {
  EXPECT_THAT(TablesFinding({{"keda", std::vector<postgres::WideTable>()},
                             {"gone", absl::NotFoundError("told elsewhere")}})
                  .problems,
              IsEmpty());
  EXPECT_THAT(TablesFinding({{"flux", absl::UnavailableError("no answer")},
                             {"keda", std::vector<postgres::WideTable>{{"public", "shcom", 1450}}}})
                  .problems,
              ElementsAre("flux: no answer",
                          "keda: public.shcom has used 1450 of 1600 columns, dropped ones among them"));
}

TEST_F(DatabaseChecksTest, AHealthySyncIsFreshByItsSchedule) {
  const Finding finding = Syncs();
  EXPECT_THAT(finding.problems, IsEmpty());
  EXPECT_EQ(finding.text, "of 2 projects 2 healthy, 0 at work; the oldest data end 2h ago");
}

TEST_F(DatabaseChecksTest, TellsSyncsThatAreLateFailedOrOfOldData) {
  postgres_.Script("devstats", "DELETE FROM public.gha_logs");
  postgres_.Script("flux", "DELETE FROM public.gha_parsed");
  Synced("keda", now() - absl::Hours(10));
  postgres::AddLog(&postgres_, now() - absl::Hours(1), "devstats", "",
                   "Error result for flux (took 5m): exit 1");
  Parsed("flux", now() - absl::Hours(24));
  const auto problems = Syncs().problems;
  ASSERT_EQ(problems.size(), 3u) << Syncs().text;
  EXPECT_EQ(problems[0], "keda: was last synced 10h ago");
  EXPECT_THAT(problems[1], HasSubstr("flux: sync failed 1h ago: Error result for flux"));
  EXPECT_EQ(problems[2], "flux: its data end 1d ago");

  // A sync that is at work decides it anew; one that is suspended or archived owes none.
  postgres::SetFlag(&postgres_, "flux", "devstats_running", now() - absl::Hours(1));
  ASSERT_TRUE(SuspendCrons(world_.kube, HealthyCluster::kSpace, {"sync"}, "ann", now()).ok());
  EXPECT_THAT(Syncs().problems, IsEmpty());
}

TEST_F(DatabaseChecksTest, ANewProjectHasTimeForItsFirstSync) {
  postgres_.Script("devstats", "DELETE FROM public.gha_logs");
  for (const char* name : {"keda", "flux"}) postgres_.Script(name, "DELETE FROM public.gha_computed");
  postgres::SetFlag(&postgres_, "keda", "provisioned", now() - absl::Hours(1));
  postgres::SetFlag(&postgres_, "flux", "provisioned", now() - absl::Hours(10));
  EXPECT_THAT(Syncs().problems, ElementsAre("flux: was never synced"));
}

TEST_F(DatabaseChecksTest, WhatDoesNotAnswerIsAProblem) {
  EXPECT_THAT(PatroniFinding(absl::UnavailableError("no member answers")).problems,
              ElementsAre("no member answers"));
  EXPECT_THAT(BootstrapFinding(absl::UnavailableError("x")).problems, ElementsAre("x"));
  postgres::BootstrapState state;
  state.missing.push_back({postgres::ItemKind::kTable, "devstats", "gha_logs", ""});
  EXPECT_THAT(BootstrapFinding(state).problems, ElementsAre(HasSubstr("gha_logs")));
}

}  // namespace
}  // namespace devstats::domain
