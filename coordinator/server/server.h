// The coordinator as a daemon: owns its parts, starts them in order and stops them in reverse.
#pragma once
#include "absl/status/status.h"
#include "coordinator/server/options.h"

namespace devstats::coordinator {

// Serves until SIGTERM or SIGINT; returns at once with what keeps it from starting.
absl::Status RunCoordinator(const Options& options);

}  // namespace devstats::coordinator
