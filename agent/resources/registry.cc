#include "agent/resources/registry.h"

#include <set>

#include "agent/resources/apt_repositories.h"
#include "agent/resources/containerd.h"
#include "agent/resources/disk.h"
#include "agent/resources/hostname.h"
#include "agent/resources/hosts.h"
#include "agent/resources/journald.h"
#include "agent/resources/links.h"
#include "agent/resources/kubernetes.h"
#include "agent/resources/modules.h"
#include "agent/resources/packages.h"
#include "agent/resources/services.h"
#include "agent/resources/swap.h"
#include "agent/resources/sysctl.h"

namespace devstats::agent {
namespace {

// Needs are told for the whole house; a phase has only what it was given.
void KeepOnlyPresent(std::vector<GraphNode>* nodes) {
  std::set<std::string> present;
  for (const GraphNode& node : *nodes) present.insert(node.unit->id());
  const auto absent = [&present](const std::string& id) { return !present.contains(id); };
  for (GraphNode& node : *nodes) {
    std::erase_if(node.needs, absent);
    std::erase_if(node.world, absent);
  }
}

}  // namespace

absl::StatusOr<Graph> MakePhase(const v1::PhaseSpec& spec, Host* host, const Secrets& secrets) {
  std::vector<GraphNode> nodes;
  const auto add = [&nodes](std::unique_ptr<Unit> unit, std::vector<std::string> needs = {},
                            std::vector<std::string> world = {}) {
    nodes.push_back({.unit = std::move(unit), .needs = std::move(needs), .world = std::move(world)});
  };
  if (spec.has_hostname()) add(std::make_unique<HostnameResource>(spec.hostname(), host));
  if (spec.has_hosts()) add(std::make_unique<HostsResource>(spec.hosts(), host), {"hostname"});
  if (spec.has_swap()) add(std::make_unique<SwapResource>(spec.swap(), host));
  if (spec.has_modules()) add(std::make_unique<ModulesResource>(spec.modules(), host));
  // Modules bring parameters with them.
  if (spec.has_sysctl()) add(std::make_unique<SysctlResource>(spec.sysctl(), host), {"modules"}, {"modules"});
  if (spec.has_journald()) add(std::make_unique<JournaldResource>(spec.journald(), host));
  if (spec.has_repositories()) add(std::make_unique<AptRepositoriesResource>(spec.repositories(), host));
  if (spec.has_packages()) add(std::make_unique<PackagesResource>(spec.packages(), host, spec.phase()), {"repositories"});
  if (spec.has_disk()) add(std::make_unique<DiskResource>(spec.disk(), host), {"packages"});
  // Where links lead is seen once the disk is mounted.
  if (spec.has_links()) add(std::make_unique<LinksResource>(spec.links(), host), {"disk"}, {"disk"});
  // Which keys its configuration has depends on the release that is installed.
  if (spec.has_containerd())
    add(std::make_unique<ContainerdResource>(spec.containerd(), host, secrets), {"packages", "links"},
        {"packages"});
  if (spec.has_services())
    add(std::make_unique<ServicesResource>(spec.services(), host), {"packages", "containerd"}, {"packages"});
  AddKubernetes(spec, host, secrets, &nodes);
  KeepOnlyPresent(&nodes);
  return Graph::Make(std::move(nodes));
}

}  // namespace devstats::agent
