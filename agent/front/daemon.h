// The front as a daemon: gRPC for the coordinator, health and metrics on loopback. Unprivileged.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "agent/paths.h"

namespace devstats::agent {

struct FrontOptions {
  Paths paths;
  std::string listen = "0.0.0.0:7442";
  std::string health_address = "127.0.0.1";
  int health_port = 7452;
};

// Serves until SIGTERM or SIGINT. FailedPrecondition before enrolment.
absl::Status RunFront(const FrontOptions& options);

}  // namespace devstats::agent
