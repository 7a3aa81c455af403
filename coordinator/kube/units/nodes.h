// Nodes as the API server knows them.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/kube/client.h"

namespace devstats::coordinator {

// FailedPrecondition, with what to do, when the node has not joined.
absl::StatusOr<Json> GetNode(kube::KubeClient& client, const std::string& name);

}  // namespace devstats::coordinator
