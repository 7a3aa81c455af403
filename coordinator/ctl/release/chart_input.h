// A chart and values of the operator's, as a request carries them.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "coordinator/ctl/release/change_flags.h"

namespace devstats::ctl {

// Loads `reference` as `chart template` does and puts it into the request as an archive, and what the flags
// of values name as the texts that are there now. Errors are Helm's.
absl::Status AddChart(const ChangeFlags& flags, const std::string& reference, Charts& charts,
                      const chart::Warn& warn, coordinator::v1::ReleaseRequest& request);

}  // namespace devstats::ctl
