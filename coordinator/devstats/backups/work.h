// Jobs on files of backups: how they are judged, and the newest report that one has left.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "coordinator/devstats/backups/report.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/spec/devstats.h"

namespace devstats::backups {

inline constexpr char kBackupKind[] = "backup";
inline constexpr char kListKind[] = "backup-list";
inline constexpr char kVerifyKind[] = "backup-verify";
inline constexpr char kPruneKind[] = "backup-prune";

// Whether the job has done what it was for, after its pod has ended: it tells of all its files; a backup has
// left a dump, not empty, newer than the job's begin, that could be read to its end. What stands in the way
// otherwise, with the pod's own words. Pure.
absl::Status Judge(const std::string& kind, const Json& options, const std::string& phase,
                   absl::string_view log);

struct Told {
  jobs::Job job;
  Report report;
};
// Of this job of the environment, which has succeeded. NotFound; FailedPrecondition before its end.
absl::StatusOr<Told> ReportOf(jobs::Store* store, const std::string& environment, const std::string& id);
// The newest that tells of every file. None: there has been none.
absl::StatusOr<std::optional<Told>> NewestReport(jobs::Store* store, const std::string& environment);
// Whether the job tells of every file, not of those of some databases.
bool IsWhole(const jobs::Job& job);

// How old the dumps of projects are, as far as it is known without looking: by the newest list, and by the
// jobs that have dumped since.
struct Ages {
  absl::Time listed;
  std::map<std::string, absl::Time> newest;  // by project; that has none is not among them
};
absl::StatusOr<std::optional<Ages>> AgesOf(jobs::Store* store, const std::string& environment,
                                           const std::vector<spec::ProjectSpec>& projects);

// The longest time from one day of a schedule of cron to the next ("45 3 30 * *": 60 days, for February);
// infinite for what cannot be told. Pure.
absl::Duration LongestInterval(const std::string& schedule);

}  // namespace devstats::backups
