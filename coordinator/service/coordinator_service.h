// The coordinator's gRPC surface. Every handler: Guard, then one Do... of one of its parts, then Done.
#pragma once
#include <functional>

#include "coordinator/service/api.h"
#include "coordinator/service/backups.h"
#include "coordinator/service/databases.h"
#include "coordinator/service/environments.h"
#include "coordinator/service/guard.h"
#include "coordinator/service/jobs.h"
#include "coordinator/service/project_changes.h"
#include "coordinator/service/releases.h"
#include "coordinator/service/upkeep_calls.h"
#include "devstats/coordinator/v1/coordinator.grpc.pb.h"

namespace devstats::coordinator {

struct ServiceParts {  // none is owned
  Api* api = nullptr;
  Releases* releases = nullptr;
  Jobs* jobs = nullptr;
  Environments* environments = nullptr;
  ProjectChanges* project_changes = nullptr;
  Databases* databases = nullptr;
  Backups* backups = nullptr;
  UpkeepCalls upkeep;
  std::function<bool()> stopping = [] { return false; };  // ends the streams when the daemon stops
};

class CoordinatorService final : public v1::Coordinator::Service {
 public:
  // The guard is not owned.
  CoordinatorService(const ServiceParts& parts, Guard* guard)
      : api_(parts.api),
        releases_(parts.releases),
        jobs_(parts.jobs),
        environments_(parts.environments),
        project_changes_(parts.project_changes),
        databases_(parts.databases),
        backups_(parts.backups),
        guard_(guard),
        stopping_(parts.stopping),
        upkeep_(parts.upkeep) {}

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
  // Databases
  grpc::Status OpenDatabase(grpc::ServerContext*,
                            grpc::ServerReaderWriter<v1::DatabaseOutput, v1::DatabaseInput>*) override;
  // Projects that come and go.
  grpc::Status EditProjects(grpc::ServerContext*, const v1::EditProjectsRequest*,
                            v1::EditedProjects*) override;
  grpc::Status CompareProjects(grpc::ServerContext*, const v1::CompareProjectsRequest*,
                               v1::ProjectDifferences*) override;
  grpc::Status DropProject(grpc::ServerContext*, const v1::DropProjectRequest*, v1::JobList*) override;

  // Projects' work
  grpc::Status ProjectLogs(grpc::ServerContext*, const v1::ProjectLogsRequest*,
                           grpc::ServerWriter<v1::ProjectLogLine>*) override;
  // Backups.
  grpc::Status StartBackups(grpc::ServerContext*, const v1::StartBackupsRequest*, v1::JobList*) override;
  grpc::Status ListBackups(grpc::ServerContext*, const v1::ListBackupsRequest*, v1::BackupList*) override;
  grpc::Status PlanPrune(grpc::ServerContext*, const v1::PlanPruneRequest*, v1::PrunePlan*) override;
  // Secrets, images and Grafanas of an environment
  grpc::Status GetEnvironmentSecrets(grpc::ServerContext*, const v1::EnvironmentSecretsRequest*,
                                     v1::EnvironmentSecretList*) override;
  grpc::Status RotateSecret(grpc::ServerContext*, const v1::RotateSecretRequest*,
                            grpc::ServerWriter<v1::UpkeepProgress>*) override;
  grpc::Status GetImages(grpc::ServerContext*, const v1::EnvironmentRequest*, v1::ImageList*) override;
  grpc::Status ChangeImages(grpc::ServerContext*, const v1::ChangeImagesRequest*, v1::ImageList*) override;
  grpc::Status RestartGrafanas(grpc::ServerContext*, const v1::RestartGrafanasRequest*,
                               grpc::ServerWriter<v1::UpkeepProgress>*) override;

 private:
  // Guard, act, Done. `act` returns a StatusOr of the response.
  template <typename Response, typename Act>
  grpc::Status Handle(grpc::ServerContext* context, const char* method, const std::string& target,
                      Response* response, Act act);
  Api* const api_;
  Releases* const releases_;
  Jobs* const jobs_;
  Environments* const environments_;
  ProjectChanges* const project_changes_;
  Databases* const databases_;
  Backups* const backups_;
  Guard* const guard_;
  const std::function<bool()> stopping_;
  const UpkeepCalls upkeep_;
};

}  // namespace devstats::coordinator
