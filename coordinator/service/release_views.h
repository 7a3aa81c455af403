// Releases as operators see them. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/chart/limits.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/record/release.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

v1::ReleaseSummary SummaryOf(const release::Release& release);

// All but the objects' states. With `all_values` the chart's defaults are among the values.
absl::StatusOr<v1::ReleaseDetail> DetailOf(const release::Release& release, bool all_values,
                                           const chart::Limits& limits);

// Hooks as documents with their "# Source:" lines.
std::string TextOf(const std::vector<release::ReleaseHook>& hooks);

v1::ReleaseDrift DriftOf(const std::vector<release::ObjectChange>& changes);

}  // namespace devstats::coordinator
