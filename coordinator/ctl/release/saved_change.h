// A change kept in a file, with the request that it came from: values and chart are in it.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/ctl/release/change.h"

namespace devstats::ctl {

// For nobody else to read.
absl::Status SaveChange(const PlannedChange& change, const std::string& file);
// InvalidArgument when it is none, or was changed since. The manifest that the plan told is not in it.
absl::StatusOr<PlannedChange> LoadChange(const std::string& file);

}  // namespace devstats::ctl
