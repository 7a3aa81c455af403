// Jobs with scripts of ours in the pod of the bootstrap: what they see, what holds a drop up, and how it is
// judged.
#include "coordinator/devstats/drop.h"

#include "coordinator/chartsource/system_environment.h"
#include "coordinator/devstats/job_work.h"
#include "tests/coordinator/addons/units_fixture.h"
#include "tests/coordinator/devstats/postgres/fake_postgres.h"

namespace devstats::domain {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DropTest : public addons::UnitsTest {
 protected:
  DropTest() {
    live_.environment.name = "test";
    live_.environment.namespace_ = "devstats-test";
    live_.environment.ingress_class = "nginx-test";
    for (const char* name : {"keda", "flux", "postgres"}) {
      spec::ProjectSpec project;
      project.name = project.url = project.database = name;
      live_.known.push_back(project);
    }
    live_.projects = {live_.known[1]};
    SeedNamespace("devstats-test");
    Seed("Pod", "devstats-postgres-0",
         {{"type", "postgres"}, {"cluster-name", "devstats-postgres"}, {"role", "primary"}},
         {{"phase", "Running"}, {"podIP", "10.0.0.1"}});
    postgres_->On("pg_catalog.pg_database", [this](const auto&, const auto&) {
      postgres::Rows rows;
      for (const std::string& name : databases_) rows.rows.push_back({name, "10", "0"});
      return rows;
    });
  }
  void Seed(const std::string& kind, const std::string& name, Json labels, const Json& status) {
    labels["name"] = "devstats";
    kube_.Seed({{"apiVersion", kind == "Pod" ? "v1" : "batch/v1"},
                {"kind", kind},
                {"metadata", {{"name", name}, {"namespace", "devstats-test"}, {"labels", labels}}},
                {"spec", {{"schedule", "1 * * * *"}}},
                {"status", status}});
  }
  static jobs::Job JobOf(const std::string& kind, const std::string& project = "") {
    return {.environment = "test", .project = project, .kind = kind};
  }
  absl::Status Refused(const std::string& project) { return work_->PodOf(JobOf("drop", project)).status(); }

  const chartsource::SystemEnvironment environment_;
  LiveEnvironment live_;
  std::vector<std::string> databases_ = {"devstats", "keda"};
  const std::shared_ptr<postgres::FakePostgres> postgres_ = std::make_shared<postgres::FakePostgres>();
  const std::unique_ptr<jobs::JobWork> work_ =
      NewJobWork({.environment = [this](const std::string&) { return live_; },
                  .engine = {.client = &kube_, .clock = &SystemClock(), .environment = &environment_},
                  .chart = DEVSTATS_CHARTS "/devstats",
                  .connect = [this](const postgres::Server&) { return postgres_; }});
};

TEST_F(DropTest, RunsOurScriptOnItsDatabase) {
  const auto pod = work_->PodOf(JobOf("drop", "keda"));
  ASSERT_TRUE(pod.ok()) << pod.status();
  const Json& container = (*pod)["spec"]["containers"][0];
  EXPECT_EQ(container["command"], Json::array({"/bin/sh"}));
  ASSERT_EQ(container["args"].size(), 2u);
  EXPECT_EQ(container["args"][0], "-c");
  EXPECT_THAT(container["args"][1].get<std::string>(),
              AllOf(HasSubstr("DROP DATABASE IF EXISTS :\"db\""), HasSubstr("\\gset\n")));
  EXPECT_EQ(container["env"].back(), Json({{"name", "DEVSTATS_DATABASE"}, {"value", "keda"}}));
  EXPECT_THAT(container["env"].dump(), HasSubstr("PG_PASS"));
  EXPECT_EQ((*pod)["metadata"]["labels"]["proj"], "keda");
  EXPECT_FALSE((*pod)["spec"].contains("volumes"));
}

TEST_F(DropTest, TheImageIsAskedWithoutSecrets) {
  const auto pod = work_->PodOf(JobOf("image-projects"));
  ASSERT_TRUE(pod.ok()) << pod.status();
  const Json& container = (*pod)["spec"]["containers"][0];
  EXPECT_THAT(container["env"].dump(), AllOf(Not(HasSubstr("valueFrom")), HasSubstr("GHA2DB_")));
  EXPECT_THAT(container["args"][1].get<std::string>(), HasSubstr("GHA2DB_PROJECTS_YAML"));
  EXPECT_EQ((*pod)["metadata"]["labels"]["proj"], "image-projects");
  EXPECT_EQ(*work_->Blocker(JobOf("image-projects")), "");
  EXPECT_TRUE(work_->Judge(JobOf("image-projects"), "Succeeded").ok());
  EXPECT_EQ(work_->Judge(JobOf("image-projects"), "Failed").message(), "its pod has Failed");
}

TEST_F(DropTest, OnlyWhatIsNotShownIsDropped) {
  EXPECT_TRUE(absl::IsFailedPrecondition(Refused("flux")));
  EXPECT_TRUE(absl::IsNotFound(Refused("helm")));
  EXPECT_THAT(Refused("postgres").message(), HasSubstr("is shared by all"));
  live_.known[0].database = "flux";
  EXPECT_THAT(Refused("keda").message(), HasSubstr("is that of flux, too"));
}

TEST_F(DropTest, WaitsForWhatStillWorks) {
  EXPECT_EQ(*work_->Blocker(JobOf("drop", "keda")), "");
  Seed("Pod", "devstats-keda-1", {{"type", "sync"}, {"proj", "keda"}}, {{"phase", "Running"}});
  Seed("Pod", "devstats-keda-0", {{"type", "sync"}, {"proj", "keda"}}, {{"phase", "Succeeded"}});
  Seed("CronJob", "devstats-keda", {{"type", "cron"}, {"proj", "keda"}}, Json::object());
  EXPECT_EQ(*work_->Blocker(JobOf("drop", "keda")),
            "cron job devstats-keda, pod devstats-keda-1 still there");
}

TEST_F(DropTest, IsJudgedByTheDatabase) {
  EXPECT_THAT(work_->Judge(JobOf("drop", "keda"), "Succeeded").message(), HasSubstr("keda is still there"));
  databases_ = {"devstats"};
  EXPECT_TRUE(work_->Judge(JobOf("drop", "keda"), "Succeeded").ok());
  EXPECT_EQ(work_->Judge(JobOf("drop", "keda"), "").message(), "its pod is gone");
  EXPECT_EQ(*work_->Before(JobOf("drop", "keda")), "");
}

}  // namespace
}  // namespace devstats::domain
