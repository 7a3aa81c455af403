// Where charts come from: a folder, an archive, a chart repository over HTTP, an OCI registry. The only part
// of the chart engine that does I/O.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chartsource {

// The chart of a folder or .tgz on this machine. Symbolic links in a folder are followed (with a warning, as
// Helm) only if they stay below it.
absl::StatusOr<std::shared_ptr<const chart::Chart>> LoadPath(const std::string& path, const chart::Limits& limits,
                                                             const chart::Warn& warn);

}  // namespace devstats::chartsource
