#include "agent/resources/registry.h"

#include "agent/resources/sysctl.h"

namespace devstats::agent {

absl::StatusOr<Graph> MakePhase(const v1::PhaseSpec& spec, Host* host) {
  std::vector<GraphNode> nodes;
  if (spec.has_sysctl())
    nodes.push_back(
        {.unit = std::make_unique<SysctlResource>(spec.sysctl(), host), .needs = {}, .world = {}});
  return Graph::Make(std::move(nodes));
}

}  // namespace devstats::agent
