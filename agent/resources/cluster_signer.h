// Client certificates of the cluster for those who administer it: the coordinator, and root on each node.
// Made on the control plane's box by the certificates API, for a closed list of names and one group.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

// Bound to cluster-admin by a ClusterRoleBinding of the same name. Not system:masters: the API server signs
// no request for that group, and it could never be taken away again.
constexpr char kAdminGroup[] = "devstats:admins";
constexpr char kCoordinator[] = "devstats-coordinator";

// FailedPrecondition on a box that is no control plane; PermissionDenied for a subject that is not on the
// list
// ("devstats-coordinator", "root@NODE" for a node that the cluster knows); Unavailable when the API server
// does not answer or does not sign within half a minute. The same request again is signed again.
absl::StatusOr<v1::SignKubernetesClientResponse> SignKubernetesClient(Host* host, const std::string& csr_pem);

}  // namespace devstats::agent
