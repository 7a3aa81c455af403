// `devstats-agent enrol`: makes a key, finds the cluster's authority by its pin, and trades the one-time
// token for a certificate. Can be run again after any failure: the same key asks again.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/paths.h"
#include "common/clock.h"
#include "common/secret.h"

namespace devstats::agent {

struct EnrolOptions {
  Paths paths;
  std::string coordinator;  // host:port of the enrolment listener
  std::string node;
  std::string pin;  // "sha256:<hex>"
  Secret token;
};

// On return the box's identity and cluster id are on disk, owned by the front's user where there is one.
absl::Status Enrol(const EnrolOptions& options, const Clock& clock);

// "host:port" -> parts; InvalidArgument otherwise.
absl::StatusOr<std::pair<std::string, int>> ParseHostPort(const std::string& text);

}  // namespace devstats::agent
