// Chart.lock beside Chart.yaml; requirements.lock of a chart of apiVersion v1.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/dependency_update.h"
#include "coordinator/chartsource/file_changes.h"

namespace devstats::chartsource {

// The chart's lock is of what it wants. `wanted`: its metadata with the URLs of repositories that it calls
// @NAME, which count except in locks of Helm 2. FailedPrecondition "the lock file (Chart.lock) is out of sync
// with ...".
absl::Status CheckInSync(const chart::Chart& chart, const chart::Metadata& wanted, const chart::Warn& warn);

// Writes `lock` for the chart in `folder`. FailedPrecondition if a link stands in its place, which could lead
// anywhere.
absl::StatusOr<FileChange> LockChange(const std::string& folder, const chart::Chart& chart,
                                      chart::ChartLock lock, const Clock& clock);

}  // namespace devstats::chartsource
