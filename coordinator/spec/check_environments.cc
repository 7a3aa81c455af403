// Environments among each other, and with the cluster that carries them.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "coordinator/spec/checks.h"

namespace devstats::spec {
namespace {

std::string At(const EnvironmentSpec& environment, absl::string_view key) {
  return absl::StrCat("environments.", environment.name, ".", key);
}

void CheckSchedules(const CheckContext& check, const EnvironmentSpec& environment) {
  const auto schedules = check.draft.schedules.find(environment.name);
  if (schedules == check.draft.schedules.end() || schedules->second == environment.name) return;
  check.Add(
      At(environment, "schedules"),
      absl::StrCat("is ", schedules->second, ", but this is ", environment.name,
                   ": the schedules of one environment are laid out for the hours in which the other rests; "
                   "leave the key out"));
}

// What only one environment may have.
class OnlyOnce {
 public:
  explicit OnlyOnce(const CheckContext& check) : check_(check) {}

  void See(const EnvironmentSpec& environment) {
    Value("namespace", environment.namespace_, At(environment, "namespace"));
    Value("class", environment.ingress_class, At(environment, "ingressClass"));
    for (size_t i = 0; i < environment.domains.size(); ++i) {
      const std::string at = At(environment, absl::StrCat("domains[", i, "]"));
      Value("domain", environment.domains[i].name, at + ".name");
      Value("host", environment.domains[i].host, at + ".host");
    }
  }

 private:
  void Value(const char* kind, const std::string& value, const std::string& at) {
    if (value.empty()) return;
    const auto [first, fresh] = taken_.emplace(absl::StrCat(kind, " ", value), at);
    if (!fresh)
      check_.Add(at, absl::StrCat(Quoted(value), " is ", first->second, " already; each needs its own"));
  }

  const CheckContext& check_;
  std::map<std::string, std::string> taken_;  // -> where it stands
};

// The context of the same name leads to the environment.
void CheckContexts(const CheckContext& check, const EnvironmentSpec& environment) {
  for (const ContextSpec& context : check.spec().contexts)
    if (context.name == environment.name && !context.namespace_.empty() &&
        context.namespace_ != environment.namespace_)
      check.Add(
          absl::StrCat("contexts.", context.name, ".namespace"),
          absl::StrCat(Quoted(context.namespace_), " is not ", At(environment, "namespace"), " ",
                       Quoted(environment.namespace_), "; write the same, or call the context otherwise"));
}

int NodesWith(const CheckContext& check, const char* key, const char* value) {
  const std::vector<NodeSpec>& nodes = check.spec().nodes;
  return std::count_if(nodes.begin(), nodes.end(), [&](const NodeSpec& node) {
    const auto own = node.labels.find(key), all = check.draft.labels.find(key);
    if (own != node.labels.end()) return own->second == value;
    return all != check.draft.labels.end() && all->second == value;
  });
}

void CheckOnNodes(const CheckContext& check, const EnvironmentSpec& environment) {
  if (check.Bad("labels") || check.Bad("nodes")) return;
  if (NodesWith(check, "node", "devstats-app") == 0)
    check.Add(
        At(environment, "projects"),
        "have no node to run on: none has the label node=devstats-app; write labels: {node: devstats-app}");
  const int members = environment.patroni.members, nodes = NodesWith(check, "node2", "devstats-db");
  if (check.Good(At(environment, "patroni.members")) && members > nodes)
    check.Add(
        At(environment, "patroni.members"),
        absl::StrCat("is ", members, ", but ", nodes, nodes == 1 ? " node has" : " nodes have",
                     " the label node2=devstats-db, and each member wants a node of its own; write labels: "
                     "{node2: devstats-db} at more of them, or fewer members"));
}

void CheckIngress(const CheckContext& check, const EnvironmentSpec& environment) {
  const auto& nginx = check.spec().addons.ingress_nginx;
  if (!nginx || nginx->environments.empty()) return;
  const auto ingress = std::find_if(nginx->environments.begin(), nginx->environments.end(),
                                    [&](const IngressSpec& i) { return i.environment == environment.name; });
  if (ingress == nginx->environments.end()) {
    if (!check.Bad(absl::StrCat("addons.ingressNginx.", environment.name)))
      check.Add(At(environment, "ingressClass"),
                absl::StrCat("is of no ingress: addons.ingressNginx has no ", environment.name, "; write ",
                             environment.name, ": {} there"));
    return;
  }
  auto same = [&](const char* key, const std::string& here, const char* there_key, const std::string& there) {
    if (here == there || check.Bad(At(environment, key))) return;
    check.Add(At(environment, key),
              absl::StrCat(Quoted(here), " is not addons.ingressNginx.", environment.name, ".", there_key,
                           " ", Quoted(there), "; write the same"));
  };
  same("namespace", environment.namespace_, "namespace", ingress->namespace_);
  same("ingressClass", environment.ingress_class, "class", ingress->class_);
}

// The add-on makes issuers letsencrypt-NAME, each within one namespace.
void CheckIssuer(const CheckContext& check, const EnvironmentSpec& environment) {
  const auto& manager = check.spec().addons.cert_manager;
  const std::string at = At(environment, "issuer");
  if (!manager || manager->issuers.empty() || environment.issuer.empty() || !check.Good(at)) return;
  const auto issuer = std::find_if(
      manager->issuers.begin(), manager->issuers.end(),
      [&](const IssuerSpec& i) { return absl::StrCat("letsencrypt-", i.environment) == environment.issuer; });
  if (issuer == manager->issuers.end()) {
    check.Add(at, absl::StrCat(Quoted(environment.issuer),
                               " is none of addons.certManager.issuers, which are called ",
                               "letsencrypt-NAME; write ", environment.name,
                               ": {...} there, or issuer: \"\" for no ", "TLS"));
    return;
  }
  const std::string there = absl::StrCat("addons.certManager.issuers.", issuer->environment);
  if (issuer->namespace_ != environment.namespace_)
    check.Add(at, absl::StrCat(Quoted(environment.issuer), " is in namespace ", Quoted(issuer->namespace_),
                               " (", there, "), out of reach of ", Quoted(environment.namespace_),
                               "; give this environment an issuer of its own"));
  else if (issuer->ingress_class != environment.ingress_class)
    check.Add(
        at, absl::StrCat(Quoted(environment.issuer), " proves hosts by class ", Quoted(issuer->ingress_class),
                         " (", there, ".ingressClass), but the class here is ",
                         Quoted(environment.ingress_class), "; write the same"));
}

}  // namespace

void CheckEnvironments(const CheckContext& check) {
  const std::vector<EnvironmentSpec>& environments = check.spec().environments;
  if (!environments.empty() && !check.spec().kubernetes && !check.Bad("kubernetes"))
    return check.Add("environments",
                     "are given, but there is no cluster for them; describe it below kubernetes");
  OnlyOnce once(check);
  for (const EnvironmentSpec& environment : environments) {
    once.See(environment);
    if (environment.domains.empty() && check.Good(At(environment, "domains")))
      check.Add(At(environment, "domains"), "is empty; at least one is needed");
    if (environment.projects.empty() && check.Good(At(environment, "projects")))
      check.Add(At(environment, "projects"),
                "is empty; name some, or leave the key out for those that are shown on its domains");
    CheckSchedules(check, environment);
    CheckContexts(check, environment);
    CheckOnNodes(check, environment);
    CheckIngress(check, environment);
    CheckIssuer(check, environment);
  }
}

}  // namespace devstats::spec
