// Networks, versions and their combinations.
#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "coordinator/spec/checks.h"
#include "coordinator/spec/cidr.h"
#include "coordinator/spec/os.h"

namespace devstats::spec {
namespace {

// The first subnet of the private ranges that overlaps none of `taken`, for a suggestion.
std::string FreeSubnet(int bits, const std::vector<Cidr>& taken) {
  for (absl::string_view base :
       {"10.244.0.0", "10.96.0.0", "172.16.0.0", "192.168.0.0", "10.0.0.0", "10.128.0.0"}) {
    const Cidr cidr{*ParseAddress(base), bits};
    if (cidr.IsNetwork() &&
        std::none_of(taken.begin(), taken.end(), [&](const Cidr& other) { return other.Overlaps(cidr); }))
      return absl::StrCat("; ", FormatCidr(cidr), " is free");
  }
  return "";
}

std::vector<Cidr> NodeAddresses(const ClusterSpec& spec) {
  std::vector<Cidr> all;
  for (const NodeSpec& node : spec.nodes)
    for (const std::string& text : {node.address, node.external_address})
      if (const auto address = ParseAddress(text)) all.push_back({*address, 32});
  return all;
}

// Addresses of nodes within a subnet that is to be the cluster's own; `key` is the subnet's.
void CheckNodesOutside(const CheckContext& check, const Cidr& subnet, absl::string_view key) {
  const std::vector<NodeSpec>& nodes = check.spec().nodes;
  auto see = [&](const std::string& text, size_t i, absl::string_view of) {
    const auto address = ParseAddress(text);
    if (address && subnet.Contains(*address))
      check.Add(
          absl::StrCat("nodes[", i, "].", of),
          absl::StrCat(Quoted(text), " lies in ", key, " ", FormatCidr(subnet), "; change one of them"));
  };
  for (size_t i = 0; i < nodes.size(); ++i) {
    see(nodes[i].address, i, "address");
    if (nodes[i].external_address != nodes[i].address) see(nodes[i].external_address, i, "externalAddress");
  }
}

// kubeadm's limits: 20 bits of addresses at most, 10 addresses at least.
void CheckServiceSubnet(const CheckContext& check, const Cidr& service) {
  if (service.bits >= 12 && service.bits <= 28) return;
  check.Add("kubernetes.serviceSubnet",
            absl::StrCat(Quoted(FormatCidr(service)), " must be from /12 to /28 long"));
}

void CheckNodeMask(const CheckContext& check, const Cidr& pod) {
  constexpr int kMostBits = 16;  // of node subnets, which the controller manager keeps as a bitmap
  const KubernetesSpec& kubernetes = *check.spec().kubernetes;
  const int mask = kubernetes.node_mask;
  const std::string at = "kubernetes.nodeMask";
  if (mask <= pod.bits) {
    check.Add(
        at, absl::StrCat("is ", mask, ", but the pod subnet is /", pod.bits, " itself; choose a longer one"));
    return;
  }
  if (mask - pod.bits > kMostBits)
    check.Add(at, absl::StrCat("is ", mask, ": at most ", kMostBits, " more than the /", pod.bits,
                               " of the pod subnet is possible"));
  const size_t subnets = size_t{1} << (mask - pod.bits);
  const size_t nodes = check.spec().nodes.size();
  if (subnets < nodes)
    check.Add(at,
              absl::StrCat("is ", mask, ", which leaves ", subnets, " subnets of ", FormatCidr(pod), " for ",
                           nodes, " nodes; choose a longer mask or a larger kubernetes.podSubnet"));
}

void CheckMaxPods(const CheckContext& check) {
  const KubernetesSpec& kubernetes = *check.spec().kubernetes;
  const int addresses =
      (1 << (32 - kubernetes.node_mask)) - 2;  // without the network's and the broadcast address
  if (addresses >= kubernetes.max_pods) return;
  int fits = kubernetes.node_mask;
  while ((1 << (32 - fits)) - 2 < kubernetes.max_pods) --fits;
  check.Add("kubernetes.maxPods",
            absl::StrCat("is ", kubernetes.max_pods, ", but a /", kubernetes.node_mask, " per node has ",
                         addresses, " addresses; lower it to ", addresses, " or write nodeMask: ", fits));
}

void CheckVersions(const CheckContext& check) {
  const KubernetesSpec& kubernetes = *check.spec().kubernetes;
  const std::string& version = kubernetes.version;
  if (version.empty()) return;
  const std::optional<int> minor = KubernetesMinor(version);
  if (!minor || *minor < kOldestKubernetes || *minor > kNewestKubernetes)
    check.Add("kubernetes.version", absl::StrCat(Quoted(version), " is not supported; supported are 1.",
                                                 kOldestKubernetes, " to 1.", kNewestKubernetes));
  const std::string& package = kubernetes.package_version;
  if (!package.empty() && package != version && !absl::StartsWith(package, version + "-"))
    check.Add("kubernetes.packageVersion", absl::StrCat(Quoted(package), " is not a build of ", version,
                                                        "; for example ", version, "-1.1"));
  absl::string_view runtime = check.spec().runtime.version;
  if (const size_t epoch = runtime.find(':'); epoch != runtime.npos) runtime.remove_prefix(epoch + 1);
  if (NeedsContainerd2(version) &&
      (absl::StartsWith(runtime, "1.") || absl::StartsWith(runtime, "0.")))
    check.Add("runtime.version",
              absl::StrCat(Quoted(check.spec().runtime.version), " is too old: Kubernetes ", version,
                           " needs containerd 2.0 or newer"));
}

void CheckCni(const CheckContext& check) {
  constexpr size_t kMostRoutes = 250;  // every node holds a route to every other
  const CniSpec& cni = check.spec().kubernetes->cni;
  if (!check.Good("kubernetes.cni.kind")) return;
  const bool has_manifest = check.places.contains("kubernetes.cni.manifest");
  const bool has_digest = check.places.contains("kubernetes.cni.digest");
  if (cni.kind == CniSpec::Kind::kManifest) {
    if (!has_manifest)
      check.Add("kubernetes.cni.manifest",
                "is missing: kind manifest needs a URL or a path; or choose kind: host-gateway");
    if (!has_digest)
      check.Add(
          "kubernetes.cni.digest",
          "is missing: a manifest is applied only as you have read it; `sha256sum` of it prints the digest");
    return;
  }
  if (has_manifest)
    check.Add("kubernetes.cni.manifest", "is given, but kind host-gateway has none; remove it");
  if (has_digest) check.Add("kubernetes.cni.digest", "is given, but kind host-gateway has none; remove it");
  if (check.spec().nodes.size() > kMostRoutes)
    check.Add("kubernetes.cni.kind",
              absl::StrCat("is host-gateway, which is for at most ", kMostRoutes, " nodes, not ",
                           check.spec().nodes.size(), "; choose kind: manifest"));
}

}  // namespace

void CheckNetwork(const CheckContext& check) {
  if (!check.spec().kubernetes) return;
  const bool has_pod = check.Good("kubernetes.podSubnet"),
             has_service = check.Good("kubernetes.serviceSubnet");
  const KubernetesSpec& kubernetes = *check.spec().kubernetes;
  const Cidr pod = ParseCidr(kubernetes.pod_subnet).value_or(Cidr{});
  const Cidr service = ParseCidr(kubernetes.service_subnet).value_or(Cidr{});
  if (has_pod && has_service && pod.Overlaps(service)) {
    std::vector<Cidr> taken = NodeAddresses(check.spec());
    taken.push_back(pod);
    check.Add("kubernetes.serviceSubnet",
              absl::StrCat(Quoted(kubernetes.service_subnet), " overlaps with kubernetes.podSubnet ",
                           kubernetes.pod_subnet, FreeSubnet(service.bits, taken)));
  }
  if (has_pod) CheckNodesOutside(check, pod, "kubernetes.podSubnet");
  if (has_service) CheckNodesOutside(check, service, "kubernetes.serviceSubnet");
  if (has_service) CheckServiceSubnet(check, service);
  const bool has_mask = check.Good("kubernetes.nodeMask");
  if (has_mask && has_pod) CheckNodeMask(check, pod);
  if (has_mask && check.Good("kubernetes.maxPods")) CheckMaxPods(check);
}

void CheckKubernetes(const CheckContext& check) {
  if (!check.spec().kubernetes) return;
  CheckVersions(check);
  CheckCni(check);
}

}  // namespace devstats::spec
