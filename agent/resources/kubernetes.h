// The resources of Kubernetes in a phase, and what each waits for.
#pragma once
#include <vector>

#include "agent/host/host.h"
#include "agent/resources/secrets.h"
#include "common/unit/graph.h"
#include "devstats/agent/v1/resources.pb.h"

namespace devstats::agent {

// Adds those that `spec` sets; what they need is named also when it is not there (the registry leaves that
// out). Of `secrets`, "token" is join's and "certificate" is kubeconfig's.
void AddKubernetes(const v1::PhaseSpec& spec, Host* host, const Secrets& secrets,
                   std::vector<GraphNode>* nodes);

}  // namespace devstats::agent
