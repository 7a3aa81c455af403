// Jobs by call: queued, looked at, cancelled, done again; without gRPC. What carries them out is the
// dispatcher, which is only woken here.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/kube/client.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct JobsParts {
  jobs::Store* store = nullptr;      // not owned
  kube::KubeClient* kube = nullptr;  // not owned; for logs of what runs
  // How heavy a job of the project is; of the environment as a whole when `project` is empty. NotFound, with
  // what may have been meant, for an environment or project that the cluster.yaml in force does not have.
  std::function<absl::StatusOr<int>(const std::string& environment, const std::string& project)> weight =
      [](const std::string& environment, const std::string&) {
        return absl::NotFoundError("there is no environment " + environment +
                                   " in the cluster.yaml in force");
      };
  // The job that backs its database up; nothing when there is no database yet.
  std::function<absl::StatusOr<std::optional<v1::CreateJobRequest>>(const std::string& environment,
                                                                    const std::string& project)>
      backup = [](const std::string&, const std::string&) { return std::optional<v1::CreateJobRequest>(); };
  std::function<void(absl::Duration)> sleep = absl::SleepFor;
};

class Jobs {
 public:
  explicit Jobs(JobsParts parts) : p_(std::move(parts)) {}

  // Whether the names in it look like names, so that they may stand in the audit trail.
  static bool IsNamed(const v1::CreateJobRequest& request);
  static bool IsId(const std::string& id);
  // What the job would destroy; empty: nothing. InvalidArgument for a kind or option that there is not.
  static absl::StatusOr<std::string> Destroys(const v1::CreateJobRequest& request);

  absl::StatusOr<v1::JobList> DoListJobs(const v1::ListJobsRequest& request);
  absl::StatusOr<v1::Job> DoGetJob(const std::string& id);
  // FailedPrecondition for one that destroys something and is not confirmed by its project's name. One that
  // replaces a database comes after a backup of it, unless the request says no_backup or what it comes after.
  absl::StatusOr<v1::Job> DoCreateJob(const v1::CreateJobRequest& request, const std::string& actor);
  absl::StatusOr<v1::Job> DoCancelJob(const std::string& id, const std::string& actor);
  absl::StatusOr<v1::Job> DoRetryJob(const v1::RetryJobRequest& request, const std::string& actor);
  // The last lines of its pod (pod_log.h): those kept when it ended, or what the pod says now; with `follow`
  // also what comes, until the job has ended. `gone` and a `line` that returns false stop it.
  absl::Status DoJobLogs(const v1::JobLogsRequest& request, const std::function<bool()>& gone,
                         const std::function<bool(const std::string&)>& line);

 private:
  absl::StatusOr<std::string> BackUpFirst(const v1::CreateJobRequest& request, const std::string& actor,
                                          int weight);
  absl::StatusOr<std::string> LogNow(const jobs::Job& job, int lines);
  const JobsParts p_;
};

v1::Job ToProto(const jobs::Job& job);

}  // namespace devstats::coordinator
