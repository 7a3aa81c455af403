// What each phase of a node asks of its agent, derived from cluster.yaml.
#pragma once
#include "coordinator/spec/model.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::coordinator {

agent::v1::PhaseSpec HostPhase(const spec::ClusterSpec& spec, const spec::NodeSpec& node);

}  // namespace devstats::coordinator
