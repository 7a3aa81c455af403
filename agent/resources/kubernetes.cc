#include "agent/resources/kubernetes.h"

#include <memory>
#include <utility>

#include "agent/resources/bridge_cni.h"
#include "agent/resources/kubeadm_init.h"
#include "agent/resources/kubeadm_join.h"
#include "agent/resources/kubeconfig.h"
#include "agent/resources/kubelet.h"
#include "agent/resources/routes.h"
#include "agent/resources/shell.h"

namespace devstats::agent {

void AddKubernetes(const v1::PhaseSpec& spec, Host* host, const Secrets& secrets,
                   std::vector<GraphNode>* nodes) {
  // Needs name only resources of this very phase; what another phase makes, the coordinator's order has made
  // before.
  std::vector<std::string> before_cluster, cluster;
  auto add = [&](std::unique_ptr<Unit> unit, const std::vector<std::string>& needs) {
    nodes->push_back({.unit = std::move(unit), .needs = needs, .world = {}});
  };
  if (spec.has_kubelet()) {
    add(std::make_unique<KubeletResource>(spec.kubelet(), host), {});
    before_cluster.push_back("kubelet");
  }
  if (spec.has_init()) {
    add(std::make_unique<KubeadmInitResource>(spec.init(), host), before_cluster);
    cluster.push_back("init");
  }
  if (spec.has_join()) {
    add(std::make_unique<KubeadmJoinResource>(spec.join(), SecretNamed(secrets, "token"), host),
        before_cluster);
    cluster.push_back("join");
  }
  if (spec.has_kubeconfig())
    add(std::make_unique<KubeconfigResource>(spec.kubeconfig(), SecretNamed(secrets, "certificate"), host),
        cluster);
  if (spec.has_routes()) add(std::make_unique<RoutesResource>(spec.routes(), host), {});
  if (spec.has_bridge_cni()) add(std::make_unique<BridgeCniResource>(spec.bridge_cni(), host), {});
  if (spec.has_shell()) add(std::make_unique<ShellResource>(spec.shell(), host), {});
}

}  // namespace devstats::agent
