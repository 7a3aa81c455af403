// The files of a chart's folder: walked in the order of names, .helmignore obeyed, symbolic links followed as
// Helm does, but never out of the folder (Helm reads whatever they point to).
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chartsource {

// `folder` must exist. Each link is told to `warn`. Errors are Helm's: "chart file \"x\" is larger than the
// maximum file size 5242880", "cannot load irregular file ...". PermissionDenied for a link that leads out;
// ResourceExhausted beyond limits.archive_bytes or archive_entries.
absl::StatusOr<std::vector<chart::ChartFile>> ReadFolder(const std::string& folder,
                                                         const chart::Limits& limits,
                                                         const chart::Warn& warn);

}  // namespace devstats::chartsource
