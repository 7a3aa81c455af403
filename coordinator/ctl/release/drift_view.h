// What differs between a release's record and its objects.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// What an upgrade would mend, and the fields that others own on purpose. Pure.
std::string DriftText(const v1::ReleaseDrift& drift, const Paint& paint);

// Prints it; kPending when there is something to mend.
absl::StatusOr<int> ShowDrift(Shell& shell, Client& client, const v1::GetReleaseRequest& request);

}  // namespace devstats::ctl
