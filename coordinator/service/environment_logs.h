// What a project's last sync, affiliations or job said, by call; without gRPC.
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "coordinator/kube/client.h"
#include "coordinator/service/environments.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct ProjectLogsParts {
  // As EnvironmentsParts has them.
  domain::EnvironmentFinder environment;
  ReachFinder reach;
  kube::KubeClient* kube = nullptr;  // not owned
  const Clock* clock = &SystemClock();
  std::function<void(absl::Duration)> sleep = absl::SleepFor;
};

class ProjectLogs {
 public:
  explicit ProjectLogs(ProjectLogsParts parts) : p_(std::move(parts)) {}

  // The last lines of its newest pod (pod_log.h) of the kinds asked for; of gha_logs when there is none. With
  // `follow` also what comes, until that pod has ended. `gone` and a `line` that returns false stop it.
  absl::Status DoProjectLogs(const v1::ProjectLogsRequest& request, const std::function<bool()>& gone,
                             const std::function<bool(const v1::ProjectLogLine&)>& line);

 private:
  absl::StatusOr<Json> NewestPod(const std::string& name_space, const v1::ProjectLogsRequest& request) const;
  absl::Status FromPod(Json pod, const v1::ProjectLogsRequest& request, const std::function<bool()>& gone,
                       const std::function<bool(const v1::ProjectLogLine&)>& line) const;
  absl::Status FromDatabase(const spec::EnvironmentSpec& environment, const v1::ProjectLogsRequest& request,
                            const std::function<bool(const v1::ProjectLogLine&)>& line) const;
  const ProjectLogsParts p_;
};

}  // namespace devstats::coordinator
