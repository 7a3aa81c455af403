// devstatsctl job: what is asked for, and how jobs are shown.
#include "CLI/CLI.hpp"
#include "common/status.h"
#include "coordinator/ctl/job_flags.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "gmock/gmock.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::Job RunningJob() {
  v1::Job job;
  job.set_id("job-17-3fa9c2");
  job.set_environment("test");
  job.set_project("keda");
  job.set_kind("reinit");
  (*job.mutable_options())["tsdb-drop"] = "true";
  (*job.mutable_options())["cpus"] = "8";
  job.set_actor("ann");
  job.set_weight(5);
  job.set_state("running");
  job.set_attempt(2);
  job.set_retry_of("job-9-00aa11");
  job.set_message("running on node-2");
  job.set_queued_ms(1'795'000'000'000);
  job.set_started_ms(1'795'000'001'000);
  job.set_namespace_("devstats-test");
  job.set_pod(true);
  job.set_destroys("drops its series");
  return job;
}

class JobCommandTest : public ::testing::Test {
 protected:
  Outcome Ctl(std::vector<std::string> args) {
    args.insert(args.begin(), {"--socket", fake_.socket(), "job"});
    return Invoke(std::move(args));
  }
  FakeCoordinator fake_;
};

TEST_F(JobCommandTest, ListsWhatIsAskedFor) {
  v1::ListJobsRequest asked;
  fake_.on_list_jobs = [&](const v1::ListJobsRequest& request) -> absl::StatusOr<v1::JobList> {
    asked = request;
    v1::JobList list;
    *list.add_jobs() = RunningJob();
    v1::Job* ended = list.add_jobs();
    *ended = RunningJob();
    ended->set_state("failed");
    ended->set_ended_ms(1'795'000'066'000);
    ended->set_message("gha_logs has no row of it " + std::string(100, 'x'));
    return list;
  };
  Outcome outcome = Ctl({"list", "-e", "test", "--project", "keda", "--kind", "reinit", "--state", "queued",
                         "--state", "failed", "-n", "7"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(asked.environment() + asked.project() + asked.kind(), "testkedareinit");
  EXPECT_THAT(asked.states(), ElementsAre("queued", "failed"));
  EXPECT_EQ(asked.limit(), 7u);
  EXPECT_THAT(
      outcome.out,
      HasSubstr(
          "ID             ENV   PROJECT  KIND    STATE    QUEUED               TOOK   MESSAGE\n"
          "job-17-3fa9c2  test  keda     reinit  running  2026-11-18 11:06:40  -      running on node-2\n"));
  EXPECT_THAT(outcome.out, HasSubstr("1m05s  gha_logs has no row of it xxx"));
  EXPECT_THAT(outcome.out, HasSubstr("...\n"));
  outcome = Ctl({"list", "-o", "wide"});
  EXPECT_THAT(outcome.out, HasSubstr("ann  5       2        job-9-00aa11  cpus=8 tsdb-drop=true\n"));
  EXPECT_THAT(outcome.out, HasSubstr(std::string(100, 'x')));
  EXPECT_THAT(Ctl({"list", "-o", "json"}).out, HasSubstr("\"retry_of\": \"job-9-00aa11\""));
  EXPECT_THAT(Ctl({"list", "-o", "yaml"}).out, HasSubstr("project: keda"));
  EXPECT_EQ(Ctl({"list", "--state", "done"}).code, 1);
}

TEST_F(JobCommandTest, ShowsOne) {
  fake_.on_get_job = [](const v1::JobRequest& request) -> absl::StatusOr<v1::Job> {
    if (request.id() != "job-17-3fa9c2")
      return Hint(absl::NotFoundError("there is no job x"), "devstatsctl job list");
    return RunningJob();
  };
  const Outcome outcome = Ctl({"show", "job-17-3fa9c2"});
  for (const char* line : {"destroys:     drops its series\n", "pod:          devstats-test/job-17-3fa9c2\n",
                           "options:      cpus=8 tsdb-drop=true\n", "retry of:     job-9-00aa11\n"})
    EXPECT_THAT(outcome.out, HasSubstr(line));
  EXPECT_EQ(Ctl({"show", "x"}).err, "error: there is no job x\nhint: devstatsctl job list\n");
}

TEST_F(JobCommandTest, PrintsALog) {
  fake_.job_log = {"one", "\x1b[2Jtwo"};
  const Outcome outcome = Ctl({"logs", "job-1-a", "-n", "50", "-f"});
  EXPECT_EQ(outcome.out, "one\n\\x1b[2Jtwo\n");
  EXPECT_EQ(fake_.job_logs_asked.id(), "job-1-a");
  EXPECT_EQ(fake_.job_logs_asked.lines(), 50u);
  EXPECT_TRUE(fake_.job_logs_asked.follow());
}

TEST_F(JobCommandTest, CancelsAndTellsWhatFollows) {
  std::string state = "running";
  fake_.on_cancel_job = [&](const v1::JobRequest&) -> absl::StatusOr<v1::Job> {
    v1::Job job = RunningJob();
    job.set_state(state);
    return job;
  };
  EXPECT_EQ(Ctl({"cancel", "job-1-a"}).err,
            "its pod is being ended; devstatsctl job show tells when it is gone\n");
  state = "cancelled";
  EXPECT_EQ(Ctl({"cancel", "job-1-a"}).err, "job cancelled\n");
}

TEST_F(JobCommandTest, RetriesWithTheProjectsName) {
  v1::RetryJobRequest asked;
  fake_.on_retry_job = [&](const v1::RetryJobRequest& request) -> absl::StatusOr<v1::Job> {
    asked = request;
    return RunningJob();
  };
  EXPECT_EQ(Ctl({"retry", "job-9-00aa11", "--confirm", "keda"}).out, "job-17-3fa9c2\n");
  EXPECT_EQ(asked.id(), "job-9-00aa11");
  EXPECT_EQ(asked.confirm(), "keda");
  EXPECT_THAT(Ctl({"retry", "--help"}).out, HasSubstr("Examples:\n  devstatsctl job retry job-17-3fa9c2\n"));
}

TEST_F(JobCommandTest, StartsOneWithItsOptions) {
  v1::CreateJobRequest asked;
  fake_.on_create_job = [&](const v1::CreateJobRequest& request) -> absl::StatusOr<v1::Job> {
    asked = request;
    return RunningJob();
  };
  const Outcome outcome = Ctl({"start", "reinit", "keda", "-e", "test", "--set", "cpus=8", "--set",
                               "max-run=a:1h:2", "--weight", "0", "--confirm", "keda"});
  EXPECT_EQ(outcome.out, "job-17-3fa9c2\n") << outcome.err;
  EXPECT_EQ(asked.kind() + asked.project() + asked.environment() + asked.confirm(), "reinitkedatestkeda");
  EXPECT_EQ(asked.options().at("cpus"), "8");
  EXPECT_EQ(asked.options().at("max-run"), "a:1h:2");
  EXPECT_TRUE(asked.has_weight());
  EXPECT_EQ(Ctl({"start", "reinit", "keda", "-e", "test", "--set", "cpus"}).err,
            "error: --set cpus: NAME=VALUE is expected\nhint: devstatsctl job kinds reinit\n");
  EXPECT_EQ(Ctl({"start", "bootstrap", "-e", "test"}).code, 0);
  EXPECT_FALSE(asked.has_weight());
  EXPECT_EQ(Ctl({"start", "reinit", "keda"}).code, 1) << "where?";
}

TEST_F(JobCommandTest, ListsKindsAndTheirOptions) {
  EXPECT_THAT(Ctl({"kinds"}).out, ContainsRegex("restore +replaces its database by a dump"));
  EXPECT_THAT(Ctl({"kinds", "reinit"}).out, HasSubstr("cpus                    1..1024"));
  EXPECT_THAT(Ctl({"kinds", "-o", "json"}).out, HasSubstr("\"chart_value\": \"tsdbDrop\""));
  EXPECT_THAT(Ctl({"kinds", "renit"}).err, HasSubstr("did you mean \"reinit\"?"));
}

TEST(JobFlagsTest, AreMadeFromTheTable) {
  for (const jobs::KindSpec& kind : jobs::AllKinds()) {
    CLI::App app;
    auto options = std::make_shared<JobOptions>();
    AddJobFlags(&app, kind.name, options);
    EXPECT_EQ(app.get_options().size(), kind.options.size() + 1) << "and --help";
  }
  CLI::App app;
  auto options = std::make_shared<JobOptions>();
  AddJobFlags(&app, "reinit", options);
  app.parse("--cpus 8 --tsdb-drop --use-flags=false --max-run calc_metric:48h:102", false);
  EXPECT_EQ(
      *options,
      (JobOptions{
          {"cpus", "8"}, {"tsdb-drop", "true"}, {"use-flags", "false"}, {"max-run", "calc_metric:48h:102"}}));
}

}  // namespace
}  // namespace devstats::ctl
