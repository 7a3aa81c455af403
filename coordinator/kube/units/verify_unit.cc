#include "coordinator/kube/units/verify_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/kube/units/nodes.h"
#include "coordinator/kube/units/pods.h"

namespace devstats::coordinator {
namespace {

using kube::At;
using kube::TextAt;

constexpr char kSystem[] = "kube-system", kNote[] = "devstats-verified";

Change* AddRun(UnitPlan* plan, const char* path, const char* after) {
  Change* c = plan->add_changes();
  c->set_path(path);
  c->set_action(Change::RUN);
  c->set_owner(Change::OURS);
  c->set_after(after);
  return c;
}

}  // namespace

Json VerifyUnit::Inputs() const {
  return {{"nodes", wanted_.nodes},
          {"max_pods", wanted_.max_pods},
          {"node_mask", wanted_.node_mask},
          {"dns_domain", wanted_.dns_domain}};
}

absl::Status VerifyUnit::LookAtNodes(Health* health) {
  ASSIGN_OR_RETURN(const kube::ObjectList nodes, client_->List({"v1", "Node"}));
  for (const std::string& name : wanted_.nodes) {
    const auto found = std::find_if(nodes.items.begin(), nodes.items.end(), [&](const Json& node) {
      return TextAt(node, {"metadata", "name"}) == name;
    });
    if (found == nodes.items.end()) {
      health->nodes.push_back(absl::StrCat(name, " has not joined"));
      continue;
    }
    health->identity[name] = At(*found, {"metadata", "uid"});
    const std::string not_ready = WhyNotReady(*found), pods = TextAt(*found, {"status", "capacity", "pods"}),
                      cidr = TextAt(*found, {"spec", "podCIDR"});
    if (!not_ready.empty()) health->nodes.push_back(absl::StrCat(name, " ", not_ready));
    if (pods != absl::StrCat(wanted_.max_pods)) {
      health->nodes.push_back(absl::StrCat(name, " takes ", pods, " pods, not ", wanted_.max_pods));
    }
    if (cidr.empty()) {
      health->nodes.push_back(absl::StrCat(name, " has no podCIDR"));
    } else if (cidr.substr(cidr.find('/') + 1) != absl::StrCat(wanted_.node_mask)) {
      health->wrong.push_back(absl::StrCat(name, " has podCIDR ", cidr, ", not one of /", wanted_.node_mask));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<VerifyUnit::Health> VerifyUnit::Look() {
  Health health;
  RETURN_IF_ERROR(LookAtNodes(&health));
  ASSIGN_OR_RETURN(const kube::ObjectList pods, client_->List({"v1", "Pod", kSystem}));
  for (const Json& pod : pods.items) {
    if (IsPodWell(pod)) continue;
    health.pods.push_back(
        absl::StrCat(kSystem, "/", TextAt(pod, {"metadata", "name"}), ": ", WhyNotWell(pod)));
  }
  if (pods.items.empty()) health.pods.push_back(absl::StrCat("no pod in ", kSystem));
  return health;
}

std::string VerifyUnit::NoteFor(const Health& health) const {
  return DigestOf(Json{{"inputs", Inputs()}, {"nodes", health.identity}});
}

// Reasons of pods change by the second: only whether there are any is part of the plan's world.
absl::StatusOr<Json> VerifyUnit::Observe() {
  ASSIGN_OR_RETURN(const Health health, Look());
  const auto note = client_->Get({"v1", "ConfigMap", kSystem, kNote});
  if (!note.ok() && !absl::IsNotFound(note.status())) return note.status();
  return Json{{"nodes", health.nodes},
              {"wrong", health.wrong},
              {"pods", health.pods.empty()},
              {"tried", note.ok() && TextAt(*note, {"data", "network"}) == NoteFor(health)}};
}

absl::StatusOr<UnitPlan> VerifyUnit::Diff(const Json& observed) const {
  const auto wrong = observed["wrong"].get<std::vector<std::string>>();
  if (!wrong.empty()) {
    return Hint(
        absl::FailedPreconditionError(JoinReasons(wrong)),
        "a node keeps the podCIDR that it was given: set kubernetes.node_mask before the cluster is made, or "
        "take the node out and let it join again");
  }
  UnitPlan plan;
  auto reasons = observed["nodes"].get<std::vector<std::string>>();
  if (!observed["pods"].get<bool>()) reasons.push_back(absl::StrCat("pods in ", kSystem, " are not ready"));
  if (!reasons.empty()) AddRun(&plan, "waits", "all is well")->set_before(JoinReasons(reasons));
  if (!observed["tried"].get<bool>()) AddRun(&plan, "network", "tried from each node");
  return plan;
}

absl::Status VerifyUnit::Apply(const UnitPlan&, const StepContext& context) {
  Health health;
  auto missing = [&]() -> absl::StatusOr<std::vector<std::string>> {
    ASSIGN_OR_RETURN(health, Look());
    if (!health.wrong.empty()) return absl::FailedPreconditionError(JoinReasons(health.wrong));
    std::vector<std::string> reasons = health.nodes;
    reasons.insert(reasons.end(), health.pods.begin(), health.pods.end());
    return reasons;
  };
  RETURN_IF_ERROR(WaitUntilNone("the cluster", wanted_.patience, missing, context.progress));
  ASSIGN_OR_RETURN(const Json observed, Observe());
  if (observed["tried"].get<bool>()) return absl::OkStatus();
  NetworkCheck check({wanted_.nodes, wanted_.dns_domain, wanted_.image, wanted_.patience}, client_);
  RETURN_IF_ERROR(check.Run(context.progress));
  const Json note{{"apiVersion", "v1"},
                  {"kind", "ConfigMap"},
                  {"metadata", {{"name", kNote}, {"namespace", kSystem}}},
                  {"data", {{"network", NoteFor(health)}}}};
  return client_->Apply(note, {.force = true}).status();
}

}  // namespace devstats::coordinator
