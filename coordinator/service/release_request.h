// What an operator asks of a release, checked and translated for the engine. Pure.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/chart/limits.h"
#include "coordinator/release/engine/engine.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

inline constexpr size_t kMaxChartBytes = 32 << 20;  // packed
inline constexpr size_t kMaxValuesBytes = 3 << 20;  // files and lines together
// Of one message of the API: a chart with its values and all else, with room to spare.
inline constexpr int kMaxReleaseMessage = 36 << 20;

// Helm's rules for the name, Kubernetes' for the namespace.
absl::Status CheckReleaseName(const std::string& name, const std::string& name_space);

// "release upgrade shop/store".
std::string KindOf(const v1::ReleaseRequest& request);

// InvalidArgument for what no release can be asked with, naming the field; ResourceExhausted for too much.
// Errors of chart and values are Helm's.
absl::StatusOr<release::ReleaseRequest> ToEngine(const v1::ReleaseRequest& request,
                                                 const chart::Limits& limits);

// Equal requests give equal bytes.
std::string Serialized(const v1::ReleaseRequest& request);

}  // namespace devstats::coordinator
