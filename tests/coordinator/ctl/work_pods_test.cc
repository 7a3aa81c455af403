// Pods to work in, as a person starts, lists and stops them.
#include "coordinator/ctl/work_pods.h"

#include "gmock/gmock.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::Job WorkJob(const std::string& id, const std::string& project, const std::string& kind,
                const std::string& state) {
  v1::Job job;
  job.set_id(id);
  job.set_environment("test");
  job.set_project(project);
  job.set_kind(kind);
  job.set_state(state);
  job.set_actor("ann");
  job.set_queued_ms(1'795'000'000'000);
  if (state == "running") {
    job.set_started_ms(1'795'000'001'000);
    job.set_namespace_("devstats-test");
    job.set_message("running on node-2");
  }
  (*job.mutable_options())["ttl"] = "4h";
  return job;
}

class WorkPodsTest : public ::testing::Test {
 protected:
  WorkPodsTest() {
    fake_.on_create_job = [this](const v1::CreateJobRequest& request) -> absl::StatusOr<v1::Job> {
      asked_ = request;
      return WorkJob("job-5-aa", request.project(), request.kind(), "queued");
    };
    fake_.on_get_job = [this](const v1::JobRequest&) -> absl::StatusOr<v1::Job> {
      return WorkJob("job-5-aa", asked_.project(), asked_.kind(), state_);
    };
    fake_.on_list_jobs = [this](const v1::ListJobsRequest& request) -> absl::StatusOr<v1::JobList> {
      EXPECT_THAT(request.states(), ElementsAre("queued", "running"));
      return open_;
    };
    fake_.on_cancel_job = [this](const v1::JobRequest& request) -> absl::StatusOr<v1::Job> {
      cancelled_ = request.id();
      return WorkJob(request.id(), "keda", "debug", "running");
    };
  }
  Outcome Ctl(std::vector<std::string> args) {
    args.insert(args.begin(), {"--socket", fake_.socket()});
    return Invoke(std::move(args));
  }

  FakeCoordinator fake_;
  v1::CreateJobRequest asked_;
  v1::JobList open_;
  std::string state_ = "running", cancelled_;
};

TEST_F(WorkPodsTest, StartsOneAndSaysWhatWaitsAndHowToGetIn) {
  *open_.add_jobs() = WorkJob("job-3-aa", "keda", "reinit", "running");
  *open_.add_jobs() = WorkJob("job-4-aa", "keda", "vars", "queued");
  *open_.add_jobs() = WorkJob("job-2-aa", "helm", "vars", "queued");
  const Outcome outcome = Ctl({"debug", "start", "-e", "test", "--project", "keda", "--ttl", "2h"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "kubectl -n devstats-test exec -it job-5-aa -- bash\n");
  EXPECT_THAT(outcome.err, HasSubstr("job-5-aa is queued\nit starts when job-3-aa (reinit) has ended\n"));
  EXPECT_THAT(outcome.err,
              HasSubstr("no other job of keda starts; queued behind it: job-4-aa (vars)\nits syncs go on"));
  EXPECT_EQ(asked_.kind() + asked_.project() + asked_.environment(), "debugkedatest");
  EXPECT_EQ(asked_.options().at("ttl"), "2h");
}

TEST_F(WorkPodsTest, StartsOneOfNoProjectWithTheBackups) {
  EXPECT_EQ(Ctl({"debug", "start", "-e", "test", "--bootstrap", "--backups"}).code, 0);
  EXPECT_EQ(asked_.kind() + asked_.project(), "debug-bootstrap");
  EXPECT_EQ(asked_.options().at("ttl"), "4h");
  EXPECT_EQ(asked_.options().at("backups"), "true");
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {"--bootstrap", "--project", "keda"},
                                                {"--project", "keda", "--backups"}}) {
    std::vector<std::string> args = {"debug", "start", "-e", "test"};
    args.insert(args.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(Ctl(args).code, 1);
  }
}

