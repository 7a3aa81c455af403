// Jobs by call, without gRPC and through the real service: what is taken, what needs whom, and what a log
// shows.
#include "coordinator/service/jobs.h"

#include "common/status.h"
#include "tests/coordinator/devstats/jobs/job_database.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/service/served.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class JobsTest : public ::testing::Test {
 protected:
  JobsTest() : db_(jobs::OpenJobs()), store_(db_.get(), &clock_) {}

  static v1::CreateJobRequest Wanted(const std::string& kind, const std::string& project,
                                     const std::map<std::string, std::string>& options = {}) {
    v1::CreateJobRequest request;
    request.set_environment("test");
    request.set_project(project);
    request.set_kind(kind);
    request.mutable_options()->insert(options.begin(), options.end());
    return request;
  }
  std::vector<std::string> Logs(const std::string& id, uint32_t lines = 0, bool follow = false) {
    v1::JobLogsRequest request;
    request.set_id(id);
    request.set_lines(lines);
    request.set_follow(follow);
    std::vector<std::string> out;
    const absl::Status status = jobs_.DoJobLogs(
        request, [] { return false; },
        [&](const std::string& line) {
          out.push_back(line);
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
    return out;
  }
  void Pod(const std::string& id, Json status = Json::object()) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata", {{"name", id}, {"namespace", "default"}}},
                {"spec", {{"containers", Json::array({{{"name", "main"}}})}}},
                {"status", std::move(status)}});
  }
  std::string Running() {
    const std::string id = jobs_.DoCreateJob(Wanted("vars", "keda"), "ann")->id();
    EXPECT_TRUE(store_.Intend(id, "default").ok());
    EXPECT_TRUE(store_.Created(id, "uid").ok());
    Pod(id);
    return id;
  }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  jobs::Store store_;
  kube::FakeKube kube_;
  std::function<void()> second_passes_ = [] {};
  std::optional<v1::CreateJobRequest> backup_;
  Jobs jobs_{
      {.store = &store_,
       .kube = &kube_,
       .weight = [](const std::string& environment, const std::string& project) -> absl::StatusOr<int> {
         if (environment != "test" || project == "ked") return Hint(absl::NotFoundError(project), "keda?");
         return project == "kubernetes" ? 50 : 3;
       },
       .backup = [this](const std::string&, const std::string&) { return backup_; },
       .sleep = [this](absl::Duration) { second_passes_(); }}};
};

TEST_F(JobsTest, QueuesWhatWasAskedFor) {
  const auto job = jobs_.DoCreateJob(
      Wanted("provision", "kubernetes", {{"cpus", "64"}, {"allow-metric-fail", "true"}}), "ann");
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_THAT(job->id(), StartsWith("job-1-"));
  EXPECT_EQ(job->state(), "queued");
  EXPECT_EQ(job->weight(), 50);
  EXPECT_EQ(job->options().at("cpus"), "64");
  EXPECT_EQ(job->options().at("allow-metric-fail"), "true");
  EXPECT_EQ(job->actor(), "ann");
  EXPECT_EQ(job->ended_ms(), 0);
  EXPECT_EQ(jobs_.DoGetJob(job->id())->SerializeAsString().size(), job->SerializeAsString().size());
  v1::CreateJobRequest light = Wanted("vars", "keda");
  light.set_weight(0);
  EXPECT_EQ(jobs_.DoCreateJob(light, "ann")->weight(), 0);
}

TEST_F(JobsTest, AJobMayComeAfterAnother) {
  const std::string first = jobs_.DoCreateJob(Wanted("vars", "keda"), "ann")->id();
  v1::CreateJobRequest request = Wanted("tags", "keda");
  request.set_after(first);
  EXPECT_EQ(jobs_.DoGetJob(jobs_.DoCreateJob(request, "ann")->id())->after(), first);
  request.set_after("job-9-x");
  EXPECT_TRUE(absl::IsNotFound(jobs_.DoCreateJob(request, "ann").status()));
}

