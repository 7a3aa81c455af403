// Logs of the units that the product manages, and of no other: a cluster's reader is not the box's.
#pragma once
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "agent/host/host.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

// Calls `line` for each of the last lines of the unit ("kubelet" or "kubelet.service"), oldest first; 100 of
// them unless the request says how many, at most 1000. Ends early when `line` returns false. InvalidArgument,
// with the list, for any other unit.
absl::Status TellLogs(Host* host, const v1::LogsRequest& request,
                      const std::function<bool(const v1::LogLine&)>& line);

}  // namespace devstats::agent
