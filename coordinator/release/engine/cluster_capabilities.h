// .Capabilities of a rendering for a cluster: what its API server is and has.
#pragma once
#include "absl/status/statusor.h"
#include "coordinator/chart/render/capabilities.h"
#include "coordinator/kube/client.h"

namespace devstats::release {

// The server's version as it names itself ("v1.32.5-gke.100", of which Major is "1" and Minor "32"), and all
// that it serves: "v1", "apps/v1", "apps/v1/Deployment", sorted, where Helm has them in no order.
absl::StatusOr<chart::Capabilities> ClusterCapabilities(kube::KubeClient& client);

}  // namespace devstats::release
