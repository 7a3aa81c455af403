// The digest by which Chart.lock tells whether it belongs to a Chart.yaml: byte for byte Helm's, so that both
// take each other's locks. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"

namespace devstats::chartsource {

// "sha256:HEX" of what is wanted and what it was resolved to.
absl::StatusOr<std::string> LockDigest(const chart::Metadata& wanted, const chart::ChartLock& lock);
// Helm 2's: of what is wanted alone. It stands in many a requirements.lock.
absl::StatusOr<std::string> OldLockDigest(const chart::Metadata& wanted);

}  // namespace devstats::chartsource
