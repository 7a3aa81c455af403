// The ports that the boxes of a Kubernetes cluster must reach on each other, derived from cluster.yaml. Pure.
#pragma once
#include <vector>

#include "common/digest.h"
#include "coordinator/nodes/preflight_network.h"
#include "coordinator/spec/model.h"

namespace devstats::coordinator {

// Those of the pod network, by the objects of its manifest (empty for host-gateway): flannel's well-known
// one, by the backend in its net-conf.json, or Calico's, by its calico-node: BGP unless calico_backend says
// otherwise, VXLAN where it is on. None for any other manifest.
std::vector<PortWanted> PodNetworkPorts(const std::vector<Json>& cni);

// Those of one node, with who may hold them: the control plane's, the kubelet's, the agent's, and
// `pod_network`. None for boxes without Kubernetes.
std::vector<PortWanted> PortsOf(const spec::ClusterSpec& spec, const spec::NodeSpec& node,
                                const std::vector<PortWanted>& pod_network);

}  // namespace devstats::coordinator
