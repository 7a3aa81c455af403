#include "coordinator/devstats/units/bootstrap_unit.h"

#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/bootstrap_items.h"
#include "coordinator/devstats/postgres/scram.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/devstats/units/environment_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A server that is known by its facts (postgres/bootstrap_items.h): the statement of an item makes its facts.
class BootstrapUnitTest : public EnvironmentTest {
 protected:
  BootstrapUnitTest() {
    for (const postgres::Wanted& wanted : postgres::WantedItems(false)) {
      all_.insert(wanted.facts.begin(), wanted.facts.end());
      if (wanted.statement.empty()) continue;
      server_.On(wanted.statement, [this, facts = wanted.facts](const auto&, const auto&) {
        const absl::MutexLock lock(&mu_);
        facts_.insert(facts.begin(), facts.end());
        return postgres::Rows();
      });
    }
    // The types are known by what is said of their absence.
    for (std::string wrong : postgres::WrongTypes(all_)) {
      absl::StrReplaceAll({{"column ", "type "}, {" is not of type ", " "}}, &wrong);
      all_.insert(wrong);
    }
    server_.On("pg_authid", [this](const auto&, const auto&) { return Roles(); });
    Answer("SELECT 'database '", {"database ", "grant "});
    Answer("SELECT 'schema '", {"schema "});
    Answer("WITH may AS", {"select "});
    Answer("WITH ours AS",
           {"relation ", "owner ", "column ", "type ", "default ", "key ", "index ", "link "});
  }

  // The facts that begin so.
  void Answer(const std::string& statement, std::vector<std::string> kinds) {
    server_.On(statement, [this, kinds = std::move(kinds)](const auto&, const auto&) {
      postgres::Rows rows;
      const absl::MutexLock lock(&mu_);
      for (const std::string& fact : facts_)
        for (const std::string& kind : kinds)
          if (absl::StartsWith(fact, kind)) rows.rows.push_back({fact});
      return rows;
    });
  }
  postgres::Rows Roles() {
    postgres::Rows rows;
    const absl::MutexLock lock(&mu_);
    for (const char* role : {postgres::kAdminRole, postgres::kReadRole, postgres::kTeamRole}) {
      const std::string name = absl::StrCat("role ", role);
      if (facts_.count(name) == 0) continue;
      rows.rows.push_back({role, facts_.count(name + " login") ? "t" : "f",
                           facts_.count(name + " createdb") ? "t" : "f", verifier_});
    }
    return rows;
  }
  void Set(const postgres::Facts& facts) {
    const absl::MutexLock lock(&mu_);
    facts_ = facts;
  }
  BootstrapUnit Make() {
    return BootstrapUnit(
        "bootstrap",
        {.access = Access({{"PG_PASS", "pass"}, {"PG_PASS_RO", "pass"}, {"PG_PASS_TEAM", "pass"}}),
         .jobs = &store_,
         .patience = patience_});
  }
  std::vector<jobs::Job> JobsOf() { return *store_.List({.environment = "test", .kind = "bootstrap"}); }
  // Plays the dispatcher for the next job: when there is one, it ends so.
  std::thread EndJob(jobs::JobState state, const postgres::Facts& leaves) {
    return std::thread([this, state, leaves] {
      EXPECT_TRUE(Eventually([this] { return !JobsOf().empty(); }));
      const std::string id = JobsOf().front().id;
      Set(leaves);
      EXPECT_TRUE(store_.Intend(id, "devstats-test").ok());
      EXPECT_TRUE(store_.End(id, state, "exit 1", "").ok());
    });
  }

  absl::Mutex mu_;
  postgres::Facts facts_, all_;
  const std::string verifier_ = *postgres::NewVerifier(Secret("x"));
};

