#include "coordinator/assemble/releases.h"

#include "common/status.h"
#include "coordinator/addons/leftovers_unit.h"
#include "coordinator/devstats/release_set.h"

namespace devstats::coordinator {
namespace {

absl::StatusOr<std::set<release::ReleaseName>> NamedReleases(const spec::ClusterSpec& spec) {
  std::set<release::ReleaseName> named;
  ASSIGN_OR_RETURN(const std::vector<addons::Step> steps, addons::StepsOf(spec));
  for (const addons::Step& step : steps)
    if (const auto* release = std::get_if<addons::ReleaseStep>(&step.what))
      named.insert({release->name, release->name_space});
  for (const spec::EnvironmentSpec& environment : spec.environments)
    for (const domain::SetStep& step : domain::ReleaseSetOf(environment))
      if (step.kind == domain::SetStep::Kind::kRelease)
        named.insert({domain::ReleaseOf(environment, step.name), environment.namespace_});
  return named;
}

}  // namespace

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

absl::Status AddLeftovers(const spec::ClusterSpec& spec, const World& world, std::vector<GraphNode>* all) {
  if (!world.kube) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::set<release::ReleaseName> named, NamedReleases(spec));
  addons::LeftoversWanted wanted{
      .id = "leftovers", .named = std::move(named), .coordinator = world.cluster_id, .epoch = world.epoch};
  GraphNode node{
      .unit = std::make_unique<addons::LeftoversUnit>(std::move(wanted), UnitPartsOf(spec, world).engine),
      .needs = {},
      .world = {addons::kVerification}};
  for (const GraphNode& other : *all) node.needs.push_back(other.unit->id());
  all->push_back(std::move(node));
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
