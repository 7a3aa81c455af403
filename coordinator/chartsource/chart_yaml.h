// Chart.yaml and Chart.lock as Helm writes them: keys sorted, what is empty left out. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"

namespace devstats::chartsource {

// Without the dependencies if the chart's apiVersion is v1, which has them in requirements.yaml.
absl::StatusOr<std::string> WriteMetadata(const chart::Metadata& metadata);
absl::StatusOr<std::string> WriteLock(const chart::ChartLock& lock);

}  // namespace devstats::chartsource
