#include "coordinator/assemble/ports.h"

#include "coordinator/kube/object.h"

namespace devstats::coordinator {
namespace {

using agent::v1::Port;
using kube::At;
using kube::TextAt;

PortWanted Wanted(Port::Protocol protocol, uint32_t number, const std::string& use,
                  const std::vector<std::string>& holders) {
  PortWanted wanted;
  wanted.port.set_protocol(protocol);
  wanted.port.set_number(number);
  wanted.port.mutable_holders()->Add(holders.begin(), holders.end());
  wanted.use = use;
  return wanted;
}

PortWanted Tunnel(uint32_t number, const std::string& use) {
  return Wanted(Port::UDP, number, use, {"kernel"});
}

bool HasCalicoNode(const Json& object) {
  const Json& containers = At(object, {"spec", "template", "spec", "containers"});
  if (TextAt(object, {"kind"}) != "DaemonSet" || !containers.is_array()) return false;
  for (const Json& container : containers)
    if (TextAt(container, {"name"}) == "calico-node") return true;
  return false;
}

// Whether an address pool that calico-node makes, or one in the manifest, is a tunnel by VXLAN.
bool HasVxlanPool(const Json& object) {
  const auto is_on = [](const std::string& mode) { return mode == "Always" || mode == "CrossSubnet"; };
  if (TextAt(object, {"kind"}) == "IPPool") return is_on(TextAt(object, {"spec", "vxlanMode"}));
  const Json& containers = At(object, {"spec", "template", "spec", "containers"});
  if (!containers.is_array()) return false;
  for (const Json& container : containers) {
    const Json& environment = At(container, {"env"});
    if (!environment.is_array()) continue;
    for (const Json& entry : environment)
      if (TextAt(entry, {"name"}) == "CALICO_IPV4POOL_VXLAN" && is_on(TextAt(entry, {"value"}))) return true;
  }
  return false;
}

// Nothing to reach for host-gw, which routes; what other backends use is theirs.
std::vector<PortWanted> FlannelPorts(const std::string& configuration) {
  const auto config = ParseJson(configuration);
  if (!config.ok() || TextAt(*config, {"Backend", "Type"}) != "vxlan") return {};
  const Json& port = At(*config, {"Backend", "Port"});
  const bool valid = port.is_number_unsigned() && port.get<uint64_t>() >= 1 && port.get<uint64_t>() <= 65535;
  return {Tunnel(valid ? port.get<uint32_t>() : 8472, "flannel")};
}

}  // namespace

std::vector<PortWanted> PodNetworkPorts(const std::vector<Json>& cni) {
  bool calico = false, bgp = true, vxlan = false;
  for (const Json& object : cni) {
    // Before Calico: with both, flannel is the network.
    if (const std::string flannel = TextAt(object, {"data", "net-conf.json"}); !flannel.empty())
      return FlannelPorts(flannel);
    calico = calico || HasCalicoNode(object);
    if (const std::string backend = TextAt(object, {"data", "calico_backend"}); !backend.empty()) {
      bgp = backend == "bird";
      vxlan = vxlan || backend == "vxlan";
    }
    vxlan = vxlan || HasVxlanPool(object);
  }
  std::vector<PortWanted> ports;
  if (calico && bgp) ports.push_back(Wanted(Port::TCP, 179, "Calico's BGP", {"bird"}));
  if (calico && vxlan) ports.push_back(Tunnel(4789, "Calico's VXLAN"));
  return ports;
}

std::vector<PortWanted> PortsOf(const spec::ClusterSpec& spec, const spec::NodeSpec& node,
                                const std::vector<PortWanted>& pod_network) {
  if (!spec.kubernetes) return {};
  std::vector<PortWanted> ports;
  if (node.role == spec::Role::kControlPlane) {
    ports.push_back(Wanted(Port::TCP, 6443, "Kubernetes API", {"kube-apiserver"}));
    ports.push_back(Wanted(Port::TCP, 2379, "etcd", {"etcd"}));
  }
  ports.push_back(Wanted(Port::TCP, 10250, "kubelet", {"kubelet"}));
  ports.push_back(
      Wanted(Port::TCP, static_cast<uint32_t>(node.agent_port), "devstats-agent", {"devstats-agent"}));
  ports.insert(ports.end(), pod_network.begin(), pod_network.end());
  return ports;
}

}  // namespace devstats::coordinator
