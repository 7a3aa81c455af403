// ingress-nginx, once for each environment.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/addons/step_list.h"
#include "coordinator/addons/values.h"

namespace devstats::addons {
namespace {

constexpr char kIngressNginx[] = "ingressNginx";
using Mode = spec::IngressSpec::Mode;

Json Probe(int initial_delay, int period) {
  return {{"initialDelaySeconds", initial_delay},
          {"periodSeconds", period},
          {"timeoutSeconds", 5},
          {"successThreshold", 1},
          {"failureThreshold", 5}};
}

// One controller for this class and this namespace alone: it must not touch what belongs to another one.
Json ControllerValues(const spec::IngressSpec& ingress) {
  const std::string own = absl::StrCat("ingress-", ingress.class_);
  return {{"ingressClass", ingress.class_},
          {"ingressClassByName", true},
          {"ingressClassResource",
           {{"name", ingress.class_},
            {"enabled", true},
            {"default", false},
            {"controllerValue", absl::StrCat("k8s.io/", own)}}},
          {"electionID", absl::StrCat(own, "-leader")},
          {"scope", {{"enabled", true}, {"namespace", ingress.namespace_}}},
          {"admissionWebhooks",
           {{"namespaceSelector", {{"matchLabels", {{"kubernetes.io/metadata.name", ingress.namespace_}}}}}}},
          {"config", {{"worker-rlimit-nofile", absl::StrCat(ingress.open_files)}}}};
}

Json BalancedValues(const spec::IngressSpec& ingress, const spec::AddonsSpec& addons) {
  Json service{{"type", "LoadBalancer"}};
  if (addons.metallb) {
    for (const spec::PoolSpec& pool : addons.metallb->pools) {
      if (pool.name != ingress.environment) continue;
      // The older of its two names: all versions understand it.
      service["annotations"] = {{"metallb.universe.tf/address-pool", pool.name}};
      if (!pool.address.empty()) service["loadBalancerIP"] = pool.address;
    }
  }
  return {{"service", service}, {"livenessProbe", Probe(15, 20)}, {"readinessProbe", Probe(15, 20)}};
}

Json OnNodesValues(const spec::IngressSpec& ingress) {
  Json startup{{"httpGet", {{"path", "/healthz"}, {"port", 10254}, {"scheme", "HTTP"}}},
               {"periodSeconds", 5},
               {"timeoutSeconds", 5},
               {"failureThreshold", 18}};
  return {{"kind", "DaemonSet"},
          {"nodeSelector", {{"kubernetes.io/os", "linux"}, {"ingress", ingress.environment}}},
          {"service",
           {{"type", "NodePort"},
            {"externalTrafficPolicy", "Local"},
            {"nodePorts", {{"http", ingress.http_port}, {"https", ingress.https_port}}}}},
          {"config", {{"disable-ipv6", "true"}}},
          {"startupProbe", startup},
          {"livenessProbe", Probe(30, 20)},
          {"readinessProbe", Probe(15, 20)}};
}

AnswersStep Answers(const spec::IngressSpec& ingress, const spec::ClusterSpec& spec,
                    const std::string& release) {
  AnswersStep step{.name_space = ingress.namespace_, .release = release};
  if (ingress.mode == Mode::kLoadBalancer) {
    step.ports = {80, 443};
    if (spec.addons.metallb)
      for (const spec::PoolSpec& pool : spec.addons.metallb->pools)
        if (pool.name == ingress.environment) step.address = pool.address;
    return step;
  }
  step.ports = {ingress.http_port, ingress.https_port};
  for (const spec::NodeSpec& node : spec.nodes) {
    const auto label = node.labels.find("ingress");
    if (label != node.labels.end() && label->second == ingress.environment)
      step.nodes.push_back({node.name, node.address});
  }
  return step;
}

}  // namespace

absl::Status AddIngresses(const spec::ClusterSpec& spec, StepList* steps) {
  if (!spec.addons.ingress_nginx) return absl::OkStatus();
  for (const spec::IngressSpec& ingress : spec.addons.ingress_nginx->environments) {
    const bool balanced = ingress.mode == Mode::kLoadBalancer;
    const std::string id = absl::StrCat("addons/", kIngressNginx, "/", ingress.environment);
    const std::string name = absl::StrCat("nginx-ingress-", ingress.environment);
    const Json controller = Over(ControllerValues(ingress),
                                 balanced ? BalancedValues(ingress, spec.addons) : OnNodesValues(ingress));
    spec::AddonSpec addon = *spec.addons.ingress_nginx;
    addon.namespace_ = ingress.namespace_;
    ASSIGN_OR_RETURN(ReleaseStep release,
                     ReleaseOf(kIngressNginx, addon, name,
                               {{"controller", controller}, {"defaultBackend", {{"enabled", false}}}}));
    ASSIGN_OR_RETURN(const Json own, ValuesOf(ingress.values), absl::StrCat("values of ", id));
    release.values = Over(release.values, own);
    steps->Add(id, balanced ? steps->OfAddon("metallb") : StepList::Ids{}, std::move(release));
    steps->Add(id + "/answers", {id}, Answers(ingress, spec, name));
  }
  return absl::OkStatus();
}

}  // namespace devstats::addons