TEST_F(JobsTest, WhatReplacesADatabaseComesAfterABackup) {
  v1::CreateJobRequest restore = Wanted("restore", "keda");
  restore.set_confirm("keda");
  const auto none = jobs_.DoCreateJob(restore, "ann");
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->after(), "") << "there is no database yet";
  ASSERT_TRUE(jobs_.DoCancelJob(none->id(), "ann").ok());

  backup_ = Wanted("grants", "keda");  // any kind will do here
  const auto job = jobs_.DoCreateJob(restore, "ann");
  ASSERT_TRUE(job.ok()) << job.status();
  const jobs::Job before = *store_.Get(job->after());
  EXPECT_EQ(before.kind + " " + before.project + " " + before.environment + " " + before.actor,
            "grants keda test ann");
  EXPECT_EQ(before.weight, 3);
  ASSERT_TRUE(jobs_.DoCancelJob(before.id, "ann").ok());

  EXPECT_TRUE(absl::IsAlreadyExists(jobs_.DoCreateJob(restore, "ann").status()));
  EXPECT_EQ(store_.List({.kind = "grants", .states = {jobs::JobState::kQueued}})->size(), 0u)
      << "a backup that nothing comes after is not left behind";
  ASSERT_TRUE(jobs_.DoCancelJob(job->id(), "ann").ok());
  restore.set_no_backup(true);
  EXPECT_EQ(jobs_.DoCreateJob(restore, "ann")->after(), "");
  v1::CreateJobRequest reinit = Wanted("reinit", "keda", {{"drop-database", "true"}});
  reinit.set_confirm("keda");
  EXPECT_NE(jobs_.DoCreateJob(reinit, "ann")->after(), "");
  EXPECT_EQ(jobs_.DoCreateJob(Wanted("reinit", "keda"), "ann")->after(), "");
}

TEST_F(JobsTest, RefusesWhatItCannotDoAndQueuesNothing) {
  EXPECT_EQ(HintOf(jobs_.DoCreateJob(Wanted("provison", "keda"), "ann").status()),
            "did you mean \"provision\"?");
  EXPECT_THAT(jobs_.DoCreateJob(Wanted("vars", "keda", {{"cpus", "x"}}), "ann").status().message(),
              HasSubstr("cpus"));
  EXPECT_EQ(HintOf(jobs_.DoCreateJob(Wanted("vars", "ked"), "ann").status()), "keda?");
  EXPECT_EQ(jobs_.DoCreateJob(Wanted("vars", ""), "ann").status().message(), "vars needs a project");
  EXPECT_EQ(jobs_.DoCreateJob(Wanted("bootstrap", "keda"), "ann").status().message(),
            "bootstrap is of the whole environment, not of a project");
  EXPECT_TRUE(absl::IsInvalidArgument(jobs_.DoCreateJob(Wanted("vars", "a/b"), "ann").status()));
  EXPECT_TRUE(store_.Open()->empty());
  EXPECT_TRUE(jobs_.DoCreateJob(Wanted("bootstrap", ""), "ann").ok());
}

TEST_F(JobsTest, WhatHasAVerbOfItsOwnIsQueuedByThatAlone) {
  const absl::Status refused =
      jobs_.DoCreateJob(Wanted("backup-prune", "", {{"files", "gha.dump:1:1"}}), "ann").status();
  EXPECT_EQ(refused.message(), "backup-prune is not queued as it is");
  EXPECT_EQ(HintOf(refused), "devstatsctl backup prune -e test");
  EXPECT_TRUE(store_.Open()->empty());
}

TEST_F(JobsTest, WhatDestroysIsConfirmedByTheProjectsName) {
  v1::CreateJobRequest request = Wanted("reinit", "keda", {{"tsdb-drop", "true"}});
  const absl::Status refused = jobs_.DoCreateJob(request, "ann").status();
  EXPECT_EQ(refused.message(),
            "the job drops its series before they are computed anew; it was not confirmed");
  EXPECT_EQ(HintOf(refused), "--confirm keda if keda is what you mean");
  request.set_confirm("kubernetes");
  EXPECT_TRUE(absl::IsFailedPrecondition(jobs_.DoCreateJob(request, "ann").status()));
  request.set_confirm("keda");
  const auto job = jobs_.DoCreateJob(request, "ann");
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->destroys(), "drops its series before they are computed anew");
  ASSERT_TRUE(jobs_.DoCancelJob(job->id(), "bob").ok());
  v1::RetryJobRequest retry;
  retry.set_id(job->id());
  EXPECT_TRUE(absl::IsFailedPrecondition(jobs_.DoRetryJob(retry, "ann").status()));
  retry.set_confirm("keda");
  EXPECT_EQ(jobs_.DoRetryJob(retry, "ann")->retry_of(), job->id());
}

