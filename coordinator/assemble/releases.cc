#include "coordinator/assemble/releases.h"

#include "common/status.h"

namespace devstats::coordinator {

addons::UnitParts UnitPartsOf(const spec::ClusterSpec& spec, const World& world) {
  addons::UnitParts parts{
      .engine = {.client = world.kube,
                 .clock = world.clock,
                 .environment = world.charts,
                 .renderings = world.renderings,
                 .render_anew = world.render_anew,
                 .persistence = world.persistence},
      .coordinator = world.cluster_id,
      .epoch = world.epoch,
      .sources = {.fetcher = world.fetcher,
                  .cache = world.chart_cache,
                  .secret = [store = world.secrets](const std::string& name) { return store->Get(name); }}};
  for (const spec::NodeSpec& node : spec.nodes)
    parts.callers.push_back({node.name, node.address, world.agents->Get(node.name, AgentAddress(node))});
  return parts;
}

absl::Status AddReleases(const spec::ClusterSpec& spec, const World& world, std::vector<GraphNode>* all) {
  if (spec.releases.empty() && spec::NamedAddons(spec.addons).empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<GraphNode> steps, addons::UnitsOf(spec, UnitPartsOf(spec, world)));
  for (GraphNode& step : steps) all->push_back(std::move(step));
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