TEST_F(BootstrapUnitTest, AsksForNothingWhereAllIsThere) {
  Set(all_);
  BootstrapUnit unit = Make();
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(BootstrapUnitTest, WithoutADatabaseAJobMakesIt) {
  BootstrapUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre("RUN bootstrap"));
  EXPECT_THAT(JobsOf(), IsEmpty());  // a look asks for nothing
  std::thread dispatcher = EndJob(jobs::JobState::kSucceeded, all_);
  const absl::Status applied = Apply(unit);
  dispatcher.join();
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_THAT(Plan(unit), IsEmpty());
  ASSERT_THAT(JobsOf(), SizeIs(1));
  EXPECT_EQ(JobsOf()[0].actor, "op-1");
  EXPECT_EQ(JobsOf()[0].project, "");
}

// The images' own bootstrap never completes one that was cut: it looks only for the database.
TEST_F(BootstrapUnitTest, WhatIsMissingIsMadeWithoutAJob) {
  postgres::Facts some = all_;
  ASSERT_EQ(some.erase("index devstats.logs_dt_idx"), 1u);
  Set(some);
  BootstrapUnit unit = Make();
  EXPECT_THAT(Plan(unit), ElementsAre(HasSubstr("logs_dt_idx")));
  const absl::Status applied = Apply(unit);
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_THAT(told_, Contains(HasSubstr("made ")));
  EXPECT_THAT(JobsOf(), IsEmpty());
  EXPECT_THAT(Plan(unit), IsEmpty());
}

TEST_F(BootstrapUnitTest, WhatTheJobHasLeftOutIsMadeAfterIt) {
  postgres::Facts some = all_;
  some.erase("index devstats.logs_dt_idx");
  BootstrapUnit unit = Make();
  std::thread dispatcher = EndJob(jobs::JobState::kSucceeded, some);
  const absl::Status applied = Apply(unit);
  dispatcher.join();
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_THAT(Plan(unit), IsEmpty());
}

// Before a cut it was this step that asked for it.
TEST_F(BootstrapUnitTest, AJobThatIsUnderWayIsWaitedFor) {
  ASSERT_TRUE(store_.Add({.environment = "test", .kind = "bootstrap", .actor = "op-0"}).ok());
  BootstrapUnit unit = Make();
  std::thread dispatcher = EndJob(jobs::JobState::kSucceeded, all_);
  const absl::Status applied = Apply(unit);
  dispatcher.join();
  ASSERT_TRUE(applied.ok()) << applied;
  EXPECT_THAT(JobsOf(), SizeIs(1));
}

TEST_F(BootstrapUnitTest, AJobThatFailsIsTheStepsFailure) {
  BootstrapUnit unit = Make();
  std::thread dispatcher = EndJob(jobs::JobState::kFailed, {});
  const absl::Status applied = Apply(unit);
  dispatcher.join();
  EXPECT_TRUE(absl::IsFailedPrecondition(applied)) << applied;
  EXPECT_THAT(applied.message(), HasSubstr("exit 1"));
  EXPECT_THAT(HintOf(applied), HasSubstr("devstatsctl job logs job-"));
}

TEST_F(BootstrapUnitTest, WaitingEndsWhenItIsStopped) {
  BootstrapUnit unit = Make();
  StepContext context = Context();
  context.go_on = [] { return false; };
  EXPECT_TRUE(absl::IsCancelled(unit.Apply(PlanUnit(unit), context)));
}

TEST_F(BootstrapUnitTest, AColumnOfAnotherTypeIsRefused) {
  postgres::Facts other = all_;
  ASSERT_EQ(other.erase("type devstats.gha_logs.id integer"), 1u);
  other.insert("type devstats.gha_logs.id text");
  Set(other);
  BootstrapUnit unit = Make();
  const UnitPlan plan = PlanUnit(unit);
  EXPECT_EQ(plan.state(), UnitPlan::UNKNOWN);
  EXPECT_THAT(plan.error(), HasSubstr("gha_logs"));
  EXPECT_THAT(plan.hint(), HasSubstr("by hand"));
}

}  // namespace
}  // namespace devstats::domain
