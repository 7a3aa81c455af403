// The units that turn prepared boxes into one Kubernetes cluster.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "common/unit/graph.h"
#include "coordinator/assemble/assemble.h"

namespace devstats::coordinator {

// The objects of the pod network's manifest, with the cluster's own network set in them; none where it has no
// manifest. InvalidArgument for one that cannot be used.
absl::StatusOr<std::vector<Json>> ReadCni(const spec::ClusterSpec& spec);

// Control plane, the coordinator's way in, joins, pod network, namespaces, labels, kubeconfigs, verification.
// `last`: of each node, the unit after which the box is ready for it. `cni`: from ReadCni.
void AddCluster(const spec::ClusterSpec& spec, const World& world,
                const std::map<std::string, std::string>& last, const std::vector<Json>& cni,
                std::vector<GraphNode>* all);

}  // namespace devstats::coordinator
