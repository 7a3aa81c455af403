// The executor as a daemon: opens its state, listens, serves until SIGTERM.
#pragma once
#include "absl/status/status.h"
#include "agent/paths.h"

namespace devstats::agent {

// Returns after SIGTERM or SIGINT, or at once with what keeps it from starting. The socket belongs to the
// group of the user "devstats-agent" when there is one, else to root's.
absl::Status RunExecutor(const Paths& paths);

}  // namespace devstats::agent