TEST_F(JobsTest, OfPodsToWorkInThereIsOneForEachPurpose) {
  const auto first = jobs_.DoCreateJob(Wanted("debug", "keda", {{"ttl", "4h"}}), "ann");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->weight(), 1000) << "before all that nobody waits for";
  const absl::Status second = jobs_.DoCreateJob(Wanted("debug", "keda", {{"ttl", "1h"}}), "bob").status();
  EXPECT_TRUE(absl::IsAlreadyExists(second)) << second;
  EXPECT_THAT(second.message(), HasSubstr(first->id() + ", queued, of ann"));
  EXPECT_EQ(HintOf(second), "devstatsctl debug stop -e test ends it");
  EXPECT_TRUE(jobs_.DoCreateJob(Wanted("debug", "kubernetes", {{"ttl", "4h"}}), "bob").ok());
  EXPECT_TRUE(jobs_.DoCreateJob(Wanted("debug-bootstrap", "", {{"ttl", "4h"}}), "bob").ok());
  ASSERT_TRUE(jobs_.DoCancelJob(first->id(), "ann").ok());
  const auto third = jobs_.DoCreateJob(Wanted("debug", "keda", {{"ttl", "2h"}}), "bob");
  ASSERT_TRUE(third.ok()) << third.status();
  v1::RetryJobRequest retry;
  retry.set_id(first->id());
  EXPECT_TRUE(absl::IsAlreadyExists(jobs_.DoRetryJob(retry, "ann").status()));
}

TEST_F(JobsTest, ListsByFilter) {
  ASSERT_TRUE(jobs_.DoCreateJob(Wanted("vars", "keda"), "ann").ok());
  ASSERT_TRUE(jobs_.DoCreateJob(Wanted("tags", "keda"), "ann").ok());
  v1::ListJobsRequest request;
  EXPECT_EQ(jobs_.DoListJobs(request)->jobs_size(), 2);
  request.set_kind("tags");
  request.add_states("queued");
  EXPECT_EQ(jobs_.DoListJobs(request)->jobs(0).kind(), "tags");
  request.add_states("runing");
  EXPECT_EQ(HintOf(jobs_.DoListJobs(request).status()), "did you mean \"running\"?");
}

TEST_F(JobsTest, ALogIsThePodsOwnOrTheKeptOne) {
  EXPECT_TRUE(absl::IsNotFound(jobs_.DoJobLogs(
      {}, [] { return false; }, [](const auto&) { return true; })));
  const std::string queued = jobs_.DoCreateJob(Wanted("tags", "keda"), "ann")->id();
  EXPECT_THAT(Logs(queued), ElementsAre());
  const std::string id = Running();
  kube_.logs = [](const kube::LogQuery& q) -> absl::StatusOr<std::string> {
    EXPECT_EQ(q.namespace_, "default");
    EXPECT_EQ(q.tail_lines, 2);
    return "one\n\x1b[31mtwo\n";
  };
  EXPECT_THAT(Logs(id, 2), ElementsAre("one", "\\x1b[31mtwo"));
  kube_.logs = [](const kube::LogQuery&) -> absl::StatusOr<std::string> {
    return absl::InvalidArgumentError("container is waiting to start");
  };
  EXPECT_THAT(Logs(id), ElementsAre());
  ASSERT_TRUE(store_.End(id, jobs::JobState::kFailed, "", "a\nb\nc\n").ok());
  EXPECT_THAT(Logs(id), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Logs(id, 2), ElementsAre("b", "c"));
}

