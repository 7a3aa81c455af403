// What holds a job of DevStats up: pods that work on its project.
#include "coordinator/devstats/job_work.h"

#include "gmock/gmock.h"
#include "tests/coordinator/devstats/postgres/devstats_data.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::domain {
namespace {

using ::testing::HasSubstr;

class JobWorkTest : public ::testing::Test {
 protected:
  JobWorkTest() {
    live_.environment.name = "test";
    live_.environment.namespace_ = "default";
    live_.environment.restore_from = "https://devstats.example.org/backups/";
    live_.environment.domains = {{.name = "test", .host = "devstats.example.org"}};
    spec::ProjectSpec project;
    project.name = project.database = "keda";
    live_.projects = {project};
    JobWorkParts parts;
    parts.environment = [this](const std::string&) -> absl::StatusOr<LiveEnvironment> { return live_; };
    parts.engine.client = &kube_;
    work_ = NewJobWork(std::move(parts));
  }
  void Pod(const std::string& name, const std::string& type, const std::string& phase) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", name},
                  {"namespace", "default"},
                  {"labels", {{"name", "devstats"}, {"type", type}, {"proj", "keda"}}}}},
                {"status", {{"phase", phase}}}});
  }
  static jobs::Job JobOf(const std::string& kind, Json options = Json::object()) {
    return {.environment = "test", .project = "keda", .kind = kind, .options = std::move(options)};
  }
  // Those that go on beside them ask the database next, and there is none.
  static constexpr char kAsksTheDatabase[] = "asks the database";
  std::string Blocker(const jobs::Job& job) {
    const auto blocker = work_->Blocker(job);
    return blocker.ok() ? *blocker : absl::IsUnavailable(blocker.status()) ? kAsksTheDatabase : "error";
  }
  kube::FakeKube kube_;
  LiveEnvironment live_;
  std::unique_ptr<jobs::JobWork> work_;
};

TEST_F(JobWorkTest, ASyncNeverRunsBesideThatOfTheCron) {
  EXPECT_EQ(Blocker(JobOf("sync")), kAsksTheDatabase);
  Pod("devstats-keda-28", "sync", "Running");
  Pod("devstats-grafana-keda", "grafana", "Running");
  EXPECT_EQ(Blocker(JobOf("sync")), "waits for what works on keda: devstats-keda-28");
  EXPECT_EQ(Blocker(JobOf("vars")), kAsksTheDatabase) << "flags keep these apart";
  Pod("devstats-keda-28", "sync", "Succeeded");
  EXPECT_EQ(Blocker(JobOf("sync")), kAsksTheDatabase);
}

TEST_F(JobWorkTest, NothingWorksOnWhatIsBeingReplaced) {
  Pod("devstats-affiliations-keda-2", "affiliations", "Pending");
  EXPECT_EQ(Blocker(JobOf("restore")), "waits for what works on keda: devstats-affiliations-keda-2");
  EXPECT_EQ(Blocker(JobOf("reinit", {{"tsdb-drop", true}})),
            "waits for what works on keda: devstats-affiliations-keda-2");
  EXPECT_EQ(Blocker(JobOf("reinit")), kAsksTheDatabase);
}

TEST_F(JobWorkTest, ARestoreFromItsOwnHostIsRefused) {
  EXPECT_THAT(work_->PodOf(JobOf("restore")).status().message(),
              HasSubstr("https://devstats.example.org/backups/ is of environment test itself"));
  EXPECT_THAT(
      work_->PodOf(JobOf("restore", {{"from", "https://keda.devstats.example.org/b/"}})).status().message(),
      HasSubstr("itself"));
}

TEST_F(JobWorkTest, APodThatEndedBadlyIsNoQuestionForTheDatabase) {
  EXPECT_EQ(work_->Judge(JobOf("provision"), "Failed").message(), "its pod has Failed");
  EXPECT_TRUE(work_->Judge(JobOf("grants"), "Succeeded").ok());
  EXPECT_TRUE(absl::IsUnavailable(work_->Judge(JobOf("provision"), "Succeeded")));
}

TEST_F(JobWorkTest, HowFreshItsDataWasIsKeptForItsVerdict) {
  const auto postgres = std::make_shared<postgres::FakePostgres>();
  postgres::AddProjectDatabase(postgres.get(), "keda");
  postgres->Script("keda", "INSERT INTO public.gha_parsed VALUES ('2026-11-18 09:00:00')");
  JobWorkParts parts;
  parts.environment = [this](const std::string&) -> absl::StatusOr<LiveEnvironment> { return live_; };
  parts.engine.client = &kube_;
  parts.connect = [&](const postgres::Server&) { return postgres; };
  const std::unique_ptr<jobs::JobWork> work = NewJobWork(std::move(parts));
  EXPECT_EQ(*work->Before(JobOf("vars")), "") << "of no concern to it";
  EXPECT_TRUE(absl::IsUnavailable(work->Before(JobOf("restore")).status())) << "nobody leads yet";
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Pod"},
              {"metadata",
               {{"name", "devstats-postgres-0"},
                {"namespace", "default"},
                {"labels",
                 {{"name", "devstats"},
                  {"type", "postgres"},
                  {"cluster-name", "devstats-postgres"},
                  {"role", "primary"}}}}},
              {"status", {{"phase", "Running"}, {"podIP", "10.0.0.1"}}}});
  for (const char* kind : {"provision", "restore", "reinit"})
    EXPECT_EQ(*work->Before(JobOf(kind)), "2026-11-18 09:00") << kind;
}

}  // namespace
}  // namespace devstats::domain
