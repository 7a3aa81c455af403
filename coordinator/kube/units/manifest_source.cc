#include "coordinator/kube/units/manifest_source.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/kube/object.h"

namespace devstats::coordinator {
namespace {

using kube::At;
using kube::TextAt;

constexpr size_t kMaxManifest = 10 << 20;
constexpr int kMaxRedirects = 5;
constexpr int kFlannelSubnetLen = 24;
constexpr char kFlannelKey[] = "net-conf.json", kCalicoVariable[] = "CALICO_IPV4POOL_CIDR";

bool IsUrl(absl::string_view source) {
  return absl::StartsWith(source, "https://") || absl::StartsWith(source, "http://");
}

absl::StatusOr<std::string> Download(std::string url, kube::HttpClient& http) {
  for (int i = 0; i <= kMaxRedirects; ++i) {
    ASSIGN_OR_RETURN(kube::HttpResponse response, http.Do({.url = url, .max_response = kMaxManifest}));
    if (response.code == 200) return std::move(response.body);
    if (response.code < 300 || response.code >= 400) {
      return absl::UnavailableError(absl::StrCat(url, ": the server answered ", response.code));
    }
    const std::string next = response.headers["location"];
    // The digest decides what is accepted, not the road to it; but nobody is sent from https to http.
    const bool weaker = absl::StartsWith(url, "https://") && !absl::StartsWith(next, "https://");
    if (!IsUrl(next) || weaker) {
      return absl::FailedPreconditionError(absl::StrCat(url, ": redirected to \"", next, "\""));
    }
    url = next;
  }
  return absl::FailedPreconditionError(absl::StrCat(url, ": more than ", kMaxRedirects, " redirects"));
}

absl::StatusOr<bool> SetFlannel(const std::string& pod_subnet, int node_mask, Json* object) {
  const std::string text = TextAt(*object, {"data", kFlannelKey});
  if (TextAt(*object, {"kind"}) != "ConfigMap" || text.empty()) return false;
  ASSIGN_OR_RETURN(Json config, ParseJson(text), kFlannelKey);
  if (!config.is_object()) return absl::InvalidArgumentError(absl::StrCat(kFlannelKey, " is no object"));
  const Json before = config;
  config["Network"] = pod_subnet;
  const Json& length = At(config, {"SubnetLen"});
  if (!(length.is_null() ? node_mask == kFlannelSubnetLen : length == node_mask))
    config["SubnetLen"] = node_mask;
  if (config != before) (*object)["data"][kFlannelKey] = config.dump(2) + "\n";
  return true;
}

bool SetCalicoPool(const std::string& pod_subnet, Json* object) {
  if (TextAt(*object, {"kind"}) != "IPPool" || TextAt(*object, {"spec", "cidr"}).empty()) return false;
  (*object)["spec"]["cidr"] = pod_subnet;
  return true;
}

bool SetCalicoVariable(const std::string& pod_subnet, Json* object) {
  if (TextAt(*object, {"kind"}) != "DaemonSet") return false;
  if (!At(*object, {"spec", "template", "spec", "containers"}).is_array()) return false;
  bool found = false;
  for (Json& container : (*object)["spec"]["template"]["spec"]["containers"]) {
    if (TextAt(container, {"name"}) != "calico-node" || !container.is_object()) continue;
    Json& environment = container["env"];
    if (!environment.is_array() && !environment.is_null()) continue;
    found = true;
    Json* variable = nullptr;
    for (Json& entry : environment) {
      if (TextAt(entry, {"name"}) == kCalicoVariable) variable = &entry;
    }
    // In Calico's own manifest it is commented out.
    if (!variable) variable = &environment.emplace_back(Json{{"name", kCalicoVariable}});
    (*variable)["value"] = pod_subnet;
    variable->erase("valueFrom");
  }
  return found;
}

}  // namespace

absl::StatusOr<std::string> ReadManifest(const std::string& source, const std::string& digest,
                                         kube::HttpClient& http) {
  absl::StatusOr<std::string> text =
      IsUrl(source) ? Download(source, http)
                    : ReadFile(std::string(absl::StripPrefix(source, "file://")), kMaxManifest);
  if (!text.ok()) return Annotate(text.status(), "manifest");
  const std::string found = absl::StrCat("sha256:", Sha256Hex(*text));
  if (found == digest) return text;
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat("manifest ", source, " has digest ", found, ", not ", digest)),
              "read what has changed in it; if it is meant, put the new digest into cluster.yaml");
}

absl::Status SetPodNetwork(const std::string& pod_subnet, int node_mask, std::vector<Json>* objects) {
  bool found = false;
  for (Json& object : *objects) {
    ASSIGN_OR_RETURN(const bool flannel, SetFlannel(pod_subnet, node_mask, &object));
    const bool pool = SetCalicoPool(pod_subnet, &object), variable = SetCalicoVariable(pod_subnet, &object);
    found = found || flannel || pool || variable;
  }
  if (found) return absl::OkStatus();
  return Hint(absl::InvalidArgumentError("the CNI manifest has no pod network that can be set"),
              "known are flannel (ConfigMap with net-conf.json) and Calico (DaemonSet calico-node, IPPool)");
}

}  // namespace devstats::coordinator
