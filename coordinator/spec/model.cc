#include "coordinator/spec/model.h"

#include <algorithm>

namespace devstats::spec {

const char* NameOf(Role role) { return role == Role::kControlPlane ? "control-plane" : "worker"; }

const char* NameOf(ProjectSpec::State state) {
  switch (state) {
    case ProjectSpec::State::kActive:
      return "active";
    case ProjectSpec::State::kArchived:
      return "archived";
    case ProjectSpec::State::kDisabled:
      return "disabled";
  }
  return "";
}

const NodeSpec& ClusterSpec::ControlPlane() const {
  auto it = std::find_if(nodes.begin(), nodes.end(),
                         [](const NodeSpec& node) { return node.role == Role::kControlPlane; });
  return it == nodes.end() ? nodes.front() : *it;
}

std::vector<NamedAddon> NamedAddons(const AddonsSpec& addons) {
  std::vector<NamedAddon> named;
  if (addons.openebs) named.push_back({"openebs", &*addons.openebs, {"openebs"}});
  if (addons.nfs) named.push_back({"nfs", &*addons.nfs, {"local-storage-nfs"}});
  if (addons.metallb) named.push_back({"metallb", &*addons.metallb, {"metallb"}});
  if (addons.ingress_nginx) {
    std::vector<std::string> releases;
    for (const IngressSpec& ingress : addons.ingress_nginx->environments)
      releases.push_back("nginx-ingress-" + ingress.environment);
    named.push_back({"ingressNginx", &*addons.ingress_nginx, releases});
  }
  if (addons.cert_manager) named.push_back({"certManager", &*addons.cert_manager, {"cert-manager"}});
  if (addons.dashboard) named.push_back({"dashboard", &*addons.dashboard, {"dashboard"}});
  return named;
}

const std::vector<const char*>& AddonKeyNames() {
  static const auto* const names =
      new std::vector<const char*>{"openebs", "nfs", "metallb", "ingressNginx", "certManager", "dashboard"};
  return *names;
}

}  // namespace devstats::spec
