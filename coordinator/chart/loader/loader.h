// Bytes to charts: Helm's pkg/chart/loader. No I/O: whoever has a folder reads its files (chartsource/), an
// archive is bytes. Pure; thread-safe.
#pragma once
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

// The chart of these files, subcharts in charts/ (folders or archives among them) included. Files of a folder
// come in the order of a walk: sorted, each folder where its name stands. A byte order mark at the head of a
// file is dropped. Errors are Helm's: "Chart.yaml file is missing", "cannot load values.yaml: ...",
// "validation: chart.metadata.name is required", "error unpacking subchart kid in top: ...".
absl::StatusOr<std::shared_ptr<const Chart>> LoadFiles(std::vector<ChartFile> files, const Limits& limits,
                                                       const Warn& warn);
// A .tgz. Refuses absolute paths, "..", links and devices, and whatever is above the limits, which hold for
// the archive and all those within it together.
absl::StatusOr<std::shared_ptr<const Chart>> LoadArchive(absl::string_view bytes, const Limits& limits,
                                                         const Warn& warn);

// "library charts are not installable".
absl::Status CheckInstallable(const Chart& chart);
// Whether charts/ has all that Chart.yaml asks for. "An error occurred while checking for chart dependencies.
// You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing
// in charts/ directory: a, b".
absl::Status CheckDependencies(const Chart& chart);

}  // namespace devstats::chart