TEST_F(JobsTest, ALogBeginsWithWhatComesBeforeThePodsOwnContainer) {
  const std::string id = Running();
  const Json running = {{"running", Json::object()}}, ended = {{"terminated", {{"exitCode", 0}}}};
  Pod(id, {{"initContainerStatuses", Json::array({{{"name", "check"}, {"state", running}}})}});
  kube_.logs = [](const kube::LogQuery& q) { return absl::StrCat("of ", q.container, "\n"); };
  int seconds = 0;
  second_passes_ = [&] {
    if (++seconds == 1)
      Pod(id, {{"initContainerStatuses", Json::array({{{"name", "check"}, {"state", ended}}})},
               {"containerStatuses", Json::array({{{"name", "main"}, {"state", running}}})}});
    if (seconds < 2) return;
    EXPECT_TRUE(store_.End(id, jobs::JobState::kSucceeded, "", "of check\nof main\nbye\n").ok());
  };
  EXPECT_THAT(Logs(id, 10, true), ElementsAre("of check", "of main", "bye"));
}

TEST_F(JobsTest, AFollowedLogTellsEachLineOnce) {
  const std::string id = Running();
  std::string log = "1\n2\n3\n";
  kube_.logs = [&](const kube::LogQuery&) -> absl::StatusOr<std::string> { return log; };
  int seconds = 0;
  second_passes_ = [&] {
    if (++seconds == 1) log += "4\n";
    if (seconds < 3) return;
    EXPECT_TRUE(store_.End(id, jobs::JobState::kSucceeded, "", "3\n4\n5\n").ok());
  };
  EXPECT_THAT(Logs(id, 2, true), ElementsAre("2", "3", "4", "5"));
  EXPECT_EQ(seconds, 3);
}

class JobsServiceTest : public JobsTest {
 protected:
  absl::StatusOr<v1::Job> Create(access::Role role, const v1::CreateJobRequest& request) {
    served_.role = role;
    return served_.Call(&Served::Stub::CreateJob, request);
  }

  access::World access_;
  Served served_{{.jobs = &jobs_}, &access_, access::Role::kOperator};
};

TEST_F(JobsServiceTest, OperatorsQueueAdminsDestroyViewersLook) {
  const v1::CreateJobRequest plain = Wanted("vars", "keda");
  v1::CreateJobRequest drops = Wanted("reinit", "keda", {{"drop-database", "true"}});
  drops.set_confirm("keda");
  EXPECT_TRUE(absl::IsPermissionDenied(Create(access::Role::kViewer, plain).status()));
  const auto job = Create(access::Role::kOperator, plain);
  ASSERT_TRUE(job.ok()) << job.status();
  const absl::Status refused = Create(access::Role::kOperator, drops).status();
  EXPECT_TRUE(absl::IsPermissionDenied(refused));
  EXPECT_THAT(refused.message(), HasSubstr("this job drops its whole database before"));
  EXPECT_TRUE(Create(access::Role::kAdmin, drops).ok());

  served_.role = access::Role::kViewer;
  grpc::ClientContext context;
  v1::JobLogsRequest request;
  request.set_id(job->id());
  const auto reader = served_.stub().JobLogs(&context, request);
  v1::JobLogLine line;
  EXPECT_FALSE(reader->Read(&line)) << "it has not begun";
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(JobsServiceTest, ADestructiveRetryIsForAdmins) {
  v1::CreateJobRequest drops = Wanted("restore", "keda");
  drops.set_confirm("keda");
  const auto job = Create(access::Role::kAdmin, drops);
  ASSERT_TRUE(job.ok()) << job.status();
  ASSERT_TRUE(store_.Cancel(job->id(), "ann").ok());
  served_.role = access::Role::kOperator;
  v1::RetryJobRequest retry;
  retry.set_id(job->id());
  retry.set_confirm("keda");
  EXPECT_TRUE(absl::IsPermissionDenied(served_.Call(&Served::Stub::RetryJob, retry).status()));
}

}  // namespace
}  // namespace devstats::coordinator
