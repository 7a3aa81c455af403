// The charts of steps: from this machine or from elsewhere, and only the ones that were read.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/secret.h"
#include "coordinator/addons/location.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chartsource/fetcher.h"

namespace devstats::addons {

struct LoadedChart {
  std::shared_ptr<const chart::Chart> chart;
  std::string digest;  // of what it was made from, as Hex of SHA-256: an archive's bytes, a folder's files
};

struct ChartSources {
  chartsource::Fetcher* fetcher = nullptr;  // not owned
  std::string cache;                        // a folder, made when it is needed
  std::function<absl::StatusOr<Secret>(const std::string& name)> secret;
};

// FailedPrecondition when it has another digest or version than `location` says. A chart that is in the cache
// by its digest is not asked for again.
absl::StatusOr<LoadedChart> LoadChart(const ChartLocation& location, const ChartSources& sources,
                                      const chart::Limits& limits);

}  // namespace devstats::addons
