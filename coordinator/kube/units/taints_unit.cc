#include "coordinator/kube/units/taints_unit.h"

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/kube/units/nodes.h"

namespace devstats::coordinator {
namespace {

constexpr int kTries = 5;  // each lost to another who changed the node in between

bool IsControlPlane(const Json& taint) {
  const std::string key = kube::TextAt(taint, {"key"});
  return key == "node-role.kubernetes.io/control-plane" || key == "node-role.kubernetes.io/master";
}

}  // namespace

absl::StatusOr<Json> TaintsUnit::Observe() {
  Json observed = Json::object();
  for (const std::string& name : nodes_) {
    ASSIGN_OR_RETURN(const Json node, GetNode(*client_, name));
    Json taints = Json::array();
    for (const Json& taint : kube::At(node, {"spec", "taints"})) {
      if (!IsControlPlane(taint)) continue;
      taints.push_back(absl::StrCat(kube::TextAt(taint, {"key"}), ":", kube::TextAt(taint, {"effect"})));
    }
    observed[name] = std::move(taints);
  }
  return observed;
}

absl::StatusOr<UnitPlan> TaintsUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const auto& [name, taints] : observed.items()) {
    for (const Json& taint : taints) {
      Change* c = plan.add_changes();
      c->set_path(absl::StrCat(name, " taint"));
      // Not DELETE: nothing of anybody's is lost, so a first run need not stop to ask.
      c->set_action(Change::UPDATE);
      c->set_owner(Change::OURS);
      c->set_before(taint.get<std::string>());
      c->set_after("none");
    }
  }
  return plan;
}

absl::Status TaintsUnit::Untaint(const std::string& name) {
  absl::Status patched;
  for (int i = 0; i < kTries; ++i) {
    ASSIGN_OR_RETURN(const Json node, GetNode(*client_, name));
    Json kept = Json::array();
    for (const Json& taint : kube::At(node, {"spec", "taints"})) {
      if (!IsControlPlane(taint)) kept.push_back(taint);
    }
    // The list is one value: with the version that we saw, nobody's taint gets lost.
    const Json patch{{"metadata", {{"resourceVersion", kube::At(node, {"metadata", "resourceVersion"})}}},
                     {"spec", {{"taints", kept}}}};
    patched = client_->Patch({"v1", "Node", "", name}, kube::PatchKind::kMerge, patch).status();
    if (!absl::IsAborted(patched)) return patched;
  }
  return absl::UnavailableError(absl::StrCat(patched.message(), " (", kTries, " times)"));
}

absl::Status TaintsUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const std::string& name : nodes_) {
    bool meant = false;
    for (const Change& change : diff.changes())
      meant = meant || change.path() == absl::StrCat(name, " taint");
    if (!meant) continue;
    context.progress(absl::StrCat("letting pods onto ", name));
    RETURN_IF_ERROR(Untaint(name));
    FaultPoint("taints.removed", name);
  }
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
