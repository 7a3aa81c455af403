// The units that turn prepared boxes into one Kubernetes cluster.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/unit/graph.h"
#include "coordinator/assemble/assemble.h"

namespace devstats::coordinator {

// Control plane, the coordinator's way in, joins, pod network, namespaces, labels, kubeconfigs, verification.
// `last`: of each node, the unit after which the box is ready for it. InvalidArgument for a CNI manifest that
// cannot be used.
absl::Status AddCluster(const spec::ClusterSpec& spec, const World& world,
                        const std::map<std::string, std::string>& last, std::vector<GraphNode>* all);

}  // namespace devstats::coordinator
