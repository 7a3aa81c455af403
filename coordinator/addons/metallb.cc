// MetalLB: its namespace and key, its release, its pools.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/addons/step_list.h"
#include "coordinator/addons/version.h"

namespace devstats::addons {
namespace {

constexpr char kMetalLb[] = "metallb";
constexpr char kSecret[] = "memberlist";
constexpr char kConfig[] = "config";  // the ConfigMap of versions before 0.13
constexpr char kExclude[] = "node.kubernetes.io/exclude-from-external-load-balancers";

using ExcludeLabel = spec::MetalLbSpec::ExcludeLabel;

// From 0.13 on it is configured by objects of its own kinds.
bool HasKinds(const spec::MetalLbSpec& metallb) { return IsAtLeast(metallb.chart.version, 0, 13); }

Json Values(const spec::MetalLbSpec& metallb) {
  Json values{{"speaker", {{"secretName", kSecret}}}};
  if (!HasKinds(metallb)) {
    values["existingConfigMap"] = kConfig;
    return values;
  }
  const Json off{{"enabled", false}};  // FRR is for BGP; here addresses are announced by ARP
  values["speaker"]["frr"] = off;
  values["frrk8s"] = off;
  values["speaker"]["ignoreExcludeLB"] = metallb.exclude_label == ExcludeLabel::kIgnore;
  return values;
}

std::string Subnet(const std::string& text) {
  return text.find_first_of("/-") == text.npos ? absl::StrCat(text, "/32") : text;
}

// A pool that an environment's ingress takes its address from is for nobody who does not ask for it.
bool IsForAll(const spec::AddonsSpec& addons, const spec::PoolSpec& pool) {
  if (!addons.ingress_nginx) return true;
  const auto& environments = addons.ingress_nginx->environments;
  return std::none_of(environments.begin(), environments.end(), [&](const spec::IngressSpec& ingress) {
    return ingress.environment == pool.name && ingress.mode == spec::IngressSpec::Mode::kLoadBalancer;
  });
}

Json Object(const char* api_version, const char* kind, const std::string& name,
            const std::string& name_space) {
  return {{"apiVersion", api_version},
          {"kind", kind},
          {"metadata", {{"name", name}, {"namespace", name_space}, {"labels", OurLabels(kMetalLb)}}}};
}

std::vector<Json> PoolObjects(const spec::AddonsSpec& addons) {
  const spec::MetalLbSpec& metallb = *addons.metallb;
  std::vector<Json> objects;
  Json names = Json::array();
  for (const spec::PoolSpec& pool : metallb.pools) {
    Json object = Object("metallb.io/v1beta1", "IPAddressPool", pool.name, metallb.namespace_);
    Json addresses = Json::array();
    for (const std::string& text : pool.addresses) addresses.push_back(Subnet(text));
    object["spec"] = {{"addresses", addresses}, {"autoAssign", IsForAll(addons, pool)}};
    objects.push_back(std::move(object));
    names.push_back(pool.name);
  }
  Json advertisement = Object("metallb.io/v1beta1", "L2Advertisement", "devstats", metallb.namespace_);
  advertisement["spec"] = {{"ipAddressPools", names}};
  objects.push_back(std::move(advertisement));
  return objects;
}

std::vector<Json> PoolConfig(const spec::AddonsSpec& addons) {
  std::string text = "address-pools:\n";
  for (const spec::PoolSpec& pool : addons.metallb->pools) {
    absl::StrAppend(&text, "- name: ", pool.name, "\n  protocol: layer2\n");
    if (!IsForAll(addons, pool)) absl::StrAppend(&text, "  auto-assign: false\n");
    absl::StrAppend(&text, "  addresses:\n");
    for (const std::string& address : pool.addresses) absl::StrAppend(&text, "  - ", Subnet(address), "\n");
  }
  Json object = Object("v1", "ConfigMap", kConfig, addons.metallb->namespace_);
  object["data"] = {{"config", text}};
  return {object};
}

// Its speakers use the boxes' own network: where namespaces are restricted by default, this one must not be.
Json Namespace(const std::string& name) {
  const std::string level = "pod-security.kubernetes.io/";
  Json labels = OurLabels(kMetalLb);
  for (const char* mode : {"enforce", "audit", "warn"}) labels[level + mode] = "privileged";
  return {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}, {"labels", labels}}}};
}

}  // namespace

absl::Status AddMetalLb(const spec::AddonsSpec& addons, StepList* steps) {
  if (!addons.metallb) return absl::OkStatus();
  const spec::MetalLbSpec& metallb = *addons.metallb;
  const std::string id = absl::StrCat("addons/", kMetalLb);
  if (metallb.exclude_label == ExcludeLabel::kRemove)
    steps->Add(id + "/exclude-label", {}, NoLabelStep{kExclude});
  steps->Add(id + "/namespace", {}, ObjectsStep{.objects = {Namespace(metallb.namespace_)}});
  steps->Add(id + "/memberlist", {id + "/namespace"},
             RandomSecretStep{metallb.namespace_, kSecret, "secretkey"});
  ASSIGN_OR_RETURN(ReleaseStep release, ReleaseOf(kMetalLb, metallb, kMetalLb, Values(metallb)));
  steps->Add(id, {id + "/memberlist"}, std::move(release));
  steps->Add(id + "/pools", {id},
             ObjectsStep{.objects = HasKinds(metallb) ? PoolObjects(addons) : PoolConfig(addons)});
  return absl::OkStatus();
}

}  // namespace devstats::addons
