// apt and dpkg as resources run them: never with a question, never against somebody else's lock.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/host/host.h"
#include "common/unit/unit.h"

namespace devstats::agent {

// Runs a command that takes the locks of apt or dpkg, after waiting for whoever holds them (unattended
// upgrades on a box that has just booted) at most `patience`: then Unavailable, naming the holder. Its lines
// are progress. `label` is made unique for each attempt of the step.
absl::Status RunApt(Host* host, const StepContext& context, const std::string& label,
                    std::vector<std::string> argv, absl::Duration patience = absl::Minutes(10));

// apt-get update; an index that cannot be fetched is an error.
absl::Status AptUpdate(Host* host, const StepContext& context);

}  // namespace devstats::agent
