#include "coordinator/ctl/client.h"

#include <chrono>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/grpc/status.h"
#include "common/grpc/tls.h"
#include "coordinator/ctl/context.h"
#include "devstats/coordinator/v1/coordinator.grpc.pb.h"
#include "grpcpp/create_channel.h"

namespace devstats::ctl {
namespace {

using Stub = v1::Coordinator::Stub;

constexpr absl::Duration kDeadline = absl::Minutes(1);
constexpr absl::Duration kEveryBox = absl::Minutes(5);
constexpr absl::Duration kEveryObject = absl::Minutes(5);  // of a release
// A release carries its manifest, a request its chart.
constexpr int kMaxMessage = 64 << 20;

grpc::ChannelArguments Arguments(const Identity& server) {
  grpc::ChannelArguments arguments = ClientArguments(server);
  arguments.SetMaxReceiveMessageSize(kMaxMessage);
  arguments.SetMaxSendMessageSize(kMaxMessage);
  return arguments;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const Target& target, absl::Time now) {
  if (!target.socket.empty()) {
    return grpc::CreateCustomChannel(absl::StrCat("unix:", target.socket), grpc::InsecureChannelCredentials(),
                                     Arguments(CoordinatorIdentity("")));
  }
  ASSIGN_OR_RETURN(const Context context, ReadContext(target.context, now), target.context);
  const Identity server = CoordinatorIdentity(context.cluster);
  return grpc::CreateCustomChannel(
      context.address,
      TlsIdentity::Hold(context.ca_pem, context.certificate_pem, context.key).Channel(server),
      Arguments(server));
}

}  // namespace

struct Client::Impl {
  std::string where;
  std::unique_ptr<Stub> stub;
  absl::Mutex mu;
  bool cancelled ABSL_GUARDED_BY(mu) = false;
  grpc::ClientContext* stream ABSL_GUARDED_BY(mu) = nullptr;

  // gRPC's words for "nobody there" say little to a person.
  absl::Status Translate(const grpc::Status& status) const {
    absl::Status out = FromGrpc(status);
    if (absl::IsDeadlineExceeded(out)) return Annotate(out, absl::StrCat("the coordinator at ", where));
    if (!absl::IsUnavailable(out) || !HintOf(out).empty()) return out;
    return Hint(Annotate(out, absl::StrCat("no answer from the coordinator at ", where)),
                "on its box: systemctl status devstats-coordinator");
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request, absl::Duration deadline = kDeadline) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(deadline));
    Response response;
    const grpc::Status status = (stub.get()->*method)(&context, request, &response);
    if (!status.ok()) return Translate(status);
    return response;
  }

  template <typename Request, typename Item>
  absl::Status Stream(std::unique_ptr<grpc::ClientReader<Item>> (Stub::*method)(grpc::ClientContext*,
                                                                                const Request&),
                      const Request& request, const std::function<void(const Item&)>& each) {
    grpc::ClientContext context;
    {
      absl::MutexLock lock(&mu);
      if (cancelled) return absl::CancelledError("interrupted");
      stream = &context;
    }
    auto reader = (stub.get()->*method)(&context, request);
    for (Item item; reader->Read(&item);) each(item);
    const grpc::Status status = reader->Finish();
    absl::MutexLock lock(&mu);
    stream = nullptr;
    if (cancelled) return absl::CancelledError("interrupted");
    return Translate(status);
  }
};

namespace {

class GrpcDatabaseStream : public DatabaseStream {
 public:
  using Translator = std::function<absl::Status(const grpc::Status&)>;
  GrpcDatabaseStream(Stub* stub, const v1::DatabaseInput& first, Translator translate)
      : translate_(std::move(translate)), stream_(stub->OpenDatabase(&context_)) {
    stream_->Write(first);
  }
  bool Write(const std::string& bytes) override {
    v1::DatabaseInput input;
    input.set_data(bytes);
    return stream_->Write(input);
  }
  void Done() override { stream_->WritesDone(); }
  bool Read(std::string* bytes) override {
    v1::DatabaseOutput output;
    if (!stream_->Read(&output) || output.end()) return false;
    bytes->swap(*output.mutable_data());
    return true;
  }
  absl::Status Finish() override {
    // What the coordinator still says is no longer of use.
    for (v1::DatabaseOutput output; stream_->Read(&output);) {
    }
    return translate_(stream_->Finish());
  }
  void Cancel() override { context_.TryCancel(); }

