// What each phase of a node asks of its agent, derived from cluster.yaml.
#pragma once
#include "coordinator/spec/model.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::coordinator {

agent::v1::PhaseSpec HostPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
agent::v1::PhaseSpec StoragePhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
// Without the MACs of passwords, which only their store knows (credentials.h).
agent::v1::PhaseSpec RuntimePhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
// The packages of Kubernetes, and what the kubelet of this box is told.
agent::v1::PhaseSpec KubernetesPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
agent::v1::PhaseSpec ControlPlanePhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
// Without the pin of the cluster's authority, which only the running cluster knows.
agent::v1::PhaseSpec JoinPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
// Without routes and the node's pod network, which only the running cluster knows.
agent::v1::PhaseSpec NetworkPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);
agent::v1::PhaseSpec KubeconfigPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);

// True when the phase asks for nothing.
bool IsNothing(const agent::v1::PhaseSpec& phase);

}  // namespace devstats::coordinator