TEST_F(WorkPodsTest, OneThatCouldNotBeStartedIsAnError) {
  state_ = "failed";
  const Outcome outcome = Ctl({"debug", "start", "-e", "test", "--bootstrap"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("error: job-5-aa has failed"));
}

TEST_F(WorkPodsTest, TheTableTellsAgeAndWhatIsLeft) {
  v1::JobList list;
  *list.add_jobs() = WorkJob("job-5-aa", "keda", "debug", "running");
  *list.add_jobs() = WorkJob("job-6-aa", "", "debug-bootstrap", "queued");
  const std::string text =
      WorkPodTable(list, true, absl::FromUnixMillis(1'795'000'001'000) + absl::Hours(1)).Text(Paint(false));
  EXPECT_THAT(text, HasSubstr("running  1h00m"));
  EXPECT_THAT(text, HasSubstr("3h00m"));
  EXPECT_THAT(text, HasSubstr("kubectl -n devstats-test exec -it job-5-aa -- bash"));
  EXPECT_THAT(text, HasSubstr("4h"));
}

TEST_F(WorkPodsTest, ListsOnlyPodsToWorkIn) {
  *open_.add_jobs() = WorkJob("job-5-aa", "keda", "debug", "running");
  *open_.add_jobs() = WorkJob("job-6-aa", "keda", "vars", "queued");
  const Outcome outcome = Ctl({"debug", "list", "-e", "test"});
  EXPECT_THAT(outcome.out, HasSubstr("job-5-aa"));
  EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr("job-6-aa")));
  EXPECT_THAT(Ctl({"debug", "list", "-o", "json"}).out, HasSubstr("\"id\": \"job-5-aa\""));
}

TEST_F(WorkPodsTest, StopsTheOneThatIsMeant) {
  EXPECT_THAT(Ctl({"debug", "stop", "-e", "test"}).err, HasSubstr("there is no debug pod in test"));
  *open_.add_jobs() = WorkJob("job-5-aa", "keda", "debug", "running");
  EXPECT_EQ(Ctl({"debug", "stop", "-e", "test"}).err, "job-5-aa: its pod is being ended\n");
  EXPECT_EQ(cancelled_, "job-5-aa");
  *open_.add_jobs() = WorkJob("job-6-aa", "", "debug-bootstrap", "running");
  EXPECT_THAT(Ctl({"debug", "stop", "-e", "test"}).err,
              HasSubstr("which of them? job-5-aa of keda, job-6-aa of no project"));
  EXPECT_EQ(Ctl({"debug", "stop", "-e", "test", "--bootstrap"}).code, 0);
  EXPECT_EQ(cancelled_, "job-6-aa");
  EXPECT_EQ(Ctl({"debug", "stop", "-e", "test", "--project", "keda"}).code, 0);
  EXPECT_EQ(cancelled_, "job-5-aa");
}

TEST_F(WorkPodsTest, Reports) {
  EXPECT_EQ(Ctl({"report", "start", "-e", "test", "--ttl", "8h"}).code, 0);
  EXPECT_EQ(asked_.kind() + asked_.options().at("ttl"), "report-pod8h");
  state_ = "succeeded";
  fake_.job_log = {"one task"};
  Outcome outcome = Ctl({"report", "run", "-e", "test", "--follow"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "job-5-aa\n");
  EXPECT_EQ(outcome.err, "one task\n");
  EXPECT_EQ(asked_.kind(), "report");
  state_ = "failed";
  EXPECT_EQ(Ctl({"report", "run", "-e", "test"}).code, 0);
  EXPECT_EQ(Ctl({"report", "run", "-e", "test", "-f"}).code, 1);
  *open_.add_jobs() = WorkJob("job-7-aa", "", "report", "running");
  EXPECT_EQ(Ctl({"report", "stop", "-e", "test"}).code, 0);
  EXPECT_EQ(cancelled_, "job-7-aa");
}

}  // namespace
}  // namespace devstats::ctl
