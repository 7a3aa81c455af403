// The connection to the coordinator. Holds gRPC back from the rest of devstatsctl.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

namespace v1 = coordinator::v1;

// Where to find it.
struct Target {
  std::string socket;         // the coordinator's Unix socket, or
  std::string context;        // a folder made by `devstatsctl access add`: key.pem, cert.pem, ca.pem, address
  std::string Shown() const;  // for messages
};

// What the options --socket and --context (a folder, or a name below `config`) mean. Without either: the
// socket of this box when the caller may use it, else the context in `config` itself. The errors say what to
// do.
absl::StatusOr<Target> ChooseTarget(const std::string& socket, const std::string& context,
                                    const std::string& config, const std::string& local_socket);

// A connection to a database: bytes there and back. Write and Done from one thread, Read and Finish from
// another.
class DatabaseStream {
 public:
  virtual ~DatabaseStream() = default;
  virtual bool Write(const std::string& bytes) = 0;  // false: the stream has ended
  virtual void Done() = 0;                           // nothing more will be written
  virtual bool Read(std::string* bytes) = 0;         // false: nothing more will come
  virtual absl::Status Finish() = 0;                 // after both; how it ended
  virtual void Cancel() = 0;                         // thread-safe
};

// Unary calls have a deadline: a minute, five for those that ask every box or every object of a release.
// Thread-safe.
class Client {
 public:
  // Reads and checks the context's files; connects at the first call.
  static absl::StatusOr<std::unique_ptr<Client>> Open(const Target& target, absl::Time now);
  ~Client();

  absl::StatusOr<v1::Version> GetVersion();
  absl::StatusOr<v1::Status> GetStatus();
  absl::StatusOr<v1::Health> GetHealth();
  absl::StatusOr<v1::NodeToken> CreateNodeToken(const v1::NodeTokenRequest& request);
  absl::StatusOr<v1::NodeList> ListNodes();
  absl::StatusOr<v1::NodeDetail> GetNode(const v1::NodeRequest& request);
  absl::StatusOr<v1::PlanResponse> Plan(const v1::PlanRequest& request);
  absl::StatusOr<v1::Operation> Apply(const v1::ApplyRequest& request);
  absl::StatusOr<v1::OperationList> ListOperations(const v1::ListOperationsRequest& request);
  absl::StatusOr<v1::Operation> GetOperation(const v1::OperationRequest& request);
  absl::StatusOr<v1::Operation> ResumeOperation(const v1::OperationRequest& request);
  absl::StatusOr<v1::Operation> ApproveOperation(const v1::ApproveRequest& request);
  absl::StatusOr<v1::Operation> AbortOperation(const v1::OperationRequest& request);
  absl::StatusOr<v1::ReleasePlan> PlanRelease(const v1::ReleaseRequest& request);
  absl::StatusOr<v1::Operation> ChangeRelease(const v1::ChangeReleaseRequest& request);
  absl::StatusOr<v1::ReleaseList> ListReleases(const v1::ListReleasesRequest& request);
  absl::StatusOr<v1::ReleaseDetail> GetRelease(const v1::GetReleaseRequest& request);
  absl::StatusOr<v1::ReleaseList> GetReleaseHistory(const v1::GetReleaseRequest& request);
  absl::StatusOr<v1::ReleaseDrift> GetReleaseDrift(const v1::GetReleaseRequest& request);
  absl::StatusOr<v1::JobList> ListJobs(const v1::ListJobsRequest& request);
  absl::StatusOr<v1::Job> GetJob(const v1::JobRequest& request);
  absl::StatusOr<v1::Job> CreateJob(const v1::CreateJobRequest& request);
  absl::StatusOr<v1::Job> CancelJob(const v1::JobRequest& request);
  absl::StatusOr<v1::Job> RetryJob(const v1::RetryJobRequest& request);
  absl::StatusOr<v1::EnvironmentStatus> GetEnvironment(const v1::EnvironmentRequest& request);
  absl::StatusOr<v1::CronList> SuspendEnvironment(const v1::SuspendRequest& request);
  absl::StatusOr<v1::PatroniStatus> GetPatroni(const v1::EnvironmentRequest& request);
  absl::StatusOr<v1::PatroniParameters> GetPatroniParameters(const v1::EnvironmentRequest& request);
  absl::StatusOr<v1::ProjectList> ListProjects(const v1::ListProjectsRequest& request);
  absl::StatusOr<v1::FlagList> ListFlags(const v1::ListProjectsRequest& request);
  absl::StatusOr<v1::EditedProjects> EditProjects(const v1::EditProjectsRequest& request);
  absl::StatusOr<v1::ProjectDifferences> CompareProjects(const v1::CompareProjectsRequest& request);
  absl::StatusOr<v1::JobList> DropProject(const v1::DropProjectRequest& request);
  absl::StatusOr<v1::JobList> StartBackups(const v1::StartBackupsRequest& request);
  absl::StatusOr<v1::BackupList> ListBackups(const v1::ListBackupsRequest& request);
  absl::StatusOr<v1::PrunePlan> PlanPrune(const v1::PlanPruneRequest& request);
  absl::StatusOr<v1::SecretEntry> SetSecret(const v1::SetSecretRequest& request);
  absl::StatusOr<v1::SecretList> ListSecrets();
  absl::Status DeleteSecret(const v1::DeleteSecretRequest& request);
  absl::StatusOr<v1::AccessGrant> AddAccess(const v1::AddAccessRequest& request);
  absl::StatusOr<v1::AccessList> ListAccess();
  absl::StatusOr<v1::RevokeAccessResponse> RevokeAccess(const v1::RevokeAccessRequest& request);
  absl::StatusOr<v1::EnvironmentSecretList> GetEnvironmentSecrets(
      const v1::EnvironmentSecretsRequest& request);
  absl::StatusOr<v1::ImageList> GetImages(const v1::EnvironmentRequest& request);
  absl::StatusOr<v1::ImageList> ChangeImages(const v1::ChangeImagesRequest& request);

  // Until the stream ends, an error, or CancelStreams, after which every stream ends with Cancelled.
  absl::Status ChangePatroni(const v1::ChangePatroniRequest& request,
                             const std::function<void(const v1::PatroniProgress&)>& progress);
  absl::Status NodeLogs(const v1::NodeLogsRequest& request,
                        const std::function<void(const agent::v1::LogLine&)>& line);
  absl::Status Watch(const v1::WatchRequest& request,
                     const std::function<void(const events::v1::Event&)>& event);
  absl::Status JobLogs(const v1::JobLogsRequest& request,
                       const std::function<void(const v1::JobLogLine&)>& line);
  absl::Status ProjectLogs(const v1::ProjectLogsRequest& request,
                           const std::function<void(const v1::ProjectLogLine&)>& line);
  absl::Status RotateSecret(const v1::RotateSecretRequest& request,
                            const std::function<void(const v1::UpkeepProgress&)>& progress);
  absl::Status RestartGrafanas(const v1::RestartGrafanasRequest& request,
                               const std::function<void(const v1::UpkeepProgress&)>& progress);
  void CancelStreams();
  // Any number at a time; not among those that CancelStreams ends. Errors come from Finish.
  std::unique_ptr<DatabaseStream> OpenDatabase(const std::string& environment, const std::string& database,
                                               bool read_only);

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace devstats::ctl
