// Jobs by call, without gRPC and through the real service: what is taken, what needs whom, and what a log
// shows.
#include "coordinator/service/jobs.h"

#include "common/grpc/status.h"
#include "common/status.h"
#include "coordinator/service/coordinator_service.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/coordinator/access/fixture.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class JobsTest : public ::testing::Test {
 protected:
  JobsTest() : db_(*Database::Open(":memory:", {jobs::Store::Schema()})), store_(db_.get(), &clock_) {}

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
  std::string Running() {
    const std::string id = jobs_.DoCreateJob(Wanted("vars", "keda"), "ann")->id();
    EXPECT_TRUE(store_.Intend(id, "default").ok());
    EXPECT_TRUE(store_.Created(id, "uid").ok());
    return id;
  }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  jobs::Store store_;
  kube::FakeKube kube_;
  int woken_ = 0;
  std::function<void()> second_passes_ = [] {};
  Jobs jobs_{
      {.store = &store_,
       .kube = &kube_,
       .weight = [](const std::string& environment, const std::string& project) -> absl::StatusOr<int> {
         if (environment != "test" || project == "ked") return Hint(absl::NotFoundError(project), "keda?");
         return project == "kubernetes" ? 50 : 3;
       },
       .wake = [this] { ++woken_; },
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
  EXPECT_EQ(woken_, 1);
  EXPECT_EQ(jobs_.DoGetJob(job->id())->SerializeAsString().size(), job->SerializeAsString().size());
  v1::CreateJobRequest light = Wanted("vars", "keda");
  light.set_weight(0);
  EXPECT_EQ(jobs_.DoCreateJob(light, "ann")->weight(), 0);
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
  EXPECT_EQ(woken_, 0);
  EXPECT_TRUE(jobs_.DoCreateJob(Wanted("bootstrap", ""), "ann").ok());
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

TEST(NewLinesTest, FindsWhatCameSince) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(NewLines({}, {"a"}), Lines{"a"});
  EXPECT_EQ(NewLines({"a"}, {"a"}), Lines{});
  EXPECT_EQ(NewLines({"a", "b"}, {"a", "b", "c"}), Lines{"c"});
  EXPECT_EQ(NewLines({"a", "b", "c"}, {"b", "c", "d"}), Lines{"d"});
  EXPECT_EQ(NewLines({"a", "b", "c"}, {"b", "c"}), Lines{}) << "fewer are kept";
  EXPECT_EQ(NewLines({"a"}, {"x", "y"}), (Lines{"x", "y"}));
  EXPECT_EQ(NewLines({"a", "a"}, {"a", "a", "a"}), Lines{"a"});
}

class JobsServiceTest : public JobsTest {
 protected:
  JobsServiceTest() {
    const std::string address = "unix:" + access_.dir / "api.sock";
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::Coordinator::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  }
  ~JobsServiceTest() override { server_->Shutdown(); }

  absl::StatusOr<v1::Job> Create(access::Role role, const v1::CreateJobRequest& request) {
    role_ = role;
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
    v1::Job job;
    const grpc::Status status = stub_->CreateJob(&context, request, &job);
    if (!status.ok()) return FromGrpc(status);
    return job;
  }

  access::World access_;
  access::Role role_ = access::Role::kOperator;
  Guard guard_{&access::CoordinatorRules(),
               [this](const grpc::ServerContextBase&, Principal* who) {
                 *who = {"ann", "01", role_};
                 return absl::OkStatus();
               },
               access_.audit.get(), &access_.clock};
  CoordinatorService service_{nullptr, nullptr, &jobs_, nullptr, &guard_, [] { return false; }};
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::Coordinator::Stub> stub_;
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

  role_ = access::Role::kViewer;
  grpc::ClientContext context;
  v1::JobLogsRequest request;
  request.set_id(job->id());
  const auto reader = stub_->JobLogs(&context, request);
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
  role_ = access::Role::kOperator;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(30)));
  v1::RetryJobRequest retry;
  retry.set_id(job->id());
  retry.set_confirm("keda");
  v1::Job again;
  EXPECT_EQ(stub_->RetryJob(&context, retry, &again).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace devstats::coordinator
