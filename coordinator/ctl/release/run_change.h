// A change of a release from its request to what Helm prints in the end: what all changing verbs share.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/release/change.h"
#include "coordinator/ctl/release/change_flags.h"

namespace devstats::ctl {

// Plans, shows, and by the flags saves, simulates or carries out; prints what Helm does. The exit code.
absl::StatusOr<int> RunChange(Shell& shell, const v1::ReleaseRequest& request, const ChangeFlags& flags);

// The same from a plan that is there, which is carried out exactly. `flags` say only how to ask and what to
// print.
absl::StatusOr<int> RunSaved(Shell& shell, const PlannedChange& change, const ChangeFlags& flags);

// Keeps the plan in a file and says how to go on.
absl::Status SaveAndTell(Shell& shell, const PlannedChange& change, const std::string& file);

}  // namespace devstats::ctl
