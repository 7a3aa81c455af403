// Projects that come and go, by call: what an edit says, what an image lacks, and the jobs that drop one.
#include "coordinator/service/project_changes.h"

#include "common/status.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/health/health_fixture.h"
#include "tests/coordinator/devstats/jobs/job_database.h"
#include "tests/coordinator/devstats/postgres/fake_postgres.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using EditRequest = v1::EditProjectsRequest;

constexpr char kClusterFile[] = R"(cluster: c
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane}
  - {name: n0, address: 10.0.0.2}
labels: {node: devstats-app, node2: devstats-db}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
environments:
  test:
    patroni: {members: 2}
    domains: [{name: test, host: test.example.org}]
    projects: [keda, flux]  # few
projects: {list: {keda: {domains: [test]}, flux: {domains: [test]}, helm: {domains: [test]}}}
)";

class ProjectChangesTest : public ::testing::Test {
 protected:
  ProjectChangesTest() : db_(jobs::OpenJobs()), jobs_(db_.get(), &clock_) {
    postgres_->On("pg_catalog.pg_database", [this](const auto&, const auto&) {
      postgres::Rows rows;
      for (const std::string& name : databases_) rows.rows.push_back({name, "3221225472", "0"});
      return rows;
    });
    live_.environment = world_.environment;
    live_.known = live_.projects = world_.projects;
  }
  v1::EditProjectsRequest Edit(EditRequest::Action action, const std::string& name) {
    EditRequest request;
    request.set_spec(kClusterFile);
    request.set_file("c.yaml");
    request.set_environment("test");
    request.set_action(action);
    request.add_names(name);
    return request;
  }
  absl::StatusOr<v1::JobList> Drop(const std::string& confirm = "helm", bool no_backup = true) {
    v1::DropProjectRequest request;
    request.set_environment("test");
    request.set_project("helm");
    request.set_confirm(confirm);
    request.set_no_backup(no_backup);
    return changes_.DoDropProject(request, "ann");
  }
  void ForgetHelm() {
    spec::ProjectSpec helm;
    helm.name = helm.database = "helm";
    live_.known.push_back(helm);
  }
  jobs::Job Ended(const std::string& log) {
    const jobs::Job job = *jobs_.Add({.environment = "test", .kind = "image-projects"});
    EXPECT_TRUE(jobs_.Intend(job.id, "devstats-test").ok());
    EXPECT_TRUE(jobs_.Created(job.id, "uid").ok());
    EXPECT_TRUE(jobs_.End(job.id, jobs::JobState::kSucceeded, "", log).ok());
    return job;
  }

  domain::HealthyCluster world_;
  FixedClock clock_{world_.now};
  std::unique_ptr<Database> db_;
  jobs::Store jobs_;
  domain::LiveEnvironment live_;
  absl::Status leader_;
  std::vector<std::string> databases_ = {"devstats", "helm", "keda"};
  std::shared_ptr<postgres::FakePostgres> postgres_ = std::make_shared<postgres::FakePostgres>();
  ProjectChanges changes_{
      {.read = [](const std::string&) -> absl::StatusOr<std::string> {
         return absl::NotFoundError("no catalog");
       },
       .environment = [this](const std::string& name) -> absl::StatusOr<domain::LiveEnvironment> {
         if (name != "test") return absl::NotFoundError("there is no environment " + name);
         return live_;
       },
       .reach =
           [this](const spec::EnvironmentSpec&) {
             return EnvironmentReach{
                 .leader = [this]() -> absl::StatusOr<std::shared_ptr<postgres::Postgres>> {
                   RETURN_IF_ERROR(leader_);
                   return postgres_;
                 }};
           },
       .kube = &world_.kube,
       .jobs = &jobs_}};
};

TEST_F(ProjectChangesTest, EditsTheFile) {
  const auto added = changes_.DoEditProjects(Edit(EditRequest::ADD, "helm"));
  ASSERT_TRUE(added.ok()) << added.status();
  EXPECT_THAT(added->spec(), HasSubstr("projects: [keda, flux, helm]  # few"));
  EXPECT_THAT(added->loses(), IsEmpty());
  const auto archived = changes_.DoEditProjects(Edit(EditRequest::ARCHIVE, "keda"));
  ASSERT_TRUE(archived.ok()) << archived.status();
  EXPECT_THAT(archived->spec(), HasSubstr("keda: {domains: [test], state: archived}"));
  EXPECT_THAT(archived->loses(), ElementsAre("its syncs and imports of affiliations: its cron jobs rest"));
  EXPECT_THAT(archived->keeps(), ElementsAre("its database keda", "its disk, 3Gi with its git repositories",
                                             "its pages at keda.test.example.org"));
  EditRequest nothing = Edit(EditRequest::UNKNOWN, "keda");
  EXPECT_TRUE(absl::IsInvalidArgument(changes_.DoEditProjects(nothing).status()));
  EditRequest two = Edit(EditRequest::REMOVE, "keda");
  two.add_names("flux");
  EXPECT_TRUE(absl::IsInvalidArgument(changes_.DoEditProjects(two).status()));
}

