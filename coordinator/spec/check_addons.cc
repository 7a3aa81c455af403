// Add-ons among each other, and with the cluster.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "coordinator/spec/checks.h"
#include "coordinator/spec/cidr.h"

namespace devstats::spec {
namespace {

constexpr char kMetalLb[] = "addons.metallb";
constexpr char kNginx[] = "addons.ingressNginx";

std::string PoolAt(const PoolSpec& pool) { return absl::StrCat(kMetalLb, ".pools.", pool.name); }

struct NamedRange {
  std::string at, text;
  AddressRange range;
};

std::vector<NamedRange> RangesOf(const MetalLbSpec& metallb) {
  std::vector<NamedRange> all;
  for (const PoolSpec& pool : metallb.pools)
    for (size_t i = 0; i < pool.addresses.size(); ++i)
      if (const auto range = ParseRange(pool.addresses[i]))
        all.push_back({absl::StrCat(PoolAt(pool), ".addresses[", i, "]"), pool.addresses[i], *range});
  return all;
}

// Pools are apart from each other and from the cluster's own networks.
void CheckRanges(const CheckContext& check, const std::vector<NamedRange>& ranges) {
  std::vector<std::pair<const char*, std::string>> networks;
  if (const auto& kubernetes = check.spec().kubernetes) {
    if (check.Good("kubernetes.podSubnet"))
      networks.emplace_back("kubernetes.podSubnet", kubernetes->pod_subnet);
    if (check.Good("kubernetes.serviceSubnet"))
      networks.emplace_back("kubernetes.serviceSubnet", kubernetes->service_subnet);
  }
  for (auto it = ranges.begin(); it != ranges.end(); ++it) {
    for (const auto& [key, subnet] : networks)
      if (it->range.Overlaps(*ParseRange(subnet)))
        check.Add(it->at, absl::StrCat(Quoted(it->text), " lies in ", key, " ", subnet,
                                       "; name addresses of the network that the boxes are in"));
    const auto other =
        std::find_if(ranges.begin(), it, [&](const NamedRange& o) { return o.range.Overlaps(it->range); });
    if (other != it)
      check.Add(it->at, absl::StrCat(Quoted(it->text), " overlaps with ", other->at, " ", Quoted(other->text),
                                     "; an address has one pool"));
  }
}

void CheckMetalLb(const CheckContext& check, const MetalLbSpec& metallb) {
  if (metallb.pools.empty() && !check.Bad(absl::StrCat(kMetalLb, ".pools")))
    check.Add(absl::StrCat(kMetalLb, ".pools"),
              "is missing: it has no address to give; for example pools: {test: {addresses: [10.0.0.11]}}");
  CheckRanges(check, RangesOf(metallb));
  for (const PoolSpec& pool : metallb.pools) {
    const auto address = ParseAddress(pool.address);
    if (!address || !check.Good(PoolAt(pool) + ".addresses")) continue;
    if (std::none_of(pool.addresses.begin(), pool.addresses.end(),
                     [&](const std::string& text) { return ParseRange(text)->Contains(*address); }))
      check.Add(PoolAt(pool) + ".address",
                absl::StrCat(Quoted(pool.address), " is not among its addresses; add it there"));
  }
}

void CheckOnNodes(const CheckContext& check, const IngressSpec& ingress, const std::string& at) {
  const std::vector<NodeSpec>& nodes = check.spec().nodes;
  const bool here = std::any_of(nodes.begin(), nodes.end(), [&](const NodeSpec& node) {
    auto of = [&](const std::map<std::string, std::string>& labels) {
      const auto label = labels.find("ingress");
      return label != labels.end() && label->second == ingress.environment;
    };
    return of(node.labels) || of(check.draft.labels);
  });
  if (here) return;
  check.Add(at + ".mode",
            absl::StrCat("is DaemonSet, but no node has the label ingress=", ingress.environment,
                         "; write labels: {ingress: ", ingress.environment, "} at those it runs on"));
}

void CheckPool(const CheckContext& check, const IngressSpec& ingress, const std::string& at) {
  const auto& metallb = check.spec().addons.metallb;
  if (!metallb || check.Bad(absl::StrCat(kMetalLb, ".pools"))) return;
  for (const PoolSpec& pool : metallb->pools)
    if (pool.name == ingress.environment) return;
  check.Add(at, absl::StrCat("has mode LoadBalancer, but addons.metallb.pools has no ", ingress.environment,
                             "; give it addresses there, or write mode: DaemonSet"));
}

void CheckNginx(const CheckContext& check, const IngressNginxSpec& nginx) {
  if (nginx.environments.empty() && check.Good(kNginx))
    check.Add(kNginx, "has neither test nor prod; write test: {} for the first");
  std::map<std::string, std::string> taken;  // what only one may have -> where it stands
  for (const IngressSpec& ingress : nginx.environments) {
    const std::string at = absl::StrCat(kNginx, ".", ingress.environment);
    auto once = [&](const char* kind, const char* key, const std::string& value) {
      const std::string here = absl::StrCat(at, ".", key);
      const auto [it, fresh] = taken.emplace(absl::StrCat(kind, " ", value), here);
      if (!fresh)
        check.Add(here, absl::StrCat(Quoted(value), " is ", it->second, " already; each needs its own"));
    };
    once("class", "class", ingress.class_);
    once("namespace", "namespace", ingress.namespace_);
    if (ingress.mode == IngressSpec::Mode::kLoadBalancer) {
      CheckPool(check, ingress, at);
      continue;
    }
    once("port", "httpPort", absl::StrCat(ingress.http_port));
    once("port", "httpsPort", absl::StrCat(ingress.https_port));
    CheckOnNodes(check, ingress, at);
  }
}

}  // namespace

void CheckAddons(const CheckContext& check) {
  const AddonsSpec& addons = check.spec().addons;
  const std::vector<NamedAddon> named = NamedAddons(addons);
  if (!named.empty() && !check.spec().kubernetes && !check.Bad("kubernetes"))
    check.Add("addons", "are given, but there is no cluster for them; describe it below kubernetes");
  for (const NamedAddon& addon : named)
    CheckChart(check, addon.addon->chart, absl::StrCat("addons.", addon.key));
  if (addons.metallb) CheckMetalLb(check, *addons.metallb);
  if (addons.ingress_nginx) CheckNginx(check, *addons.ingress_nginx);
}

}  // namespace devstats::spec
