// Environments by call, without gRPC: a look as a whole, crons, Patroni, projects and flags.
#include "coordinator/service/environments.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/health/health_fixture.h"
#include "tests/coordinator/devstats/jobs/job_database.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"
#include "tests/coordinator/devstats/postgres/devstats_data.h"

namespace devstats::coordinator {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Change = v1::ChangePatroniRequest;

class EnvironmentsTest : public ::testing::Test {
 protected:
  EnvironmentsTest() : db_(jobs::OpenJobs()), jobs_(db_.get(), &clock_) {
    postgres_->SetTime(clock_.Now());
    postgres_->On("pg_catalog.pg_database", [](const auto&, const auto&) {
      return postgres::Rows{{}, {{"devstats", "10", "0"}, {"flux", "10", "0"}, {"keda", "10", "0"}}};
    });
    for (const char* quiet : {"pg_replication_slots", "pg_blocking_pids", "HAVING count(*)"})
      postgres_->On(quiet, [](const auto&, const auto&) { return postgres::Rows(); });
    postgres::AddLogsDatabase(postgres_.get());
    for (const char* name : {"keda", "flux"}) {
      postgres::AddProjectDatabase(postgres_.get(), name);
      postgres::SetFlag(postgres_.get(), name, "provisioned", clock_.Now() - absl::Hours(1));
    }
  }

  EnvironmentReach Reach() {
    return {.patroni = patroni_,
            .leader = [this]() -> absl::StatusOr<std::shared_ptr<postgres::Postgres>> {
              RETURN_IF_ERROR(leader_);
              return postgres_;
            },
            .settings = patroni_->Reader(),
            .roles = []() -> absl::StatusOr<postgres::BootstrapOptions> {
              return absl::NotFoundError("secret test-pg-pass is not set");
            },
            .database_nodes = [] { return 3; }};
  }
  static v1::EnvironmentFinding Of(const v1::EnvironmentStatus& status, const std::string& what) {
    for (const v1::EnvironmentFinding& finding : status.findings())
      if (finding.what() == what) return finding;
    ADD_FAILURE() << "no finding about " << what;
    return {};
  }
  std::vector<std::string> DoChange(Change::Action action, const std::string& member, bool dry_run,
                                    absl::Status* status) {
    Change request;
    request.set_environment("test");
    request.set_action(action);
    request.set_member(member);
    request.set_dry_run(dry_run);
    std::vector<std::string> told;
    *status = environments_.DoChangePatroni(
        request, [] { return false; },
        [&](const v1::PatroniProgress& progress) { told.push_back(progress.text()); });
    return told;
  }
  // What a dry run says, and (with its plan) what it does.
  v1::PatroniProgress DoTune(bool dry_run, const std::string& plan, absl::Status* status) {
    Change request;
    request.set_environment("test");
    request.set_action(Change::APPLY);
    request.set_dry_run(dry_run);
    request.set_plan(plan);
    v1::PatroniProgress last;
    *status = environments_.DoChangePatroni(
        request, [] { return false; }, [&](const v1::PatroniProgress& progress) { last = progress; });
    return last;
  }
  std::vector<std::string> Names(const v1::ListProjectsRequest& request) {
    std::vector<std::string> names;
    const auto list = environments_.DoListProjects(request);
    EXPECT_TRUE(list.ok()) << list.status();
    for (const v1::Project& project : list->projects()) names.push_back(project.name());
    return names;
  }