 private:
  const Translator translate_;
  grpc::ClientContext context_;
  const std::unique_ptr<grpc::ClientReaderWriter<v1::DatabaseInput, v1::DatabaseOutput>> stream_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Open(const Target& target, absl::Time now) {
  ASSIGN_OR_RETURN(auto channel, ChannelTo(target, now));
  auto impl = std::make_unique<Impl>();
  impl->where = target.Shown();
  impl->stub = v1::Coordinator::NewStub(channel);
  return std::unique_ptr<Client>(new Client(std::move(impl)));
}

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;

absl::StatusOr<v1::Version> Client::GetVersion() {
  return impl_->Call(&Stub::GetVersion, v1::VersionRequest());
}
absl::StatusOr<v1::Status> Client::GetStatus() {
  return impl_->Call(&Stub::GetStatus, v1::StatusRequest(), kEveryBox);
}
absl::StatusOr<v1::Health> Client::GetHealth() {
  return impl_->Call(&Stub::GetHealth, v1::HealthRequest(), kEveryBox);
}
absl::StatusOr<v1::NodeToken> Client::CreateNodeToken(const v1::NodeTokenRequest& request) {
  return impl_->Call(&Stub::CreateNodeToken, request);
}
absl::StatusOr<v1::NodeList> Client::ListNodes() {
  return impl_->Call(&Stub::ListNodes, v1::ListNodesRequest(), kEveryBox);
}
absl::StatusOr<v1::NodeDetail> Client::GetNode(const v1::NodeRequest& request) {
  return impl_->Call(&Stub::GetNode, request);
}
absl::StatusOr<v1::PlanResponse> Client::Plan(const v1::PlanRequest& request) {
  return impl_->Call(&Stub::Plan, request, kEveryBox);
}
absl::StatusOr<v1::Operation> Client::Apply(const v1::ApplyRequest& request) {
  return impl_->Call(&Stub::Apply, request);
}
absl::StatusOr<v1::OperationList> Client::ListOperations(const v1::ListOperationsRequest& request) {
  return impl_->Call(&Stub::ListOperations, request);
}
absl::StatusOr<v1::Operation> Client::GetOperation(const v1::OperationRequest& request) {
  return impl_->Call(&Stub::GetOperation, request);
}
absl::StatusOr<v1::Operation> Client::ResumeOperation(const v1::OperationRequest& request) {
  return impl_->Call(&Stub::ResumeOperation, request);
}
absl::StatusOr<v1::Operation> Client::ApproveOperation(const v1::ApproveRequest& request) {
  return impl_->Call(&Stub::ApproveOperation, request);
}
absl::StatusOr<v1::Operation> Client::AbortOperation(const v1::OperationRequest& request) {
  return impl_->Call(&Stub::AbortOperation, request);
}
absl::StatusOr<v1::ReleasePlan> Client::PlanRelease(const v1::ReleaseRequest& request) {
  return impl_->Call(&Stub::PlanRelease, request, kEveryObject);
}
absl::StatusOr<v1::Operation> Client::ChangeRelease(const v1::ChangeReleaseRequest& request) {
  return impl_->Call(&Stub::ChangeRelease, request, kEveryObject);
}
absl::StatusOr<v1::ReleaseList> Client::ListReleases(const v1::ListReleasesRequest& request) {
  return impl_->Call(&Stub::ListReleases, request);
}
absl::StatusOr<v1::ReleaseDetail> Client::GetRelease(const v1::GetReleaseRequest& request) {
  return impl_->Call(&Stub::GetRelease, request);
}
absl::StatusOr<v1::ReleaseList> Client::GetReleaseHistory(const v1::GetReleaseRequest& request) {
  return impl_->Call(&Stub::GetReleaseHistory, request);
}
absl::StatusOr<v1::ReleaseDrift> Client::GetReleaseDrift(const v1::GetReleaseRequest& request) {
  return impl_->Call(&Stub::GetReleaseDrift, request, kEveryObject);
}
absl::StatusOr<v1::JobList> Client::ListJobs(const v1::ListJobsRequest& request) {
  return impl_->Call(&Stub::ListJobs, request);
}
absl::StatusOr<v1::Job> Client::GetJob(const v1::JobRequest& request) {
  return impl_->Call(&Stub::GetJob, request);
}
absl::StatusOr<v1::Job> Client::CreateJob(const v1::CreateJobRequest& request) {
  return impl_->Call(&Stub::CreateJob, request);
}
absl::StatusOr<v1::Job> Client::CancelJob(const v1::JobRequest& request) {
  return impl_->Call(&Stub::CancelJob, request);
}
absl::StatusOr<v1::Job> Client::RetryJob(const v1::RetryJobRequest& request) {
  return impl_->Call(&Stub::RetryJob, request);
}
absl::StatusOr<v1::EnvironmentStatus> Client::GetEnvironment(const v1::EnvironmentRequest& request) {
  return impl_->Call(&Stub::GetEnvironment, request, kEveryBox);
}
absl::StatusOr<v1::CronList> Client::SuspendEnvironment(const v1::SuspendRequest& request) {
  return impl_->Call(&Stub::SuspendEnvironment, request, kEveryBox);
}
absl::StatusOr<v1::PatroniStatus> Client::GetPatroni(const v1::EnvironmentRequest& request) {
  return impl_->Call(&Stub::GetPatroni, request, kEveryBox);
}
absl::StatusOr<v1::PatroniParameters> Client::GetPatroniParameters(const v1::EnvironmentRequest& request) {
  return impl_->Call(&Stub::GetPatroniParameters, request, kEveryBox);
}
absl::StatusOr<v1::ProjectList> Client::ListProjects(const v1::ListProjectsRequest& request) {
  return impl_->Call(&Stub::ListProjects, request, kEveryBox);
}
absl::StatusOr<v1::FlagList> Client::ListFlags(const v1::ListProjectsRequest& request) {
  return impl_->Call(&Stub::ListFlags, request, kEveryBox);
}
absl::StatusOr<v1::EditedProjects> Client::EditProjects(const v1::EditProjectsRequest& request) {
  return impl_->Call(&Stub::EditProjects, request);
}
absl::StatusOr<v1::ProjectDifferences> Client::CompareProjects(const v1::CompareProjectsRequest& request) {
  return impl_->Call(&Stub::CompareProjects, request);
}
absl::StatusOr<v1::JobList> Client::DropProject(const v1::DropProjectRequest& request) {
  return impl_->Call(&Stub::DropProject, request);
}
absl::StatusOr<v1::JobList> Client::StartBackups(const v1::StartBackupsRequest& request) {
  return impl_->Call(&Stub::StartBackups, request);
}
absl::StatusOr<v1::BackupList> Client::ListBackups(const v1::ListBackupsRequest& request) {
  return impl_->Call(&Stub::ListBackups, request);
}
absl::StatusOr<v1::PrunePlan> Client::PlanPrune(const v1::PlanPruneRequest& request) {
  return impl_->Call(&Stub::PlanPrune, request);
}
absl::StatusOr<v1::SecretEntry> Client::SetSecret(const v1::SetSecretRequest& request) {
  return impl_->Call(&Stub::SetSecret, request);
}
absl::StatusOr<v1::SecretList> Client::ListSecrets() {
  return impl_->Call(&Stub::ListSecrets, v1::ListSecretsRequest());
}
absl::Status Client::DeleteSecret(const v1::DeleteSecretRequest& request) {
  return impl_->Call(&Stub::DeleteSecret, request).status();
}
absl::StatusOr<v1::AccessGrant> Client::AddAccess(const v1::AddAccessRequest& request) {
  return impl_->Call(&Stub::AddAccess, request);
}
absl::StatusOr<v1::AccessList> Client::ListAccess() {
  return impl_->Call(&Stub::ListAccess, v1::ListAccessRequest());
}
absl::StatusOr<v1::RevokeAccessResponse> Client::RevokeAccess(const v1::RevokeAccessRequest& request) {
  return impl_->Call(&Stub::RevokeAccess, request);
}

absl::Status Client::NodeLogs(const v1::NodeLogsRequest& request,
                              const std::function<void(const agent::v1::LogLine&)>& line) {
  return impl_->Stream<v1::NodeLogsRequest, agent::v1::LogLine>(&Stub::NodeLogs, request, line);
}

absl::Status Client::Watch(const v1::WatchRequest& request,
                           const std::function<void(const events::v1::Event&)>& event) {
  return impl_->Stream<v1::WatchRequest, events::v1::Event>(&Stub::Watch, request, event);
}

absl::Status Client::ChangePatroni(const v1::ChangePatroniRequest& request,
                                   const std::function<void(const v1::PatroniProgress&)>& progress) {
  return impl_->Stream<v1::ChangePatroniRequest, v1::PatroniProgress>(&Stub::ChangePatroni, request,
                                                                      progress);
}

absl::Status Client::ProjectLogs(const v1::ProjectLogsRequest& request,
                                 const std::function<void(const v1::ProjectLogLine&)>& line) {
  return impl_->Stream<v1::ProjectLogsRequest, v1::ProjectLogLine>(&Stub::ProjectLogs, request, line);
}
absl::Status Client::JobLogs(const v1::JobLogsRequest& request,
                             const std::function<void(const v1::JobLogLine&)>& line) {
  return impl_->Stream<v1::JobLogsRequest, v1::JobLogLine>(&Stub::JobLogs, request, line);
}

std::unique_ptr<DatabaseStream> Client::OpenDatabase(const std::string& environment,
                                                     const std::string& database, bool read_only) {
  v1::DatabaseInput first;
  first.set_environment(environment);
  first.set_database(database);
  first.set_read_only(read_only);
  return std::make_unique<GrpcDatabaseStream>(
      impl_->stub.get(), first,
      [impl = impl_.get()](const grpc::Status& status) { return impl->Translate(status); });
}

absl::StatusOr<v1::EnvironmentSecretList> Client::GetEnvironmentSecrets(
    const v1::EnvironmentSecretsRequest& request) {
  return impl_->Call(&Stub::GetEnvironmentSecrets, request, kEveryBox);
}
absl::StatusOr<v1::ImageList> Client::GetImages(const v1::EnvironmentRequest& request) {
  return impl_->Call(&Stub::GetImages, request, kEveryBox);
}
absl::StatusOr<v1::ImageList> Client::ChangeImages(const v1::ChangeImagesRequest& request) {
  return impl_->Call(&Stub::ChangeImages, request, kEveryBox);
}

absl::Status Client::RotateSecret(const v1::RotateSecretRequest& request,
                                  const std::function<void(const v1::UpkeepProgress&)>& progress) {
  return impl_->Stream<v1::RotateSecretRequest, v1::UpkeepProgress>(&Stub::RotateSecret, request, progress);
}

absl::Status Client::RestartGrafanas(const v1::RestartGrafanasRequest& request,
                                     const std::function<void(const v1::UpkeepProgress&)>& progress) {
  return impl_->Stream<v1::RestartGrafanasRequest, v1::UpkeepProgress>(&Stub::RestartGrafanas, request,
                                                                       progress);
}

void Client::CancelStreams() {
  absl::MutexLock lock(&impl_->mu);
  impl_->cancelled = true;
  if (impl_->stream) impl_->stream->TryCancel();
}

}  // namespace devstats::ctl
