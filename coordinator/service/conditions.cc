#include "coordinator/service/conditions.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "coordinator/kube/units/nodes.h"

namespace devstats::coordinator {

void AddCheck(const std::string& name, bool ok, const std::string& reason, v1::Health* health) {
  agent::v1::Check* check = health->add_checks();
  check->set_name(name);
  check->set_ok(ok);
  check->set_reason(reason);
}

void CheckKubernetes(const spec::ClusterSpec& spec, const World& world, v1::Health* health) {
  const std::string problem = world.kubernetes->Problem();
  if (!problem.empty()) return AddCheck("kubernetes", false, problem, health);
  const auto nodes = world.kubernetes->client()->List({"v1", "Node"});
  AddCheck("kubernetes", nodes.ok(), std::string(nodes.status().message()), health);
  if (!nodes.ok()) return;
  std::map<std::string, std::string> against;
  for (const Json& node : nodes->items) against[kube::TextAt(node, {"metadata", "name"})] = WhyNotReady(node);
  for (const spec::NodeSpec& node : spec.nodes) {
    const auto found = against.find(node.name);
    const std::string reason = found == against.end() ? "has not joined the cluster" : found->second;
    AddCheck(absl::StrCat("node@", node.name), reason.empty(), reason, health);
  }
}

}  // namespace devstats::coordinator
