// `package`: a chart's folder into NAME-VERSION.tgz. The same chart and time give the same bytes, which
// Helm's do not.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chartsource {

struct PackageRequest {
  std::string folder;
  std::string version, app_version;  // instead of those of Chart.yaml, if not empty
  std::string destination = ".";
};

// The path of the archive. FailedPrecondition "found in Chart.yaml, but missing in charts/ directory: a".
absl::StatusOr<std::string> Package(const PackageRequest& request, const Clock& clock,
                                    const chart::Limits& limits, const chart::Warn& warn);

// The archive of a chart: of each Chart.yaml and Chart.lock what Helm writes of them, of all other files
// their bytes; subcharts unpacked. Pure.
absl::StatusOr<std::string> Pack(const chart::Chart& chart, absl::Time time, const chart::Limits& limits);

}  // namespace devstats::chartsource