  domain::HealthyCluster world_;
  FixedClock clock_{world_.now};
  std::unique_ptr<Database> db_;
  jobs::Store jobs_;
  absl::Status leader_;
  std::shared_ptr<patroni::FakePatroni> patroni_ = std::make_shared<patroni::FakePatroni>();
  std::shared_ptr<postgres::FakePostgres> postgres_ = std::make_shared<postgres::FakePostgres>();
  Environments environments_{
      {.environment = [this](const std::string& name) -> absl::StatusOr<domain::LiveEnvironment> {
         if (name != "test") return absl::NotFoundError("there is no environment " + name);
         return domain::LiveEnvironment{world_.environment, world_.projects};
       },
       .reach = [this](const spec::EnvironmentSpec&) { return Reach(); },
       .kube = &world_.kube,
       .jobs = &jobs_,
       .clock = &clock_,
       .sleep = [this](absl::Duration) { patroni_->Tick(); }}};
};

TEST_F(EnvironmentsTest, LooksAtAllOfIt) {
  const auto status = environments_.DoGetEnvironment("test");
  ASSERT_TRUE(status.ok()) << status.status();
  std::vector<std::string> what;
  for (const v1::EnvironmentFinding& finding : status->findings()) what.push_back(finding.what());
  EXPECT_THAT(what, ElementsAre("nodes", "storage classes", "volumes", "certificates", "patroni", "bootstrap",
                                "databases", "flags and locks", "sessions", "tables", "syncs", "crons",
                                "backups", "pods", "jobs"));
  // The one thing that was made wrong.
  EXPECT_THAT(Of(*status, "bootstrap").details(), ElementsAre("secret test-pg-pass is not set"));
  EXPECT_EQ(status->problems(), 1u);
  EXPECT_EQ(Of(*status, "patroni").text(), "db-0 leads, db-1 streams, db-2 streams");
  EXPECT_EQ(Of(*status, "databases").state(), "ok");
  EXPECT_EQ(status->namespace_(), "devstats-test");
}

TEST_F(EnvironmentsTest, WithoutALeaderTheRestIsTold) {
  leader_ = absl::UnavailableError("no pod is marked as leader");
  patroni_->leader.clear();
  const auto status = environments_.DoGetEnvironment("test");
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_THAT(Of(*status, "postgresql").details(), ElementsAre("no pod is marked as leader"));
  EXPECT_THAT(Of(*status, "patroni").details(), Contains("no member leads"));
  EXPECT_EQ(Of(*status, "syncs").state(), "unknown");
  EXPECT_EQ(Of(*status, "nodes").state(), "ok");
}

TEST_F(EnvironmentsTest, AFailedJobCountsUntilOneLikeItSucceeds) {
  const auto run = [&](jobs::JobState end) {
    const auto job = jobs_.Add({.environment = "test", .project = "keda", .kind = "vars"});
    EXPECT_TRUE(job.ok()) << job.status();
    EXPECT_TRUE(jobs_.Intend(job->id, "devstats-test").ok());
    EXPECT_TRUE(jobs_.Created(job->id, "uid").ok());
    EXPECT_TRUE(jobs_.End(job->id, end, "exit 1", "").ok());
  };
  run(jobs::JobState::kFailed);
  EXPECT_THAT(Of(*environments_.DoGetEnvironment("test"), "jobs").details(),
              ElementsAre(HasSubstr("(vars keda) failed 0s ago: exit 1")));
  run(jobs::JobState::kSucceeded);
  EXPECT_EQ(Of(*environments_.DoGetEnvironment("test"), "jobs").state(), "ok");
}

TEST_F(EnvironmentsTest, SuspendsAndResumes) {
  v1::SuspendRequest request;
  request.set_environment("test");
  request.add_kinds("backups");
  const auto suspended = environments_.DoSuspend(request, "ann");
  ASSERT_TRUE(suspended.ok()) << suspended.status();
  ASSERT_EQ(suspended->crons_size(), 1);
  EXPECT_EQ(suspended->crons(0).name(), "devstats-backups");
  EXPECT_EQ(suspended->crons(0).suspended_by(), "ann");
  EXPECT_THAT(Of(*environments_.DoGetEnvironment("test"), "crons").text(),
              HasSubstr("1 suspended by ann 0s ago"));
  request.set_resume(true);
  EXPECT_EQ(environments_.DoSuspend(request, "bob")->crons_size(), 1);
  EXPECT_EQ(Of(*environments_.DoGetEnvironment("test"), "crons").text(), "4");
}

TEST_F(EnvironmentsTest, SaysWhatAChangeOfPatroniWouldDoAndDoesIt) {
  absl::Status status;
  EXPECT_THAT(DoChange(Change::SWITCHOVER, "", true, &status),
              ElementsAre(HasSubstr("hands over from db-0 to db-1")));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(patroni_->log, IsEmpty());
  EXPECT_THAT(DoChange(Change::SWITCHOVER, "db-2", false, &status), Contains(HasSubstr("to db-2")));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(patroni_->leader, "db-2");

  DoChange(Change::REINIT, "db-2", true, &status);
  EXPECT_THAT(status.message(), HasSubstr("db-2 leads"));
  DoChange(Change::REINIT, "", false, &status);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  DoChange(Change::RESTART, "", true, &status);
  EXPECT_EQ(status.message(), "no member waits for a restart");
  EXPECT_THAT(DoChange(Change::RESTART, "db-0", true, &status), ElementsAre(HasSubstr("PostgreSQL of db-0")));
  EXPECT_THAT(patroni_->log, ElementsAre("switchover db-0 db-2"));
}

TEST_F(EnvironmentsTest, RestartsWhatWaitsForIt) {
  patroni_->config.all["postgresql"]["parameters"]["shared_buffers"] = "1GB";
  patroni_->Tick();
  absl::Status status;
  const auto told = DoChange(Change::RESTART, "", true, &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(told,
              ElementsAre(HasSubstr("db-0, db-1, db-2, one after another; db-0 last, by a switchover")));
  DoChange(Change::RESTART, "", false, &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(patroni_->log, ElementsAre("restart db-1", "restart db-2", "switchover db-0 db-1"));
}

TEST_F(EnvironmentsTest, TunesWhatWasShownAndNothingElse) {
  world_.environment.patroni.parameters = {{"work_mem", "8MB"}, {"max_connections", "200"}};
  absl::Status status;
  const v1::PatroniProgress shown = DoTune(true, "", &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(shown.changes(), Contains(HasSubstr("parameters.work_mem")));
  EXPECT_THAT(shown.changes(), Contains(HasSubstr("restart db-0")));
  EXPECT_THAT(patroni_->log, IsEmpty());
  DoTune(false, "", &status);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  DoTune(false, "another", &status);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(HintOf(status), HasSubstr("patroni plan"));
  EXPECT_THAT(patroni_->log, IsEmpty());
  DoTune(false, shown.plan(), &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(patroni_->log, Contains(HasSubstr("restart")));
  const v1::PatroniProgress after = DoTune(true, "", &status);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(after.changes(), IsEmpty());
  EXPECT_NE(after.plan(), shown.plan());
}

TEST_F(EnvironmentsTest, RefusesToTuneAgainstARule) {
  world_.environment.patroni.ttl = 1;
  absl::Status status;
  DoTune(true, "", &status);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("ttl"));
}

TEST_F(EnvironmentsTest, ShowsPatroniAndItsFourColumns) {
  const auto status = environments_.DoGetPatroni("test");
  ASSERT_TRUE(status.ok()) << status.status();
  ASSERT_EQ(status->members_size(), 3);
  EXPECT_EQ(status->members(0).role(), "leader");
  EXPECT_EQ(status->members(1).state(), "streaming");
  EXPECT_THAT(status->problems(), IsEmpty());

  world_.environment.patroni.parameters = {{"work_mem", "8MB"}};
  patroni_->nodes["db-1"].local["work_mem"] = "6MB";
  patroni_->Tick();
  const auto plan = environments_.DoGetPatroniParameters("test");
  ASSERT_TRUE(plan.ok()) << plan.status();
  const auto row = std::find_if(plan->parameters().begin(), plan->parameters().end(),
                                [](const auto& one) { return one.name() == "work_mem"; });
  ASSERT_NE(row, plan->parameters().end());
  EXPECT_EQ(row->wanted(), "8MB");
  EXPECT_FALSE(row->has_dcs());
  EXPECT_FALSE(row->in_effect());
  ASSERT_EQ(row->members_size(), 3);
  EXPECT_EQ(row->members(1).local(), "6MB");
  EXPECT_EQ(row->members(1).show(), "6MB");
}

TEST_F(EnvironmentsTest, ListsProjectsByNameStateAndDay) {
  world_.projects[0].added = "2026-08-01";
  world_.projects[1].state = spec::ProjectSpec::State::kArchived;
  v1::ListProjectsRequest request;
  request.set_environment("test");
  EXPECT_THAT(Names(request), ElementsAre("keda", "flux"));
  request.add_states("archived");
  EXPECT_THAT(Names(request), ElementsAre("flux"));
  request.clear_states();
  request.set_since("2026-07-01");
  EXPECT_THAT(Names(request), ElementsAre("keda"));
  EXPECT_EQ(environments_.DoListProjects(request)->projects(0).sync(), "8 0,6,12,18 * * *");
  request.add_names("ked");
  EXPECT_EQ(HintOf(environments_.DoListProjects(request).status()), "did you mean \"keda\"?");
  request.set_environment("Test/..");
  EXPECT_TRUE(absl::IsInvalidArgument(environments_.DoListProjects(request).status()));
}

TEST_F(EnvironmentsTest, ListsFlagsTheOldestFirst) {
  postgres::SetFlag(postgres_.get(), "flux", "devstats_running", clock_.Now() - absl::Hours(10));
  postgres::SetLock(postgres_.get(), "giant_lock", "restore-17", clock_.Now() - absl::Minutes(5));
  v1::ListProjectsRequest request;
  request.set_environment("test");
  const auto list = environments_.DoListFlags(request);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_THAT(list->errors(), IsEmpty());
  ASSERT_EQ(list->flags_size(), 4);
  EXPECT_EQ(list->flags(0).name(), "devstats_running");
  EXPECT_EQ(list->flags(0).project(), "flux");
  EXPECT_TRUE(list->flags(0).stale());
  EXPECT_EQ(list->flags(3).owner(), "restore-17");
  request.add_names("keda");
  EXPECT_EQ(environments_.DoListFlags(request)->flags_size(), 1);
}

TEST_F(EnvironmentsTest, TheAuditTrailHasNamesOnly) {
  Change change;
  change.set_environment("test");
  change.set_action(Change::REINIT);
  change.set_member("db-1");
  EXPECT_EQ(Environments::Target(change), "REINIT test/db-1");
  change.set_member("a\nb");
  EXPECT_EQ(Environments::Target(change), "(not a name)");
}

}  // namespace
}  // namespace devstats::coordinator
