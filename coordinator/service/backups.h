// Backups by call; without gRPC. All work on their files is jobs; what is told of them is what a job has
// seen.
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "coordinator/devstats/backups/inventory.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/devstats/jobs/store.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct BackupsParts {
  domain::EnvironmentFinder environment;
  jobs::Store* store = nullptr;  // not owned
  const Clock* clock = &SystemClock();
};

class Backups {
 public:
  explicit Backups(BackupsParts parts) : p_(std::move(parts)) {}

  // For the audit trail: what is no name may be anything.
  static std::string Target(const v1::StartBackupsRequest& request);

  // The jobs that it has queued, or of LIST the one that is queued already. PRUNE: FailedPrecondition unless
  // the environment's name confirms it, or when its plan is no longer the one that was shown.
  absl::StatusOr<v1::JobList> DoStartBackups(const v1::StartBackupsRequest& request,
                                             const std::string& actor);
  // NotFound while nothing was ever listed.
  absl::StatusOr<v1::BackupList> DoListBackups(const v1::ListBackupsRequest& request);
  absl::StatusOr<v1::PrunePlan> DoPlanPrune(const v1::PlanPruneRequest& request);

 private:
  absl::StatusOr<domain::LiveEnvironment> Find(const std::string& name) const;
  absl::StatusOr<backups::Pruning> Pruned(const v1::PlanPruneRequest& request);
  absl::StatusOr<std::vector<jobs::Job>> JobsFor(const v1::StartBackupsRequest& request);
  absl::StatusOr<std::vector<jobs::Job>> DumpsOf(const v1::StartBackupsRequest& request);
  absl::StatusOr<jobs::Job> PruneOf(const v1::StartBackupsRequest& request);
  absl::StatusOr<jobs::Job> Queue(const jobs::Job& job);
  const BackupsParts p_;
};

}  // namespace devstats::coordinator
