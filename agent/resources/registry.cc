#include "agent/resources/registry.h"

#include "agent/resources/kubernetes.h"
#include "agent/resources/sysctl.h"

namespace devstats::agent {

absl::StatusOr<Graph> MakePhase(const v1::PhaseSpec& spec, Host* host, const Secrets& secrets) {
  std::vector<GraphNode> nodes;
  if (spec.has_sysctl())
    nodes.push_back(
        {.unit = std::make_unique<SysctlResource>(spec.sysctl(), host), .needs = {}, .world = {}});
  AddKubernetes(spec, host, secrets, &nodes);
  return Graph::Make(std::move(nodes));
}

}  // namespace devstats::agent
