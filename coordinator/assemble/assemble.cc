#include "coordinator/assemble/assemble.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/assemble/cluster.h"
#include "coordinator/assemble/credentials.h"
#include "coordinator/assemble/environments.h"
#include "coordinator/assemble/phases.h"
#include "coordinator/assemble/ports.h"
#include "coordinator/assemble/releases.h"
#include "coordinator/nodes/phase_unit.h"
#include "coordinator/nodes/preflight_unit.h"
#include "coordinator/spec/os.h"

namespace devstats::coordinator {
namespace {

// Phases that every node goes through by itself, in their order. One that asks for nothing is left out.
constexpr agent::v1::PhaseSpec (*kNodePhases[])(const spec::ClusterSpec&, const spec::NodeSpec&) = {
    HostPhase, StoragePhase, RuntimePhase, KubernetesPhase};

std::vector<PeerWanted> PeersOf(const spec::ClusterSpec& spec, const spec::NodeSpec& node,
                                const std::vector<PortWanted>& pod_network, const World& world) {
  std::vector<PeerWanted> peers;
  for (const spec::NodeSpec& other : spec.nodes) {
    if (!spec.kubernetes || other.name == node.name) continue;
    PeerWanted& wanted = peers.emplace_back();
    wanted.agent = world.agents->Get(other.name, AgentAddress(other));
    wanted.peer.set_node(other.name);
    wanted.peer.set_address(other.address);
    for (const PortWanted& port : PortsOf(spec, other, pod_network))
      if (port.port.protocol() == agent::v1::Port::TCP) wanted.peer.add_tcp_ports(port.port.number());
  }
  return peers;
}

GraphNode Preflight(const spec::ClusterSpec& spec, const spec::NodeSpec& node,
                    const std::vector<PortWanted>& pod_network, const World& world) {
  std::vector<std::string> supported;
  for (const spec::SupportedOs& os : spec::SupportedSystems()) supported.push_back(os.name());
  PreflightWants wants{
      .node = node.name,
      .address = node.address,
      .os = node.os.value_or(""),
      .supported = supported,
      .cgroup2 = spec.kubernetes && spec::NeedsCgroup2(spec.kubernetes->version),
      .network = {PortsOf(spec, node, pod_network), PeersOf(spec, node, pod_network, world)}};
  if (spec.kubernetes && spec.kubernetes->cni.kind == spec::CniSpec::Kind::kHostGateway)
    for (const spec::NodeSpec& other : spec.nodes)
      if (other.name != node.name) wants.neighbours[other.name] = other.address;
  AgentClient* agent = world.agents->Get(node.name, AgentAddress(node));
  return {.unit = std::make_unique<PreflightUnit>(std::move(wants), agent, world.clock),
          .needs = {},
          .world = {}};
}

absl::StatusOr<std::vector<GraphNode>> AllUnits(const spec::ClusterSpec& spec, const World& world) {
  ASSIGN_OR_RETURN(const std::vector<Json> cni, ReadCni(spec));
  const std::vector<PortWanted> pod_network = PodNetworkPorts(cni);
  std::vector<GraphNode> all;
  std::map<std::string, std::string> last;  // of each node by itself
  for (const spec::NodeSpec& node : spec.nodes) {
    AgentClient* agent = world.agents->Get(node.name, AgentAddress(node));
    all.push_back(Preflight(spec, node, pod_network, world));
    for (const auto& make : kNodePhases) {
      PhaseWants wants{.node = node.name, .spec = make(spec, node)};
      if (IsNothing(wants.spec)) continue;
      AddCredentials(world.secrets, &wants);
      const std::string before = all.back().unit->id();
      all.push_back(
          {.unit = std::make_unique<PhaseUnit>(std::move(wants), agent), .needs = {before}, .world = {}});
    }
    last[node.name] = all.back().unit->id();
  }
  if (spec.kubernetes) {
    AddCluster(spec, world, last, cni, &all);
    RETURN_IF_ERROR(AddReleases(spec, world, &all));
    RETURN_IF_ERROR(AddEnvironments(spec, world, &all));
    RETURN_IF_ERROR(AddLeftovers(spec, world, &all));
  }
  return all;
}

std::pair<std::string, std::string> PhaseAndNode(const std::string& id) {
  return absl::StrSplit(id, absl::MaxSplits('@', 1));
}

// A phase is itself, and what lies below it: "addons" is all add-ons, "addons/metallb" all steps of this one.
bool IsOf(const std::string& phase, const std::string& only) {
  return only.empty() || only == phase || absl::StartsWith(phase, absl::StrCat(only, "/"));
}

bool IsIn(const std::string& id, const Scope& scope) {
  const auto [phase, node] = PhaseAndNode(id);
  return IsOf(phase, scope.only) && (scope.node.empty() || scope.node == node);
}

absl::Status CheckScope(const std::vector<GraphNode>& all, const Scope& scope) {
  std::vector<std::string> phases, nodes;
  for (const GraphNode& n : all) {
    const auto [phase, node] = PhaseAndNode(n.unit->id());
    if (std::find(phases.begin(), phases.end(), phase) == phases.end()) phases.push_back(phase);
    if (!node.empty() && std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
  auto unknown = [](const std::string& what, const std::string& name, const std::vector<std::string>& names) {
    return Hint(absl::NotFoundError(absl::StrCat("there is no ", what, " ", name)),
                absl::StrCat("there are ", absl::StrJoin(names, ", ")));
  };
  if (std::none_of(phases.begin(), phases.end(),
                   [&](const std::string& phase) { return IsOf(phase, scope.only); }))
    return unknown("phase", scope.only, phases);
  if (!scope.node.empty() && std::find(nodes.begin(), nodes.end(), scope.node) == nodes.end())
    return unknown("node", scope.node, nodes);
  return absl::OkStatus();
}

// The nodes of `all` whose names are in `keep`, without needs that are not.
absl::StatusOr<Graph> Keep(std::vector<GraphNode> all, const std::set<std::string>& keep) {
  std::vector<GraphNode> kept;
  for (GraphNode& n : all) {
    if (!keep.contains(n.unit->id())) continue;
    auto outside = [&](const std::string& need) { return !keep.contains(need); };
    std::erase_if(n.needs, outside);
    std::erase_if(n.world, outside);
    kept.push_back(std::move(n));
  }
  return Graph::Make(std::move(kept));
}

}  // namespace

std::string AgentAddress(const spec::NodeSpec& node) {
  return absl::StrCat(node.address, ":", node.agent_port);
}

absl::StatusOr<Graph> Assemble(const spec::ClusterSpec& spec, const World& world, const Scope& scope) {
  ASSIGN_OR_RETURN(std::vector<GraphNode> all, AllUnits(spec, world));
  RETURN_IF_ERROR(CheckScope(all, scope));
  std::set<std::string> keep;
  for (const GraphNode& n : all)
    if (IsIn(n.unit->id(), scope)) keep.insert(n.unit->id());
  return Keep(std::move(all), keep);
}

absl::StatusOr<Graph> Prerequisites(const spec::ClusterSpec& spec, const World& world, const Scope& scope) {
  ASSIGN_OR_RETURN(std::vector<GraphNode> all, AllUnits(spec, world));
  RETURN_IF_ERROR(CheckScope(all, scope));
  std::set<std::string> inside;
  for (const GraphNode& n : all)
    if (IsIn(n.unit->id(), scope)) inside.insert(n.unit->id());
  std::set<std::string> outside = IdsBefore(all, inside);
  std::erase_if(outside, [&](const std::string& id) { return inside.contains(id); });
  return Keep(std::move(all), outside);
}

}  // namespace devstats::coordinator
