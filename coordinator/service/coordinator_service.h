// The coordinator's gRPC surface. Every handler: Guard, then one Do... of Api, Releases, Jobs or
// Environments, then Done.
#pragma once
#include <functional>

#include "coordinator/service/api.h"
#include "coordinator/service/environments.h"
#include "coordinator/service/guard.h"
#include "coordinator/service/jobs.h"
#include "coordinator/service/releases.h"
#include "devstats/coordinator/v1/coordinator.grpc.pb.h"

namespace devstats::coordinator {

class CoordinatorService final : public v1::Coordinator::Service {
 public:
  // Not owned. `stopping` ends the streams when the daemon stops.
  CoordinatorService(Api* api, Releases* releases, Jobs* jobs, Environments* environments, Guard* guard,
                     std::function<bool()> stopping)
      : api_(api),
        releases_(releases),
        jobs_(jobs),
        environments_(environments),
        guard_(guard),
        stopping_(std::move(stopping)) {}

  grpc::Status GetVersion(grpc::ServerContext*, const v1::VersionRequest*, v1::Version*) override;
  grpc::Status GetStatus(grpc::ServerContext*, const v1::StatusRequest*, v1::Status*) override;
  grpc::Status GetHealth(grpc::ServerContext*, const v1::HealthRequest*, v1::Health*) override;
  grpc::Status CreateNodeToken(grpc::ServerContext*, const v1::NodeTokenRequest*, v1::NodeToken*) override;
  grpc::Status ListNodes(grpc::ServerContext*, const v1::ListNodesRequest*, v1::NodeList*) override;
  grpc::Status GetNode(grpc::ServerContext*, const v1::NodeRequest*, v1::NodeDetail*) override;
  grpc::Status NodeLogs(grpc::ServerContext*, const v1::NodeLogsRequest*,
                        grpc::ServerWriter<agent::v1::LogLine>*) override;
  grpc::Status Plan(grpc::ServerContext*, const v1::PlanRequest*, v1::PlanResponse*) override;
  grpc::Status Apply(grpc::ServerContext*, const v1::ApplyRequest*, v1::Operation*) override;
  grpc::Status ListOperations(grpc::ServerContext*, const v1::ListOperationsRequest*,
                              v1::OperationList*) override;
  grpc::Status GetOperation(grpc::ServerContext*, const v1::OperationRequest*, v1::Operation*) override;
  grpc::Status ResumeOperation(grpc::ServerContext*, const v1::OperationRequest*, v1::Operation*) override;
  grpc::Status ApproveOperation(grpc::ServerContext*, const v1::ApproveRequest*, v1::Operation*) override;
  grpc::Status AbortOperation(grpc::ServerContext*, const v1::OperationRequest*, v1::Operation*) override;
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest*,
                     grpc::ServerWriter<events::v1::Event>*) override;
  grpc::Status PlanRelease(grpc::ServerContext*, const v1::ReleaseRequest*, v1::ReleasePlan*) override;
  grpc::Status ChangeRelease(grpc::ServerContext*, const v1::ChangeReleaseRequest*, v1::Operation*) override;
  grpc::Status ListReleases(grpc::ServerContext*, const v1::ListReleasesRequest*, v1::ReleaseList*) override;
  grpc::Status GetRelease(grpc::ServerContext*, const v1::GetReleaseRequest*, v1::ReleaseDetail*) override;
  grpc::Status GetReleaseHistory(grpc::ServerContext*, const v1::GetReleaseRequest*,
                                 v1::ReleaseList*) override;
  grpc::Status GetReleaseDrift(grpc::ServerContext*, const v1::GetReleaseRequest*,
                               v1::ReleaseDrift*) override;
  grpc::Status ListJobs(grpc::ServerContext*, const v1::ListJobsRequest*, v1::JobList*) override;
  grpc::Status GetJob(grpc::ServerContext*, const v1::JobRequest*, v1::Job*) override;
  grpc::Status CreateJob(grpc::ServerContext*, const v1::CreateJobRequest*, v1::Job*) override;
  grpc::Status CancelJob(grpc::ServerContext*, const v1::JobRequest*, v1::Job*) override;
  grpc::Status RetryJob(grpc::ServerContext*, const v1::RetryJobRequest*, v1::Job*) override;
  grpc::Status JobLogs(grpc::ServerContext*, const v1::JobLogsRequest*,
                       grpc::ServerWriter<v1::JobLogLine>*) override;
  grpc::Status GetEnvironment(grpc::ServerContext*, const v1::EnvironmentRequest*,
                              v1::EnvironmentStatus*) override;
  grpc::Status SuspendEnvironment(grpc::ServerContext*, const v1::SuspendRequest*, v1::CronList*) override;
  grpc::Status GetPatroni(grpc::ServerContext*, const v1::EnvironmentRequest*, v1::PatroniStatus*) override;
  grpc::Status GetPatroniParameters(grpc::ServerContext*, const v1::EnvironmentRequest*,
                                    v1::PatroniParameters*) override;
  grpc::Status ChangePatroni(grpc::ServerContext*, const v1::ChangePatroniRequest*,
                             grpc::ServerWriter<v1::PatroniProgress>*) override;
  grpc::Status ListProjects(grpc::ServerContext*, const v1::ListProjectsRequest*, v1::ProjectList*) override;
  grpc::Status ListFlags(grpc::ServerContext*, const v1::ListProjectsRequest*, v1::FlagList*) override;
  grpc::Status SetSecret(grpc::ServerContext*, const v1::SetSecretRequest*, v1::SecretEntry*) override;
  grpc::Status ListSecrets(grpc::ServerContext*, const v1::ListSecretsRequest*, v1::SecretList*) override;
  grpc::Status DeleteSecret(grpc::ServerContext*, const v1::DeleteSecretRequest*,
                            v1::DeleteSecretResponse*) override;
  grpc::Status AddAccess(grpc::ServerContext*, const v1::AddAccessRequest*, v1::AccessGrant*) override;
  grpc::Status ListAccess(grpc::ServerContext*, const v1::ListAccessRequest*, v1::AccessList*) override;
  grpc::Status RevokeAccess(grpc::ServerContext*, const v1::RevokeAccessRequest*,
                            v1::RevokeAccessResponse*) override;

 private:
  // Guard, act, Done. `act` returns a StatusOr of the response.
  template <typename Response, typename Act>
  grpc::Status Handle(grpc::ServerContext* context, const char* method, const std::string& target,
                      Response* response, Act act);
  Api* const api_;
  Releases* const releases_;
  Jobs* const jobs_;
  Environments* const environments_;
  Guard* const guard_;
  const std::function<bool()> stopping_;
};

}  // namespace devstats::coordinator
