#include "agent/resources/kubeadm_config.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/resources/yaml_text.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kSocket[] = "/run/containerd/containerd.sock";
constexpr int kApiPort = 6443;

absl::StatusOr<int> MinorOf(const std::string& version) {
  const std::vector<std::string> parts = absl::StrSplit(version, '.');
  int minor = 0, patch = 0;
  if (parts.size() != 3 || parts[0] != "1" || !absl::SimpleAtoi(parts[1], &minor) ||
      !absl::SimpleAtoi(parts[2], &patch))
    return absl::InvalidArgumentError(
        absl::StrCat("\"", version, "\" is not a Kubernetes version (\"1.35.0\")"));
  if (minor < 15)
    return absl::InvalidArgumentError(absl::StrCat("Kubernetes ", version, " is too old: from 1.15 on"));
  return minor;
}

std::string ApiOf(int minor) {
  return minor >= 31   ? "kubeadm.k8s.io/v1beta4"
         : minor >= 22 ? "kubeadm.k8s.io/v1beta3"
                       : "kubeadm.k8s.io/v1beta2";
}

std::string SocketOf(int minor) { return minor >= 24 ? absl::StrCat("unix://", kSocket) : kSocket; }

// Lists of name and value since v1beta4, a map before.
Json ExtraArgs(int minor, const std::string& name, const std::string& value) {
  if (minor >= 31) return Json::array({{{"name", name}, {"value", value}}});
  return {{name, value}};
}

void SetUnlessEmpty(Json* object, const char* key, const std::string& value) {
  if (!value.empty()) (*object)[key] = value;
}

Json InitDocument(const v1::KubeadmInit& init, int minor) {
  Json doc = {{"apiVersion", ApiOf(minor)},
              {"kind", "InitConfiguration"},
              {"bootstrapTokens", Json::array({{{"ttl", "15m0s"}}})},
              {"localAPIEndpoint", {{"advertiseAddress", init.advertise_address()}, {"bindPort", kApiPort}}},
              {"nodeRegistration", {{"criSocket", SocketOf(minor)}}}};
  SetUnlessEmpty(&doc["nodeRegistration"], "name", init.node_name());
  // A cold disk takes longer than kubeadm's four minutes.
  if (minor >= 31) doc["timeouts"] = {{"controlPlaneComponentHealthCheck", "8m0s"}};
  return doc;
}

Json ClusterDocument(const v1::KubeadmInit& init, int minor) {
  Json doc = {{"apiVersion", ApiOf(minor)},
              {"kind", "ClusterConfiguration"},
              {"kubernetesVersion", absl::StrCat("v", init.version())},
              {"networking", {{"podSubnet", init.pod_subnet()}, {"serviceSubnet", init.service_subnet()}}}};
  SetUnlessEmpty(&doc["networking"], "dnsDomain", init.dns_domain());
  SetUnlessEmpty(&doc, "imageRepository", init.image_repository());
  for (const std::string& san : init.sans()) doc["apiServer"]["certSANs"].push_back(san);
  if (minor < 31) doc["apiServer"]["timeoutForControlPlane"] = "8m0s";
  // The name with the family is refused in a cluster of one family before 1.23.
  if (init.node_mask() > 0)
    doc["controllerManager"]["extraArgs"] =
        ExtraArgs(minor, minor >= 23 ? "node-cidr-mask-size-ipv4" : "node-cidr-mask-size",
                  absl::StrCat(init.node_mask()));
  return doc;
}

Json KubeletDocument(const v1::KubeadmInit& init) {
  Json doc = {{"apiVersion", "kubelet.config.k8s.io/v1beta1"},
              {"kind", "KubeletConfiguration"},
              {"containerLogMaxFiles", 5},
              {"containerLogMaxSize", "10Mi"},
              {"failSwapOn", true},
              {"rotateCertificates", true},
              {"serverTLSBootstrap", false}};
  SetUnlessEmpty(&doc, "cgroupDriver", init.cgroup_driver());
  SetUnlessEmpty(&doc, "resolvConf", init.resolv_conf());
  if (init.max_pods() > 0) doc["maxPods"] = init.max_pods();
  return doc;
}

Json ProxyDocument(const v1::KubeadmInit& init) {
  Json doc = {{"apiVersion", "kubeproxy.config.k8s.io/v1alpha1"},
              {"kind", "KubeProxyConfiguration"},
              {"mode", "iptables"}};
  if (init.conntrack_max_per_core() >= 0) doc["conntrack"]["maxPerCore"] = init.conntrack_max_per_core();
  if (init.conntrack_min() >= 0) doc["conntrack"]["min"] = init.conntrack_min();
  return doc;
}

bool IsTokenPart(absl::string_view part, size_t length) {
  return part.size() == length && std::ranges::all_of(part, [](unsigned char c) {
           return absl::ascii_isdigit(c) || absl::ascii_islower(c);
         });
}

absl::Status CheckJoin(const v1::KubeadmJoin& join, const Secret& token) {
  if (join.endpoint().empty())
    return absl::InvalidArgumentError("kubeadm join: the API server's address is missing");
  const std::string& pin = join.ca_hash();
  if (!absl::StartsWith(pin, "sha256:") || pin.size() != 7 + 64)
    return absl::InvalidArgumentError(
        absl::StrCat("kubeadm join: \"", pin, "\" is no pin of the cluster's authority"));
  const absl::string_view text = token.Reveal();  // only measured
  if (text.size() != 23 || text[6] != '.' || !IsTokenPart(text.substr(0, 6), 6) ||
      !IsTokenPart(text.substr(7), 16))
    return absl::InvalidArgumentError(text.empty() ? "kubeadm join: the coordinator sent no token"
                                                   : "kubeadm join: the token is malformed");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> CriSocket(const std::string& version) {
  ASSIGN_OR_RETURN(const int minor, MinorOf(version));
  return SocketOf(minor);
}

absl::StatusOr<std::string> InitConfig(const v1::KubeadmInit& init) {
  ASSIGN_OR_RETURN(const int minor, MinorOf(init.version()));
  if (init.advertise_address().empty() || init.pod_subnet().empty() || init.service_subnet().empty())
    return absl::InvalidArgumentError(
        "kubeadm init: advertise_address, pod_subnet and service_subnet are needed");
  return absl::StrCat(YamlText(InitDocument(init, minor)), "---\n", YamlText(ClusterDocument(init, minor)),
                      "---\n", YamlText(KubeletDocument(init)), "---\n", YamlText(ProxyDocument(init)));
}

absl::StatusOr<Secret> JoinConfig(const v1::KubeadmJoin& join, const Secret& token) {
  ASSIGN_OR_RETURN(const int minor, MinorOf(join.version()));
  RETURN_IF_ERROR(CheckJoin(join, token));
  Json doc = {{"apiVersion", ApiOf(minor)},
              {"kind", "JoinConfiguration"},
              {"discovery",
               {{"bootstrapToken",
                 {{"apiServerEndpoint", join.endpoint()},
                  {"caCertHashes", Json::array({join.ca_hash()})},
                  {"token", token.Reveal()}}}}},  // kubeadm takes it from nowhere but a file or its arguments
              {"nodeRegistration", {{"criSocket", SocketOf(minor)}}}};
  SetUnlessEmpty(&doc["nodeRegistration"], "name", join.node_name());
  if (minor >= 31)
    doc["timeouts"] = {{"discovery", "5m0s"}};
  else
    doc["discovery"]["timeout"] = "5m0s";
  return Secret(YamlText(doc));
}

}  // namespace devstats::agent
