#include "coordinator/service/coordinator_service.h"

#include "absl/strings/str_cat.h"
#include "common/grpc/status.h"
#include "common/status.h"
#include "common/utf8.h"
#include "coordinator/devstats/psql/alarm.h"
#include "coordinator/service/database_stream.h"
#include "coordinator/service/environment_grafanas.h"
#include "coordinator/service/environment_images.h"
#include "coordinator/service/environment_secrets.h"
#include "coordinator/service/release_request.h"

namespace devstats::coordinator {

using grpc::ServerContext;

namespace {

// What stands where a name should be may be the value itself.
std::string Shown(const std::string& secret_name) {
  return IsSecretName(secret_name) ? secret_name : "(not a name)";
}

// For the audit trail: what is no name may be anything, of any size.
template <typename Request>
std::string NameOf(const Request& q) {
  return CheckReleaseName(q.name(), q.namespace_()).ok() ? absl::StrCat(q.namespace_(), "/", q.name())
                                                         : "(not a name)";
}

// For the audit trail, like that.
std::string Target(const v1::CreateJobRequest& q) {
  return Jobs::IsNamed(q) ? absl::StrCat(q.kind(), " ", q.environment(), "/", q.project()) : "(not a name)";
}
std::string EnvironmentName(const std::string& name) {
  return Environments::IsName(name) ? name : "(not a name)";
}
// Progress, each a message.
std::function<void(absl::string_view)> TellTo(grpc::ServerWriter<v1::UpkeepProgress>* writer) {
  return [writer](absl::string_view text) {
    v1::UpkeepProgress out;
    out.set_text(std::string(text));
    MakeUtf8(&out);
    writer->Write(out);
  };
}
std::string JobId(const std::string& id) { return Jobs::IsId(id) ? id : "(not an id)"; }

}  // namespace

template <typename Response, typename Act>
grpc::Status CoordinatorService::Handle(ServerContext* context, const char* method, const std::string& target,
                                        Response* response, Act act) {
  auto caller = guard_->Check(*context, method, target);
  if (!caller.ok()) return ToGrpc(caller.status());
  absl::StatusOr<Response> result = act(*caller);
  if (!result.ok()) return caller->Done(result.status());
  *response = *std::move(result);
  MakeUtf8(response);
  return caller->Done(absl::OkStatus());
}

grpc::Status CoordinatorService::GetVersion(ServerContext* c, const v1::VersionRequest*, v1::Version* r) {
  return Handle(c, "GetVersion", "", r,
                [&](Caller&) -> absl::StatusOr<v1::Version> { return api_->DoVersion(); });
}

grpc::Status CoordinatorService::GetStatus(ServerContext* c, const v1::StatusRequest*, v1::Status* r) {
  return Handle(c, "GetStatus", "", r, [&](Caller&) { return api_->DoStatus(); });
}

grpc::Status CoordinatorService::GetHealth(ServerContext* c, const v1::HealthRequest*, v1::Health* r) {
  return Handle(c, "GetHealth", "", r, [&](Caller&) { return api_->DoHealth(); });
}

grpc::Status CoordinatorService::CreateNodeToken(ServerContext* c, const v1::NodeTokenRequest* q,
                                                 v1::NodeToken* r) {
  return Handle(c, "CreateNodeToken", q->node(), r, [&](Caller&) { return api_->DoCreateNodeToken(*q); });
}

grpc::Status CoordinatorService::ListNodes(ServerContext* c, const v1::ListNodesRequest*, v1::NodeList* r) {
  return Handle(c, "ListNodes", "", r, [&](Caller&) { return api_->DoListNodes(); });
}

grpc::Status CoordinatorService::GetNode(ServerContext* c, const v1::NodeRequest* q, v1::NodeDetail* r) {
  return Handle(c, "GetNode", q->name(), r, [&](Caller&) { return api_->DoGetNode(q->name()); });
}

grpc::Status CoordinatorService::NodeLogs(ServerContext* c, const v1::NodeLogsRequest* q,
                                          grpc::ServerWriter<agent::v1::LogLine>* w) {
  auto caller = guard_->Check(*c, "NodeLogs", q->name());
  if (!caller.ok()) return ToGrpc(caller.status());
  return caller->Done(api_->DoNodeLogs(*q, [&](const agent::v1::LogLine& line) { return w->Write(line); }));
}

grpc::Status CoordinatorService::Plan(ServerContext* c, const v1::PlanRequest* q, v1::PlanResponse* r) {
  return Handle(c, "Plan", q->file(), r, [&](Caller& caller) -> absl::StatusOr<v1::PlanResponse> {
    // Whoever chooses the secret and the box must be trusted with both.
    if (Api::SendsSecrets(*q))
      RETURN_IF_ERROR(caller.Require(access::Role::kOperator, "this plan sends secrets to boxes"));
    if (Api::RendersCharts(*q))
      RETURN_IF_ERROR(
          caller.Require(access::Role::kOperator, "this plan renders charts, which see the cluster"));
    return api_->DoPlan(*q);
  });
}

grpc::Status CoordinatorService::Apply(ServerContext* c, const v1::ApplyRequest* q, v1::Operation* r) {
  return Handle(c, "Apply", PlanDigest(q->plan()), r, [&](Caller& caller) -> absl::StatusOr<v1::Operation> {
    if (Api::NeedsAdmin(*q))
      RETURN_IF_ERROR(caller.Require(access::Role::kAdmin, "this plan may destroy data"));
    ASSIGN_OR_RETURN(v1::Operation operation, api_->DoApply(*q, caller.name()));
    caller.SetOperation(operation.id());
    return operation;
  });
}

grpc::Status CoordinatorService::ListOperations(ServerContext* c, const v1::ListOperationsRequest* q,
                                                v1::OperationList* r) {
  return Handle(c, "ListOperations", "", r, [&](Caller&) { return api_->DoListOperations(q->limit()); });
}

grpc::Status CoordinatorService::GetOperation(ServerContext* c, const v1::OperationRequest* q,
                                              v1::Operation* r) {
  return Handle(c, "GetOperation", q->id(), r, [&](Caller&) { return api_->DoGetOperation(q->id()); });
}

grpc::Status CoordinatorService::ResumeOperation(ServerContext* c, const v1::OperationRequest* q,
                                                 v1::Operation* r) {
  return Handle(c, "ResumeOperation", q->id(), r, [&](Caller&) { return api_->DoResume(q->id()); });
}

grpc::Status CoordinatorService::ApproveOperation(ServerContext* c, const v1::ApproveRequest* q,
                                                  v1::Operation* r) {
  return Handle(c, "ApproveOperation", q->id(), r, [&](Caller&) { return api_->DoApprove(*q); });
}

grpc::Status CoordinatorService::AbortOperation(ServerContext* c, const v1::OperationRequest* q,
                                                v1::Operation* r) {
  return Handle(c, "AbortOperation", q->id(), r, [&](Caller&) { return api_->DoAbort(q->id()); });
}

grpc::Status CoordinatorService::Watch(ServerContext* c, const v1::WatchRequest* q,
                                       grpc::ServerWriter<events::v1::Event>* w) {
  auto caller = guard_->Check(*c, "Watch", q->operation());
  if (!caller.ok()) return ToGrpc(caller.status());
  auto gone = [&] { return c->IsCancelled() || stopping_(); };
  absl::Status status = api_->DoWatch(*q, gone, [&](const events::v1::Event& e) { return w->Write(e); });
  if (status.ok() && stopping_()) status = absl::UnavailableError("the coordinator is restarting");
  return caller->Done(status);
}

grpc::Status CoordinatorService::PlanRelease(ServerContext* c, const v1::ReleaseRequest* q,
                                             v1::ReleasePlan* r) {
  return Handle(c, "PlanRelease", NameOf(*q), r, [&](Caller&) { return releases_->DoPlanRelease(*q); });
}

grpc::Status CoordinatorService::ChangeRelease(ServerContext* c, const v1::ChangeReleaseRequest* q,
                                               v1::Operation* r) {
  const std::string target =
      absl::StrCat(v1::ReleaseRequest::Action_Name(q->request().action()), " ", NameOf(q->request()));
  return Handle(c, "ChangeRelease", target, r, [&](Caller& caller) -> absl::StatusOr<v1::Operation> {
    ASSIGN_OR_RETURN(const std::string id, releases_->DoChangeRelease(*q, caller.name()));
    caller.SetOperation(id);
    return api_->DoGetOperation(id);
  });
}

grpc::Status CoordinatorService::ListReleases(ServerContext* c, const v1::ListReleasesRequest* q,
                                              v1::ReleaseList* r) {
  return Handle(c, "ListReleases", "", r, [&](Caller&) { return releases_->DoListReleases(*q); });
}

grpc::Status CoordinatorService::GetRelease(ServerContext* c, const v1::GetReleaseRequest* q,
                                            v1::ReleaseDetail* r) {
  return Handle(c, "GetRelease", NameOf(*q), r, [&](Caller&) { return releases_->DoGetRelease(*q); });
}

grpc::Status CoordinatorService::GetReleaseHistory(ServerContext* c, const v1::GetReleaseRequest* q,
                                                   v1::ReleaseList* r) {
  return Handle(c, "GetReleaseHistory", NameOf(*q), r,
                [&](Caller&) { return releases_->DoGetReleaseHistory(*q); });
}

grpc::Status CoordinatorService::GetReleaseDrift(ServerContext* c, const v1::GetReleaseRequest* q,
                                                 v1::ReleaseDrift* r) {
  return Handle(c, "GetReleaseDrift", NameOf(*q), r,
                [&](Caller&) { return releases_->DoGetReleaseDrift(*q); });
}

grpc::Status CoordinatorService::ListJobs(ServerContext* c, const v1::ListJobsRequest* q, v1::JobList* r) {
  return Handle(c, "ListJobs", "", r, [&](Caller&) { return jobs_->DoListJobs(*q); });
}

grpc::Status CoordinatorService::GetJob(ServerContext* c, const v1::JobRequest* q, v1::Job* r) {
  return Handle(c, "GetJob", JobId(q->id()), r, [&](Caller&) { return jobs_->DoGetJob(q->id()); });
}

grpc::Status CoordinatorService::CreateJob(ServerContext* c, const v1::CreateJobRequest* q, v1::Job* r) {
  return Handle(c, "CreateJob", Target(*q), r, [&](Caller& caller) -> absl::StatusOr<v1::Job> {
    ASSIGN_OR_RETURN(const std::string destroys, Jobs::Destroys(*q));
    if (!destroys.empty())
      RETURN_IF_ERROR(caller.Require(access::Role::kAdmin, absl::StrCat("this job ", destroys)));
    return jobs_->DoCreateJob(*q, caller.name());
  });
}

grpc::Status CoordinatorService::CancelJob(ServerContext* c, const v1::JobRequest* q, v1::Job* r) {
  return Handle(c, "CancelJob", JobId(q->id()), r,
                [&](Caller& caller) { return jobs_->DoCancelJob(q->id(), caller.name()); });
}

grpc::Status CoordinatorService::RetryJob(ServerContext* c, const v1::RetryJobRequest* q, v1::Job* r) {
  return Handle(c, "RetryJob", JobId(q->id()), r, [&](Caller& caller) -> absl::StatusOr<v1::Job> {
    ASSIGN_OR_RETURN(const v1::Job old, jobs_->DoGetJob(q->id()));
    if (!old.destroys().empty())
      RETURN_IF_ERROR(caller.Require(access::Role::kAdmin, absl::StrCat("this job ", old.destroys())));
    return jobs_->DoRetryJob(*q, caller.name());
  });
}

grpc::Status CoordinatorService::JobLogs(ServerContext* c, const v1::JobLogsRequest* q,
                                         grpc::ServerWriter<v1::JobLogLine>* w) {
  auto caller = guard_->Check(*c, "JobLogs", JobId(q->id()));
  if (!caller.ok()) return ToGrpc(caller.status());
  auto gone = [&] { return c->IsCancelled() || stopping_(); };
  absl::Status status = jobs_->DoJobLogs(*q, gone, [&](const std::string& line) {
    v1::JobLogLine out;
    out.set_line(line);
    MakeUtf8(&out);
    return w->Write(out);
  });
  if (status.ok() && stopping_()) status = absl::UnavailableError("the coordinator is restarting");
  return caller->Done(status);
}

grpc::Status CoordinatorService::ProjectLogs(ServerContext* c, const v1::ProjectLogsRequest* q,
                                             grpc::ServerWriter<v1::ProjectLogLine>* w) {
  auto caller = guard_->Check(
      *c, "ProjectLogs", absl::StrCat(EnvironmentName(q->environment()), "/", EnvironmentName(q->project())));
  if (!caller.ok()) return ToGrpc(caller.status());
  auto gone = [&] { return c->IsCancelled() || stopping_(); };
  absl::Status status = environments_->DoProjectLogs(*q, gone, [&](v1::ProjectLogLine line) {
    MakeUtf8(&line);
    return w->Write(line);
  });
  if (status.ok() && stopping_()) status = absl::UnavailableError("the coordinator is restarting");
  return caller->Done(status);
}

grpc::Status CoordinatorService::GetEnvironment(ServerContext* c, const v1::EnvironmentRequest* q,
                                                v1::EnvironmentStatus* r) {
  return Handle(c, "GetEnvironment", EnvironmentName(q->environment()), r,
                [&](Caller&) { return environments_->DoGetEnvironment(q->environment()); });
}

grpc::Status CoordinatorService::SuspendEnvironment(ServerContext* c, const v1::SuspendRequest* q,
                                                    v1::CronList* r) {
  return Handle(c, "SuspendEnvironment", Environments::Target(*q), r,
                [&](Caller& caller) { return environments_->DoSuspend(*q, caller.name()); });
}

grpc::Status CoordinatorService::GetPatroni(ServerContext* c, const v1::EnvironmentRequest* q,
                                            v1::PatroniStatus* r) {
  return Handle(c, "GetPatroni", EnvironmentName(q->environment()), r,
                [&](Caller&) { return environments_->DoGetPatroni(q->environment()); });
}

grpc::Status CoordinatorService::GetPatroniParameters(ServerContext* c, const v1::EnvironmentRequest* q,
                                                      v1::PatroniParameters* r) {
  return Handle(c, "GetPatroniParameters", EnvironmentName(q->environment()), r,
                [&](Caller&) { return environments_->DoGetPatroniParameters(q->environment()); });
}

grpc::Status CoordinatorService::ChangePatroni(ServerContext* c, const v1::ChangePatroniRequest* q,
                                               grpc::ServerWriter<v1::PatroniProgress>* w) {
  auto caller = guard_->Check(*c, "ChangePatroni", Environments::Target(*q));
  if (!caller.ok()) return ToGrpc(caller.status());
  auto gone = [&] { return c->IsCancelled() || stopping_(); };
  absl::Status status = environments_->DoChangePatroni(*q, gone, [&](const v1::PatroniProgress& progress) {
    v1::PatroniProgress out = progress;
    MakeUtf8(&out);
    w->Write(out);
  });
  if (absl::IsCancelled(status) && stopping_())
    status = absl::UnavailableError("the coordinator is restarting; what Patroni has begun goes on");
  return caller->Done(status);
}

grpc::Status CoordinatorService::ListProjects(ServerContext* c, const v1::ListProjectsRequest* q,
                                              v1::ProjectList* r) {
  return Handle(c, "ListProjects", EnvironmentName(q->environment()), r,
                [&](Caller&) { return environments_->DoListProjects(*q); });
}

grpc::Status CoordinatorService::ListFlags(ServerContext* c, const v1::ListProjectsRequest* q,
                                           v1::FlagList* r) {
  return Handle(c, "ListFlags", EnvironmentName(q->environment()), r,
                [&](Caller&) { return environments_->DoListFlags(*q); });
}

grpc::Status CoordinatorService::SetSecret(ServerContext* c, const v1::SetSecretRequest* q,
                                           v1::SecretEntry* r) {
  return Handle(c, "SetSecret", Shown(q->name()), r, [&](Caller&) { return api_->DoSetSecret(*q); });
}

grpc::Status CoordinatorService::ListSecrets(ServerContext* c, const v1::ListSecretsRequest*,
                                             v1::SecretList* r) {
  return Handle(c, "ListSecrets", "", r, [&](Caller&) { return api_->DoListSecrets(); });
}

grpc::Status CoordinatorService::DeleteSecret(ServerContext* c, const v1::DeleteSecretRequest* q,
                                              v1::DeleteSecretResponse* r) {
  return Handle(c, "DeleteSecret", Shown(q->name()), r,
                [&](Caller&) { return api_->DoDeleteSecret(q->name()); });
}

grpc::Status CoordinatorService::AddAccess(ServerContext* c, const v1::AddAccessRequest* q,
                                           v1::AccessGrant* r) {
  return Handle(c, "AddAccess", q->name(), r, [&](Caller&) { return api_->DoAddAccess(*q); });
}

grpc::Status CoordinatorService::ListAccess(ServerContext* c, const v1::ListAccessRequest*,
                                            v1::AccessList* r) {
  return Handle(c, "ListAccess", "", r, [&](Caller&) { return api_->DoListAccess(); });
}

grpc::Status CoordinatorService::RevokeAccess(ServerContext* c, const v1::RevokeAccessRequest* q,
                                              v1::RevokeAccessResponse* r) {
  return Handle(c, "RevokeAccess", q->name(), r, [&](Caller&) { return api_->DoRevokeAccess(q->name()); });
}

// Guard needs the first message: whoever is slow to send it is not waited for.
grpc::Status CoordinatorService::OpenDatabase(ServerContext* c, DatabaseStream::Stream* stream) {
  v1::DatabaseInput first;
  {
    const psql::Alarm patience(absl::Now() + absl::Seconds(10), [c] { c->TryCancel(); });
    if (!stream->Read(&first)) return {grpc::StatusCode::CANCELLED, "no database was named"};
  }
  auto caller = guard_->Check(*c, "OpenDatabase", Databases::Target(first));
  if (!caller.ok()) return ToGrpc(caller.status());
  if (!databases_) return caller->Done(absl::UnimplementedError("no databases here"));
  if (!first.read_only())
    if (const absl::Status refused = caller->Require(access::Role::kAdmin, "writing to a database");
        !refused.ok())
      return caller->Done(Hint(refused, "--readonly reads as an operator"));
  DatabaseStream client(c, stream);
  const absl::Status status = databases_->DoOpenDatabase(first, caller->name(), client);
  return caller->Done(client.too_long() ? absl::InvalidArgumentError("a message of more than 64 KiB")
                                        : status);
}

grpc::Status CoordinatorService::EditProjects(ServerContext* c, const v1::EditProjectsRequest* q,
                                              v1::EditedProjects* r) {
  return Handle(c, "EditProjects", EnvironmentName(q->environment()), r,
                [&](Caller&) { return project_changes_->DoEditProjects(*q); });
}

grpc::Status CoordinatorService::CompareProjects(ServerContext* c, const v1::CompareProjectsRequest* q,
                                                 v1::ProjectDifferences* r) {
  return Handle(c, "CompareProjects", EnvironmentName(q->environment()), r,
                [&](Caller&) { return project_changes_->DoCompareProjects(*q); });
}

grpc::Status CoordinatorService::DropProject(ServerContext* c, const v1::DropProjectRequest* q,
                                             v1::JobList* r) {
  return Handle(c, "DropProject", ProjectChanges::Target(*q), r,
                [&](Caller& caller) { return project_changes_->DoDropProject(*q, caller.name()); });
}

// Backups.

grpc::Status CoordinatorService::StartBackups(ServerContext* c, const v1::StartBackupsRequest* q,
                                              v1::JobList* r) {
  return Handle(c, "StartBackups", Backups::Target(*q), r,
                [&](Caller& caller) -> absl::StatusOr<v1::JobList> {
                  if (q->action() == v1::StartBackupsRequest::PRUNE)
                    RETURN_IF_ERROR(caller.Require(access::Role::kAdmin, "this removes backups"));
                  return backups_->DoStartBackups(*q, caller.name());
                });
}

grpc::Status CoordinatorService::ListBackups(ServerContext* c, const v1::ListBackupsRequest* q,
                                             v1::BackupList* r) {
  return Handle(c, "ListBackups", EnvironmentName(q->environment()), r,
                [&](Caller&) { return backups_->DoListBackups(*q); });
}

grpc::Status CoordinatorService::PlanPrune(ServerContext* c, const v1::PlanPruneRequest* q,
                                           v1::PrunePlan* r) {
  return Handle(c, "PlanPrune", EnvironmentName(q->environment()), r,
                [&](Caller&) { return backups_->DoPlanPrune(*q); });
}

// Secrets, images and Grafanas of an environment

grpc::Status CoordinatorService::GetEnvironmentSecrets(ServerContext* c,
                                                       const v1::EnvironmentSecretsRequest* q,
                                                       v1::EnvironmentSecretList* r) {
  return Handle(c, "GetEnvironmentSecrets", EnvironmentName(q->environment()), r,
                [&](Caller&) { return upkeep_.secrets->DoGet(*q); });
}

grpc::Status CoordinatorService::RotateSecret(ServerContext* c, const v1::RotateSecretRequest* q,
                                              grpc::ServerWriter<v1::UpkeepProgress>* w) {
  auto caller = guard_->Check(*c, "RotateSecret", EnvironmentSecrets::Target(*q));
  if (!caller.ok()) return ToGrpc(caller.status());
  auto gone = [&] { return c->IsCancelled() || stopping_(); };
  return caller->Done(upkeep_.secrets->DoRotate(*q, gone, TellTo(w)));
}

grpc::Status CoordinatorService::GetImages(ServerContext* c, const v1::EnvironmentRequest* q,
                                           v1::ImageList* r) {
  return Handle(c, "GetImages", EnvironmentName(q->environment()), r,
                [&](Caller&) { return upkeep_.images->DoGet(q->environment()); });
}

grpc::Status CoordinatorService::ChangeImages(ServerContext* c, const v1::ChangeImagesRequest* q,
                                              v1::ImageList* r) {
  return Handle(c, "ChangeImages", EnvironmentImages::Target(*q), r,
                [&](Caller& caller) { return upkeep_.images->DoChange(*q, caller.name()); });
}

grpc::Status CoordinatorService::RestartGrafanas(ServerContext* c, const v1::RestartGrafanasRequest* q,
                                                 grpc::ServerWriter<v1::UpkeepProgress>* w) {
  auto caller = guard_->Check(*c, "RestartGrafanas", EnvironmentGrafanas::Target(*q));
  if (!caller.ok()) return ToGrpc(caller.status());
  auto gone = [&] { return c->IsCancelled() || stopping_(); };
  return caller->Done(upkeep_.grafanas->DoRestart(*q, gone, TellTo(w)));
}

}  // namespace devstats::coordinator
