// What carries work out and what answers calls, put together: one part of each kind, in the order in which
// they need each other.
#pragma once
#include <functional>

#include "absl/status/status.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/run/runner.h"
#include "coordinator/server/job_runner.h"
#include "coordinator/server/options.h"
#include "coordinator/server/state.h"
#include "coordinator/server/upkeep.h"
#include "coordinator/service/coordinator_service.h"

namespace devstats::coordinator {

class Services {
 public:
  // `state` and what `world` refers to are not owned. What waits asks `stopping`.
  Services(const Options& options, const State& state, const World& world, std::function<bool()> stopping);
  Services(const Services&) = delete;  // its parts point at each other

  // Good as long as this is; calls may come before Start.
  ServiceParts parts();
  // Goes on with what a restart left unfinished, runs and jobs. Once.
  absl::Status Start();

 private:
  // Destroyed last, in reverse: first what answers calls, then what carries work out, which lets it end.
  JobRunner job_runner_;
  Runner runner_;
  // How those below find an environment by its name, and its databases.
  const domain::EnvironmentFinder environment_;
  const ReachFinder reach_;
  Api api_;
  Releases releases_;
  Jobs jobs_;
  Environments environments_;
  Databases databases_;
  ProjectChanges project_changes_;
  Backups backups_;
  Upkeep upkeep_;
  const std::function<bool()> stopping_;
};

}  // namespace devstats::coordinator
