// Nodes as the API server knows them.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/kube/client.h"

namespace devstats::coordinator {

// FailedPrecondition, with what to do, when the node has not joined.
absl::StatusOr<Json> GetNode(kube::KubeClient& client, const std::string& name);
// What its condition Ready says against it, as the end of a sentence about it; empty when it is ready.
std::string WhyNotReady(const Json& node);

}  // namespace devstats::coordinator
