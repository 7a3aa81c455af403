// A coordinator that answers what a test put into it, over a real server: on a Unix socket, or by mutual TLS.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/digest.h"
#include "common/grpc/status.h"
#include "common/grpc/tls.h"
#include "common/identity.h"
#include "common/pki.h"
#include "coordinator/plan/plan.h"
#include "devstats/coordinator/v1/coordinator.grpc.pb.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/common/temp_dir.h"

namespace devstats::ctl {

namespace v1 = coordinator::v1;

class FakeCoordinator : public v1::Coordinator::Service {
 public:
  FakeCoordinator() { Start(); }
  ~FakeCoordinator() override { Stop(); }

  std::string socket() const { return folder_ / "api.sock"; }
  void Start() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket(), grpc::InsecureServerCredentials());
    if (tls_) builder.AddListeningPort("127.0.0.1:0", tls_->MutualServer(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  // As a restart of the daemon does it: streams end as unavailable or cancelled.
  void Stop() {
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
    server_->Wait();
    server_.reset();
  }
  // Serves mutual TLS, too, and signs what AddAccess is given.
  void StartTls() {
    Stop();
    const absl::Time now = absl::Now();
    authority_ = *pki::NewAuthority("test", now - absl::Hours(1), now + absl::Hours(1));
    const Secret key = *pki::NewKey();
    const Identity self = CoordinatorIdentity("c1");
    const std::string certificate = *pki::Sign(*authority_, *pki::NewRequest(key, "coordinator"),
                                               {.common_name = "coordinator",
                                                .dns = {self.DnsName()},
                                                .uris = {self.Uri()},
                                                .usage = pki::Usage::kServer,
                                                .not_before = now - absl::Minutes(1),
                                                .not_after = now + absl::Hours(1)});
    tls_ = TlsIdentity::Hold(authority_->certificate_pem, certificate, key);
    Start();
  }

  // Lets the operation go on: events are sent to who watches, `operation` is what GetOperation says.
  void Tell(events::v1::Event::Kind kind, const std::string& unit, const std::string& state,
            const std::string& message = "", int64_t elapsed_ms = 0) {
    absl::MutexLock lock(&mu_);
    events::v1::Event event;
    event.set_id(events_.size() + 1);
    event.set_time_ms(1'795'000'000'000 + 1000 * static_cast<int64_t>(event.id()));
    event.set_kind(kind);
    event.set_operation(operation.id());
    event.set_unit(unit);
    event.set_state(state);
    event.set_message(message);
    event.set_elapsed_ms(elapsed_ms);
    events_.push_back(event);
  }
  void SetState(const std::string& state) {
    absl::MutexLock lock(&mu_);
    operation.set_state(state);
  }
  // The `since` of every Watch so far, and the last event sent to any of them.
  std::vector<uint64_t> watched() const {
    absl::MutexLock lock(&mu_);
    return watched_;
  }
  uint64_t sent() const {
    absl::MutexLock lock(&mu_);
    return sent_;
  }

  // What is answered; set before the calls.
  v1::Status status;
  v1::NodeList nodes;
  v1::NodeDetail node;
  v1::NodeToken token;
  v1::Health health;
  plan::v1::Plan plan;
  v1::Operation operation;
  v1::SecretList secrets;  // SetSecret answers with the first one
  absl::Status refuse;     // of AddAccess
  // Answer what concerns releases; a call that no test expects is refused.
  std::function<absl::StatusOr<v1::ReleasePlan>(const v1::ReleaseRequest&)> on_plan_release;
  std::function<absl::StatusOr<v1::Operation>(const v1::ChangeReleaseRequest&)> on_change_release;
  std::function<absl::StatusOr<v1::ReleaseList>(const v1::ListReleasesRequest&)> on_list_releases;
  std::function<absl::StatusOr<v1::ReleaseDetail>(const v1::GetReleaseRequest&)> on_get_release;
  std::function<absl::StatusOr<v1::ReleaseList>(const v1::GetReleaseRequest&)> on_release_history;
  std::function<absl::StatusOr<v1::ReleaseDrift>(const v1::GetReleaseRequest&)> on_release_drift;
  std::function<absl::StatusOr<v1::JobList>(const v1::ListJobsRequest&)> on_list_jobs;
  std::function<absl::StatusOr<v1::JobList>(const v1::StartBackupsRequest&)> on_start_backups;
  std::function<absl::StatusOr<v1::BackupList>(const v1::ListBackupsRequest&)> on_list_backups;
  std::function<absl::StatusOr<v1::PrunePlan>(const v1::PlanPruneRequest&)> on_plan_prune;
  std::function<absl::StatusOr<v1::Job>(const v1::JobRequest&)> on_get_job, on_cancel_job;
  std::function<absl::StatusOr<v1::Job>(const v1::CreateJobRequest&)> on_create_job;
  std::function<absl::StatusOr<v1::Job>(const v1::RetryJobRequest&)> on_retry_job;
  std::vector<std::string> job_log;
  int job_logs_cut = 0;  // so many streams of it end as when the coordinator restarts
  std::function<absl::StatusOr<v1::EnvironmentStatus>(const v1::EnvironmentRequest&)> on_get_environment;
  std::function<absl::StatusOr<v1::CronList>(const v1::SuspendRequest&)> on_suspend;
  std::function<absl::StatusOr<v1::PatroniStatus>(const v1::EnvironmentRequest&)> on_get_patroni;
  std::function<absl::StatusOr<v1::PatroniParameters>(const v1::EnvironmentRequest&)> on_get_parameters;
  std::function<absl::StatusOr<v1::PatroniProgress>(const v1::ChangePatroniRequest&)> on_change_patroni;
  std::function<absl::StatusOr<v1::ProjectList>(const v1::ListProjectsRequest&)> on_list_projects;
  std::function<absl::StatusOr<v1::FlagList>(const v1::ListProjectsRequest&)> on_list_flags;
  std::function<absl::StatusOr<v1::EditedProjects>(const v1::EditProjectsRequest&)> on_edit_projects;
  std::function<absl::StatusOr<v1::ProjectDifferences>(const v1::CompareProjectsRequest&)>
      on_compare_projects;
  std::function<absl::StatusOr<v1::JobList>(const v1::DropProjectRequest&)> on_drop_project;
  std::function<absl::StatusOr<v1::EnvironmentSecretList>(const v1::EnvironmentSecretsRequest&)>
      on_get_secrets;
  std::function<absl::StatusOr<v1::UpkeepProgress>(const v1::RotateSecretRequest&)> on_rotate;
  std::function<absl::StatusOr<v1::ImageList>(const v1::EnvironmentRequest&)> on_get_images;
  std::function<absl::StatusOr<v1::ImageList>(const v1::ChangeImagesRequest&)> on_change_images;
  std::function<absl::StatusOr<v1::UpkeepProgress>(const v1::RestartGrafanasRequest&)> on_restart_grafanas;
  // What was asked.
  v1::ProjectLogsRequest project_logs_asked;
  std::vector<v1::ProjectLogLine> project_log;
  v1::JobLogsRequest job_logs_asked;
  v1::PlanRequest planned;
  std::vector<v1::ApplyRequest> applied;
  v1::ApproveRequest approved;
  v1::SetSecretRequest secret_set;
  std::string secret_deleted;
  bool had_deadline = true;

 private:
  using Context = grpc::ServerContext;
  template <typename T>
  grpc::Status Answer(const Context* context, const T& value, T* response) {
    absl::MutexLock lock(&mu_);
    if (context->deadline() == std::chrono::system_clock::time_point::max()) had_deadline = false;
    *response = value;
    return grpc::Status::OK;
  }
  grpc::Status GetVersion(Context* c, const v1::VersionRequest*, v1::Version* r) override {
    return Answer(c, status.version(), r);
  }
  grpc::Status GetStatus(Context* c, const v1::StatusRequest*, v1::Status* r) override {
    return Answer(c, status, r);
  }
  grpc::Status GetHealth(Context* c, const v1::HealthRequest*, v1::Health* r) override {
    return Answer(c, health, r);
  }
  grpc::Status ListNodes(Context* c, const v1::ListNodesRequest*, v1::NodeList* r) override {
    return Answer(c, nodes, r);
  }
  grpc::Status GetNode(Context* c, const v1::NodeRequest*, v1::NodeDetail* r) override {
    return Answer(c, node, r);
  }
  grpc::Status CreateNodeToken(Context* c, const v1::NodeTokenRequest*, v1::NodeToken* r) override {
    return Answer(c, token, r);
  }
  grpc::Status NodeLogs(Context*, const v1::NodeLogsRequest* q,
                        grpc::ServerWriter<agent::v1::LogLine>* writer) override {
    agent::v1::LogLine line;
    line.set_unit(q->unit());
    line.set_text("a\x1b[2Jline");
    writer->Write(line);
    return grpc::Status::OK;
  }
  grpc::Status Plan(Context* c, const v1::PlanRequest* q, v1::PlanResponse* r) override {
    planned = *q;
    v1::PlanResponse response;
    *response.mutable_plan() = plan;
    response.set_digest(coordinator::PlanDigest(plan));
    return Answer(c, response, r);
  }
  grpc::Status Apply(Context* c, const v1::ApplyRequest* q, v1::Operation* r) override {
    applied.push_back(*q);
    return Answer(c, operation, r);
  }
  grpc::Status ListOperations(Context* c, const v1::ListOperationsRequest*, v1::OperationList* r) override {
    v1::OperationList list;
    *list.add_operations() = operation;
    return Answer(c, list, r);
  }
  grpc::Status GetOperation(Context* c, const v1::OperationRequest*, v1::Operation* r) override {
    return Answer(c, operation, r);
  }
  grpc::Status ApproveOperation(Context* c, const v1::ApproveRequest* q, v1::Operation* r) override {
    approved = *q;
    SetState("done");
    Tell(events::v1::Event::OPERATION, "", "done");
    return Answer(c, operation, r);
  }
  template <typename Request, typename Response>
  grpc::Status Ask(const Context* context,
                   const std::function<absl::StatusOr<Response>(const Request&)>& answer,
                   const Request& request, Response* response) {
    if (!answer) return {grpc::StatusCode::UNIMPLEMENTED, "nobody expects this"};
    absl::StatusOr<Response> value = answer(request);
    return value.ok() ? Answer(context, *value, response) : ToGrpc(value.status());
  }
  grpc::Status PlanRelease(Context* c, const v1::ReleaseRequest* q, v1::ReleasePlan* r) override {
    return Ask(c, on_plan_release, *q, r);
  }
  grpc::Status ChangeRelease(Context* c, const v1::ChangeReleaseRequest* q, v1::Operation* r) override {
    return Ask(c, on_change_release, *q, r);
  }
  grpc::Status ListReleases(Context* c, const v1::ListReleasesRequest* q, v1::ReleaseList* r) override {
    return Ask(c, on_list_releases, *q, r);
  }
  grpc::Status GetRelease(Context* c, const v1::GetReleaseRequest* q, v1::ReleaseDetail* r) override {
    return Ask(c, on_get_release, *q, r);
  }
  grpc::Status GetReleaseHistory(Context* c, const v1::GetReleaseRequest* q, v1::ReleaseList* r) override {
    return Ask(c, on_release_history, *q, r);
  }
  grpc::Status GetReleaseDrift(Context* c, const v1::GetReleaseRequest* q, v1::ReleaseDrift* r) override {
    return Ask(c, on_release_drift, *q, r);
  }
  grpc::Status StartBackups(Context* c, const v1::StartBackupsRequest* q, v1::JobList* r) override {
    return Ask(c, on_start_backups, *q, r);
  }
  grpc::Status ListBackups(Context* c, const v1::ListBackupsRequest* q, v1::BackupList* r) override {
    return Ask(c, on_list_backups, *q, r);
  }
  grpc::Status PlanPrune(Context* c, const v1::PlanPruneRequest* q, v1::PrunePlan* r) override {
    return Ask(c, on_plan_prune, *q, r);
  }
  grpc::Status ListJobs(Context* c, const v1::ListJobsRequest* q, v1::JobList* r) override {
    return Ask(c, on_list_jobs, *q, r);
  }
  grpc::Status GetJob(Context* c, const v1::JobRequest* q, v1::Job* r) override {
    return Ask(c, on_get_job, *q, r);
  }
  grpc::Status CreateJob(Context* c, const v1::CreateJobRequest* q, v1::Job* r) override {
    return Ask(c, on_create_job, *q, r);
  }
  grpc::Status CancelJob(Context* c, const v1::JobRequest* q, v1::Job* r) override {
    return Ask(c, on_cancel_job, *q, r);
  }
  grpc::Status RetryJob(Context* c, const v1::RetryJobRequest* q, v1::Job* r) override {
    return Ask(c, on_retry_job, *q, r);
  }
  grpc::Status JobLogs(Context*, const v1::JobLogsRequest* q,
                       grpc::ServerWriter<v1::JobLogLine>* writer) override {
    job_logs_asked = *q;
    for (const std::string& text : job_log) {
      v1::JobLogLine line;
      line.set_line(text);
      writer->Write(line);
    }
    if (job_logs_cut-- > 0) return {grpc::StatusCode::UNAVAILABLE, "stopping"};
    return grpc::Status::OK;
  }
  grpc::Status ProjectLogs(Context*, const v1::ProjectLogsRequest* q,
                           grpc::ServerWriter<v1::ProjectLogLine>* writer) override {
    project_logs_asked = *q;
    for (const v1::ProjectLogLine& line : project_log) writer->Write(line);
    return grpc::Status::OK;
  }
  grpc::Status SetSecret(Context* c, const v1::SetSecretRequest* q, v1::SecretEntry* r) override {
    secret_set = *q;
    return Answer(c, secrets.entries(0), r);
  }
  grpc::Status GetEnvironment(Context* c, const v1::EnvironmentRequest* q,
                              v1::EnvironmentStatus* r) override {
    return Ask(c, on_get_environment, *q, r);
  }
  grpc::Status SuspendEnvironment(Context* c, const v1::SuspendRequest* q, v1::CronList* r) override {
    return Ask(c, on_suspend, *q, r);
  }
  grpc::Status GetPatroni(Context* c, const v1::EnvironmentRequest* q, v1::PatroniStatus* r) override {
    return Ask(c, on_get_patroni, *q, r);
  }
  grpc::Status GetPatroniParameters(Context* c, const v1::EnvironmentRequest* q,
                                    v1::PatroniParameters* r) override {
    return Ask(c, on_get_parameters, *q, r);
  }
  grpc::Status ChangePatroni(Context*, const v1::ChangePatroniRequest* q,
                             grpc::ServerWriter<v1::PatroniProgress>* writer) override {
    const absl::StatusOr<v1::PatroniProgress> progress = on_change_patroni(*q);
    if (!progress.ok()) return ToGrpc(progress.status());
    writer->Write(*progress);
    return grpc::Status::OK;
  }
  template <typename Request>
  static grpc::Status Tell(const std::function<absl::StatusOr<v1::UpkeepProgress>(const Request&)>& answer,
                           const Request& request, grpc::ServerWriter<v1::UpkeepProgress>* writer) {
    const absl::StatusOr<v1::UpkeepProgress> progress = answer(request);
    if (!progress.ok()) return ToGrpc(progress.status());
    writer->Write(*progress);
    return grpc::Status::OK;
  }
  grpc::Status GetEnvironmentSecrets(Context* c, const v1::EnvironmentSecretsRequest* q,
                                     v1::EnvironmentSecretList* r) override {
    return Ask(c, on_get_secrets, *q, r);
  }
  grpc::Status RotateSecret(Context*, const v1::RotateSecretRequest* q,
                            grpc::ServerWriter<v1::UpkeepProgress>* writer) override {
    return Tell(on_rotate, *q, writer);
  }
  grpc::Status GetImages(Context* c, const v1::EnvironmentRequest* q, v1::ImageList* r) override {
    return Ask(c, on_get_images, *q, r);
  }
  grpc::Status ChangeImages(Context* c, const v1::ChangeImagesRequest* q, v1::ImageList* r) override {
    return Ask(c, on_change_images, *q, r);
  }
  grpc::Status RestartGrafanas(Context*, const v1::RestartGrafanasRequest* q,
                               grpc::ServerWriter<v1::UpkeepProgress>* writer) override {
    return Tell(on_restart_grafanas, *q, writer);
  }
  grpc::Status ListProjects(Context* c, const v1::ListProjectsRequest* q, v1::ProjectList* r) override {
    return Ask(c, on_list_projects, *q, r);
  }
  grpc::Status ListFlags(Context* c, const v1::ListProjectsRequest* q, v1::FlagList* r) override {
    return Ask(c, on_list_flags, *q, r);
  }
  grpc::Status EditProjects(Context* c, const v1::EditProjectsRequest* q, v1::EditedProjects* r) override {
    return Ask(c, on_edit_projects, *q, r);
  }
  grpc::Status CompareProjects(Context* c, const v1::CompareProjectsRequest* q,
                               v1::ProjectDifferences* r) override {
    return Ask(c, on_compare_projects, *q, r);
  }
  grpc::Status DropProject(Context* c, const v1::DropProjectRequest* q, v1::JobList* r) override {
    return Ask(c, on_drop_project, *q, r);
  }
  grpc::Status ListSecrets(Context* c, const v1::ListSecretsRequest*, v1::SecretList* r) override {
    return Answer(c, secrets, r);
  }
  grpc::Status DeleteSecret(Context* c, const v1::DeleteSecretRequest* q,
                            v1::DeleteSecretResponse* r) override {
    secret_deleted = q->name();
    return Answer(c, v1::DeleteSecretResponse(), r);
  }
  grpc::Status AddAccess(Context* c, const v1::AddAccessRequest* q, v1::AccessGrant* r) override {
    if (!refuse.ok()) return ToGrpc(refuse);
    const absl::Time now = absl::Now();
    v1::AccessGrant grant;
    grant.set_certificate_pem(*pki::Sign(*authority_, q->csr_pem(),
                                         {.common_name = q->name(),
                                          .uris = {UserIdentity("c1", q->name()).Uri()},
                                          .not_before = now - absl::Minutes(1),
                                          .not_after = now + absl::Hours(1)}));
    grant.set_ca_pem(authority_->certificate_pem);
    grant.set_address("127.0.0.1:" + std::to_string(port_));
    return Answer(c, grant, r);
  }

  grpc::Status Watch(Context* context, const v1::WatchRequest* q,
                     grpc::ServerWriter<events::v1::Event>* writer) override {
    absl::MutexLock lock(&mu_);
    watched_.push_back(q->since());
    for (uint64_t next = q->since(); !context->IsCancelled();) {
      if (next < events_.size()) {
        writer->Write(events_[next++]);
        sent_ = std::max(sent_, next);
      } else if (!q->follow() || operation.state() != "running") {
        return grpc::Status::OK;
      } else {
        auto more = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return next < events_.size(); };
        mu_.AwaitWithTimeout(absl::Condition(&more), absl::Milliseconds(20));
      }
    }
    return {grpc::StatusCode::UNAVAILABLE, "the coordinator is restarting"};
  }

  const TempDir folder_;
  std::unique_ptr<grpc::Server> server_;
  std::optional<pki::Authority> authority_;
  std::optional<TlsIdentity> tls_;
  int port_ = 0;
  mutable absl::Mutex mu_;
  std::vector<events::v1::Event> events_ ABSL_GUARDED_BY(mu_);
  std::vector<uint64_t> watched_ ABSL_GUARDED_BY(mu_);
  uint64_t sent_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace devstats::ctl
