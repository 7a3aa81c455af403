// addons.metallb, addons.ingressNginx.
#include "coordinator/spec/key_list.h"

namespace devstats::spec {
namespace {

MetalLbSpec& MetalLb(Draft& d) { return *d.spec.addons.metallb; }
IngressNginxSpec& Nginx(Draft& d) { return *d.spec.addons.ingress_nginx; }
AddonSpec& MetalLbAddon(Draft& d) { return MetalLb(d); }
AddonSpec& NginxAddon(Draft& d) { return Nginx(d); }
IngressSpec& Ingress(Draft& d) { return Nginx(d).environments.back(); }

Names ExcludeLabels() { return {"honour", "ignore", "remove"}; }
Names Modes() { return {"LoadBalancer", "DaemonSet"}; }

void SetExcludeLabel(Draft& d, Value&& v) {
  using Label = MetalLbSpec::ExcludeLabel;
  MetalLb(d).exclude_label = v.text == "honour"   ? Label::kHonour
                             : v.text == "remove" ? Label::kRemove
                                                  : Label::kIgnore;
}

void AddMetalLb(KeyList* keys) {
  keys->AddAddon<MetalLbAddon>(kMetalLbDefaults, [](Draft& d, Value&&) { d.spec.addons.metallb.emplace(); });
  keys->Add({.path = "addons.metallb.pools",
             .type = Type::kNamedSections,
             .key_grammar = &kDnsLabel,
             .meaning =
                 "Addresses by environment; the ingress of an environment takes its address from the pool of "
                 "that name.",
             .example = "{test: {addresses: [10.0.0.11]}}",
             .set = [](Draft& d, Value&& v) { MetalLb(d).pools.push_back({.name = v.text}); }});
  keys->Add({.path = "addons.metallb.pools.*.addresses",
             .type = Type::kTextList,
             .required = true,
             .grammar = &kAddressRange,
             .meaning = "The addresses that may be given out. An address of a node may be among them.",
             .example = "[10.0.0.11, 10.0.0.16/28]",
             .set = [](Draft& d, Value&& v) { MetalLb(d).pools.back().addresses = std::move(v.list); }});
  keys->Add({.path = "addons.metallb.pools.*.address",
             .grammar = &kAddress,
             .meaning = "The one that the environment's ingress asks for; any of them unless it is given.",
             .example = "10.0.0.11",
             .set = [](Draft& d, Value&& v) { MetalLb(d).pools.back().address = v.text; }});
  keys->Add(
      {.path = "addons.metallb.excludeFromExternalLoadBalancers",
       .fallback = "ignore",
       .choices = ExcludeLabels,
       .meaning =
           "What becomes of the label of that name, which keeps a control plane from announcing addresses: "
           "honour it, ignore it, or remove it from the nodes.",
       .example = "ignore",
       .set = SetExcludeLabel});
}

// Those of one environment. `begin` makes its section.
void AddIngress(KeyList* keys, const char* prefix, const char* http, const char* https, const char* name,
                void (*begin)(Draft&, Value&&)) {
  auto path = [&](const char* key) { return keys->Path(prefix, key); };
  keys->Add({.path = keys->Path(prefix),
             .type = Type::kSection,
             .optional = true,
             .meaning = "The ingress of this environment.",
             .set = begin});
  keys->Add(
      {.path = path("mode"),
       .fallback = "LoadBalancer",
       .choices = Modes,
       .meaning =
           "LoadBalancer: its Service has an address of its own, as MetalLB or a cloud gives it. DaemonSet: "
           "it runs on the nodes with the label ingress=ENVIRONMENT and is reached at ports of theirs.",
       .example = "DaemonSet",
       .set = [](Draft& d, Value&& v) {
         Ingress(d).mode =
             v.text == "DaemonSet" ? IngressSpec::Mode::kDaemonSet : IngressSpec::Mode::kLoadBalancer;
       }});
  keys->Add(
      {.path = path("namespace"),
       .grammar = &kDnsLabel,
       .meaning =
           "Where it is installed and whose Ingresses it serves, no others; devstats-ENVIRONMENT unless it "
           "is given.",
       .example = keys->Text(std::string("devstats-") + name),
       .set = [](Draft& d, Value&& v) { Ingress(d).namespace_ = v.text; }});
  keys->Add(
      {.path = path("class"),
       .grammar = &kDnsLabel,
       .meaning =
           "Its ingress class, of which it is the only controller; nginx-ENVIRONMENT unless it is given.",
       .example = keys->Text(std::string("nginx-") + name),
       .set = [](Draft& d, Value&& v) { Ingress(d).class_ = v.text; }});
  keys->Add({.path = path("httpPort"),
             .type = Type::kNumber,
             .fallback = http,
             .min = 30000,
             .max = 32767,
             .meaning = "Its port for HTTP on the nodes, for mode DaemonSet.",
             .example = http,
             .set = [](Draft& d, Value&& v) { Ingress(d).http_port = v.number; }});
  keys->Add({.path = path("httpsPort"),
             .type = Type::kNumber,
             .fallback = https,
             .min = 30000,
             .max = 32767,
             .meaning = "Its port for HTTPS on the nodes, for mode DaemonSet.",
             .example = https,
             .set = [](Draft& d, Value&& v) { Ingress(d).https_port = v.number; }});
  keys->Add({.path = path("openFiles"),
             .type = Type::kNumber,
             .fallback = "65535",
             .min = 1024,
             .max = 1048576,
             .meaning = "Files that each of its workers may have open: connections, mostly.",
             .example = "65535",
             .set = [](Draft& d, Value&& v) { Ingress(d).open_files = v.number; }});
  keys->Add({.path = path("values"),
             .type = Type::kTree,
             .meaning = "Values of the chart for this environment alone, over all others.",
             .example = "{controller: {replicaCount: 2}}",
             .set = [](Draft& d, Value&& v) { Ingress(d).values = std::move(v.tree); }});
}

}  // namespace

void AddNetworkAddons(KeyList* keys) {
  AddMetalLb(keys);
  keys->AddAddon<NginxAddon>(kIngressNginxDefaults,
                             [](Draft& d, Value&&) { d.spec.addons.ingress_nginx.emplace(); });
  AddIngress(keys, "ingressNginx.test", "31080", "31443", "test",
             [](Draft& d, Value&&) { Nginx(d).environments.push_back({.environment = "test"}); });
  AddIngress(keys, "ingressNginx.prod", "30080", "30443", "prod",
             [](Draft& d, Value&&) { Nginx(d).environments.push_back({.environment = "prod"}); });
}

}  // namespace devstats::spec