TEST_F(ProjectChangesTest, SaysWhatGoesWithAProject) {
  const auto removed = changes_.DoEditProjects(Edit(EditRequest::REMOVE, "keda"));
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_THAT(removed->spec(), HasSubstr("projects: [flux]  # few"));
  EXPECT_THAT(removed->loses(),
              ElementsAre("its database keda, 3.0 GiB",
                          "its disk: claim devstats-pvc-keda, 3Gi with its git repositories",
                          "its pages at keda.test.example.org"));
  EXPECT_EQ(removed->claim(), "devstats-test/devstats-pvc-keda");
  leader_ = absl::UnavailableError("no pod is marked as leader");
  EXPECT_THAT(changes_.DoEditProjects(Edit(EditRequest::REMOVE, "keda"))->loses(0),
              HasSubstr("could not be looked at: no pod is marked as leader"));
}

TEST_F(ProjectChangesTest, ComparesWithWhatTheImageHasTold) {
  v1::CompareProjectsRequest request;
  request.set_spec(kClusterFile);
  request.set_file("c.yaml");
  request.set_environment("test");
  request.add_names("keda");
  request.add_names("helm");
  request.set_job(Ended("project keda kd -\nend 1\n").id);
  const auto differences = changes_.DoCompareProjects(request);
  ASSERT_TRUE(differences.ok()) << differences.status();
  ASSERT_EQ(differences->differences_size(), 3);
  EXPECT_EQ(differences->differences(0).text(), "database is keda in the catalog, kd in the image");
  EXPECT_EQ(differences->differences(2).project(), "helm");
  EXPECT_TRUE(differences->differences(2).missing());
  request.set_job(Ended("project keda").id);
  EXPECT_TRUE(absl::IsDataLoss(changes_.DoCompareProjects(request).status()));
  request.set_job(jobs_.Add({.environment = "test", .kind = "vars"})->id);
  EXPECT_TRUE(absl::IsFailedPrecondition(changes_.DoCompareProjects(request).status()));
}

TEST_F(ProjectChangesTest, DropsOnlyWhatIsGoneAndConfirmed) {
  EXPECT_TRUE(absl::IsNotFound(Drop().status()));
  ForgetHelm();
  EXPECT_THAT(HintOf(Drop("keda").status()), HasSubstr("--confirm helm"));
  live_.projects.push_back(live_.known.back());
  EXPECT_TRUE(absl::IsFailedPrecondition(Drop().status()));
  EXPECT_THAT(jobs_.List({})->size(), 0u);
}

TEST_F(ProjectChangesTest, QueuesADropOnce) {
  ForgetHelm();
  const auto list = Drop();
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->jobs_size(), 1);
  EXPECT_EQ(list->jobs(0).kind(), "drop");
  EXPECT_EQ(list->jobs(0).project(), "helm");
  EXPECT_EQ(list->jobs(0).actor(), "ann");
  const auto again = Drop();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->jobs(0).id(), list->jobs(0).id());
  EXPECT_EQ(jobs_.List({})->size(), 1u);
}

TEST_F(ProjectChangesTest, WithoutADatabaseThereIsNothingToDrop) {
  ForgetHelm();
  databases_ = {"devstats"};
  const auto list = Drop();
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_THAT(list->jobs(), IsEmpty());
  leader_ = absl::UnavailableError("no leader");
  EXPECT_TRUE(absl::IsUnavailable(Drop().status()));
  leader_ = absl::NotFoundError("secret test-pg-pass is not set");
  EXPECT_TRUE(absl::IsNotFound(Drop().status())) << "a server that is not reached is not one without it";
}

TEST_F(ProjectChangesTest, RefusesWhileACronJobIsThere) {
  ForgetHelm();
  world_.SeedCron("devstats-helm", "cron", "helm");
  const auto refused = Drop().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(refused.message(), HasSubstr("cron job devstats-helm still works on helm"));
}

// The dump is the jobs' of backups: where there are none, the database stays.
TEST_F(ProjectChangesTest, TheDumpComesFirst) {
  ForgetHelm();
  const auto list = Drop("helm", false);
  if (!jobs::FindKind("backup").ok()) {
    EXPECT_TRUE(absl::IsFailedPrecondition(list.status()));
    EXPECT_THAT(HintOf(list.status()), HasSubstr("--no-backup"));
    EXPECT_THAT(jobs_.List({})->size(), 0u);
    return;
  }
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->jobs_size(), 2);
  EXPECT_EQ(list->jobs(0).kind(), "backup");
  EXPECT_EQ(jobs_.Get(list->jobs(1).id())->after, list->jobs(0).id());
  const auto again = Drop("helm", false);
  EXPECT_EQ(again->jobs(0).id(), list->jobs(0).id());
  EXPECT_EQ(again->jobs(1).id(), list->jobs(1).id());
}

}  // namespace
}  // namespace devstats::coordinator
