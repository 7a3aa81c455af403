#include "coordinator/spec/model.h"

#include <algorithm>

namespace devstats::spec {

const char* NameOf(Role role) { return role == Role::kControlPlane ? "control-plane" : "worker"; }

const NodeSpec& ClusterSpec::ControlPlane() const {
  auto it = std::find_if(nodes.begin(), nodes.end(),
                         [](const NodeSpec& node) { return node.role == Role::kControlPlane; });
  return it == nodes.end() ? nodes.front() : *it;
}

}  // namespace devstats::spec
