#include "coordinator/addons/no_label_unit.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::addons {

absl::StatusOr<Json> NoLabelUnit::Observe() {
  ASSIGN_OR_RETURN(const kube::ObjectList nodes,
                   client_->List({.api_version = "v1", .kind = "Node", .metadata_only = true}));
  Json observed = Json::object();
  for (const Json& node : nodes.items) {
    const Json& value = kube::At(node, {"metadata", "labels", label_.c_str()});
    if (!value.is_null()) observed[kube::TextAt(node, {"metadata", "name"})] = value;
  }
  return observed;
}

// It comes from kubeadm, which we have run: ours to take away. Not DELETE: nothing of anybody's is lost, so a
// first run need not stop to ask.
absl::StatusOr<UnitPlan> NoLabelUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const auto& [node, value] : observed.items()) {
    Change* change = plan.add_changes();
    change->set_path(absl::StrCat(node, " ", label_));
    change->set_action(Change::UPDATE);
    change->set_owner(Change::OURS);
    change->set_before(value.is_string() ? value.get<std::string>() : "");
    change->set_after("none");
  }
  return plan;
}

absl::Status NoLabelUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  Json labels = Json::object();
  labels[label_] = nullptr;
  for (const Change& change : diff.changes()) {
    const std::string node = change.path().substr(0, change.path().find(' '));
    context.progress(absl::StrCat("taking ", label_, " off ", node));
    const absl::Status patched =
        client_
            ->Patch({"v1", "Node", "", node}, kube::PatchKind::kMerge, {{"metadata", {{"labels", labels}}}})
            .status();
    if (!absl::IsNotFound(patched)) RETURN_IF_ERROR(patched);
  }
  return absl::OkStatus();
}

}  // namespace devstats::addons
