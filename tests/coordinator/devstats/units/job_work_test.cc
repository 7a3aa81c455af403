// The pods of jobs as our chart makes them, and how those are judged that leave nothing in the database.
#include "coordinator/devstats/job_work.h"

#include "coordinator/chartsource/system_environment.h"
#include "tests/coordinator/addons/units_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class JobWorkTest : public addons::UnitsTest {
 protected:
  JobWorkTest() {
    live_.environment.name = "test";
    live_.environment.namespace_ = "devstats-test";
    live_.environment.ingress_class = "nginx-test";
    spec::ProjectSpec& keda = live_.projects.emplace_back();
    keda.name = keda.url = keda.database = "keda";
  }
  absl::StatusOr<Json> PodOf(const jobs::Job& job) { return Named(job, &jobs::JobWork::PodOf); }
  template <typename Result>
  Result Named(jobs::Job job, Result (jobs::JobWork::*ask)(const jobs::Job&)) {
    job.environment = "test";
    return (work_.get()->*ask)(job);
  }
  static const Json& Container(const Json& pod) { return pod["spec"]["containers"][0]; }

  const chartsource::SystemEnvironment environment_;
  LiveEnvironment live_;
  const std::unique_ptr<jobs::JobWork> work_ =
      NewJobWork({.environment = [this](const std::string&) { return live_; },
                  .engine = {.client = &kube_, .clock = &SystemClock(), .environment = &environment_},
                  .chart = DEVSTATS_CHARTS "/devstats"});
};

TEST_F(JobWorkTest, APodOfAProjectHasItsVolumeAndSleeps) {
  const auto pod = PodOf({.project = "keda", .kind = "debug", .options = {{"ttl", "4h"}}});
  ASSERT_TRUE(pod.ok()) << pod.status();
  EXPECT_EQ(Container(*pod)["command"], Json({"sleep"}));
  EXPECT_EQ(Container(*pod)["args"], Json({"14400"}));
  EXPECT_EQ((*pod)["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"], "devstats-pvc-keda");
  EXPECT_EQ((*pod)["metadata"]["labels"]["type"], "provision") << "it may hold flags";
}

TEST_F(JobWorkTest, OneOfNoProjectHasTheBackupsWhenAsked) {
  jobs::Job job{.kind = "debug-bootstrap", .options = {{"ttl", "1h"}}};
  EXPECT_FALSE((*PodOf(job))["spec"].contains("volumes"));
  job.options["backups"] = true;
  const Json pod = *PodOf(job);
  EXPECT_EQ(pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"], "devstats-backups");
  EXPECT_EQ(Container(pod)["volumeMounts"][0]["mountPath"], "/root");
}

TEST_F(JobWorkTest, Reports) {
  jobs::Job job{.kind = "report", .options = Json::object()};
  Json pod = *PodOf(job);
  EXPECT_EQ(Container(pod)["command"], Json({"./affs/all_tasks.sh"}));
  EXPECT_FALSE(pod["spec"].contains("activeDeadlineSeconds"));
  EXPECT_EQ(Container(pod)["volumeMounts"][0]["mountPath"], "/data");
  const jobs::Job sleeping{.kind = "report-pod", .options = {{"ttl", "1h"}}};
  pod = *PodOf(sleeping);
  EXPECT_EQ(Container(pod)["args"], Json({"3600"}));
  EXPECT_EQ(pod["spec"]["activeDeadlineSeconds"], 3600 + 15 * 60);
  live_.environment.reports = true;
  EXPECT_TRUE(PodOf(job).ok());
  EXPECT_THAT(PodOf(sleeping).status().message(),
              HasSubstr("kubectl -n devstats-test exec -it devstats-reports -- bash"));
}

TEST_F(JobWorkTest, VacuumAndTests) {
  const auto vacuum = PodOf({.kind = "vacuum", .options = Json::object()});
  ASSERT_TRUE(vacuum.ok()) << vacuum.status();
  EXPECT_EQ((*vacuum)["kind"], "Pod");
  EXPECT_EQ((*vacuum)["metadata"]["namespace"], "devstats-test");
  EXPECT_EQ(Container(*vacuum)["command"], Json({"./devel/vacuum_all.sh"}));
  const auto tests = PodOf({.kind = "tests", .options = Json::object()});
  ASSERT_TRUE(tests.ok()) << tests.status();
  EXPECT_THAT(Container(*tests)["image"].get<std::string>(), HasSubstr("devstats-tests"));
}

// There is no leader in this cluster: nobody asks.
TEST_F(JobWorkTest, AreJudgedByTheirEndAndWaitForNoLock) {
  for (const char* kind : {"debug", "debug-bootstrap", "report", "report-pod", "vacuum", "tests"}) {
    const jobs::Job job{
        .environment = "test", .project = kind == std::string("debug") ? "keda" : "", .kind = kind};
    EXPECT_TRUE(work_->Judge(job, "Succeeded").ok()) << kind;
    EXPECT_EQ(work_->Judge(job, "Failed").message(), "its pod has Failed") << kind;
    EXPECT_TRUE(absl::IsFailedPrecondition(work_->Judge(job, ""))) << kind;
    EXPECT_THAT(*work_->Blocker(job), IsEmpty()) << kind;
  }
  EXPECT_TRUE(absl::IsUnavailable(
      work_->Judge({.environment = "test", .project = "keda", .kind = "vars"}, "Succeeded")));
}

}  // namespace
}  // namespace devstats::domain
