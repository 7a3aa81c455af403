// Bytes to charts: Helm's pkg/chart/loader. No I/O: whoever has a folder reads its files (chartsource/), an
// archive is bytes. Pure; thread-safe.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

// The chart of these files, subcharts in charts/ (folders or archives among them) included. Errors are Helm's:
// "Chart.yaml file is missing", "validation: chart.metadata.name is required".
absl::StatusOr<std::shared_ptr<const Chart>> LoadFiles(std::vector<ChartFile> files, const Limits& limits,
                                                       const Warn& warn);
// A .tgz. Refuses absolute paths, "..", links and devices, and whatever is above the limits.
absl::StatusOr<std::shared_ptr<const Chart>> LoadArchive(absl::string_view bytes, const Limits& limits,
                                                         const Warn& warn);
// The files of a .tgz without its first folder.
absl::StatusOr<std::vector<ChartFile>> UnpackArchive(absl::string_view bytes, const Limits& limits);
// What is wrong with a chart's Chart.yaml; OK if nothing (Metadata.Validate).
absl::Status ValidateMetadata(const Metadata& metadata);

}  // namespace devstats::chart
