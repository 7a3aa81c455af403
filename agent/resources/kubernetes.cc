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
  const auto add = [nodes](std::unique_ptr<Unit> unit, std::vector<std::string> needs = {}) {
    nodes->push_back({.unit = std::move(unit), .needs = std::move(needs), .world = {}});
  };
  if (spec.has_kubelet()) add(std::make_unique<KubeletResource>(spec.kubelet(), host));
  if (spec.has_init()) add(std::make_unique<KubeadmInitResource>(spec.init(), host), {"kubelet"});
  if (spec.has_join())
    add(std::make_unique<KubeadmJoinResource>(spec.join(), SecretNamed(secrets, "token"), host), {"kubelet"});
  if (spec.has_kubeconfig())
    add(std::make_unique<KubeconfigResource>(spec.kubeconfig(), SecretNamed(secrets, "certificate"), host),
        {"init", "join"});
  if (spec.has_routes()) add(std::make_unique<RoutesResource>(spec.routes(), host));
  if (spec.has_bridge_cni()) add(std::make_unique<BridgeCniResource>(spec.bridge_cni(), host));
  if (spec.has_shell()) add(std::make_unique<ShellResource>(spec.shell(), host));
}

}  // namespace devstats::agent
