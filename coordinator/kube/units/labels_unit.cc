#include "coordinator/kube/units/labels_unit.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/kube/units/nodes.h"
#include "coordinator/kube/units/ownership.h"

namespace devstats::coordinator {
namespace {

Change* AddChange(UnitPlan* plan, const std::string& node, const std::string& key) {
  Change* c = plan->add_changes();
  c->set_path(absl::StrCat(node, " ", key));
  return c;
}

}  // namespace

absl::StatusOr<Json> LabelsUnit::Observe() {
  Json observed = Json::object();
  for (const auto& [name, labels] : wanted_) {
    ASSIGN_OR_RETURN(const Json node, GetNode(*client_, name));
    const std::set<std::string> owned = OwnedKeys(node, {"metadata", "labels"});
    Json seen = Json::object();
    for (const auto& [key, value] : labels) seen[key] = {{"ours", owned.count(key) > 0}};
    for (const std::string& key : owned) seen[key] = {{"ours", true}};
    for (auto& [key, entry] : seen.items())
      entry["value"] = kube::At(node, {"metadata", "labels", key.c_str()});
    observed[name] = std::move(seen);
  }
  return observed;
}

absl::StatusOr<UnitPlan> LabelsUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const auto& [name, labels] : wanted_) {
    for (const auto& [key, entry] : kube::At(observed, {name.c_str()}).items()) {
      const std::string now = kube::TextAt(entry, {"value"});
      const bool exists = !entry["value"].is_null(), ours = entry["ours"];
      const auto wanted = labels.find(key);
      if (wanted == labels.end()) {
        Change* c = AddChange(&plan, name, key);
        c->set_action(Change::DELETE);
        c->set_owner(Change::OURS);
        c->set_before(now);
      } else if (!exists || now != wanted->second) {
        Change* c = AddChange(&plan, name, key);
        c->set_action(exists ? Change::UPDATE : Change::CREATE);
        c->set_owner(!exists ? Change::ABSENT : ours ? Change::OURS : Change::FOREIGN);
        c->set_before(now);
        c->set_after(wanted->second);
      }
    }
  }
  return plan;
}

absl::Status LabelsUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  std::set<std::string> meant;
  for (const Change& change : diff.changes()) meant.insert(change.path().substr(0, change.path().find(' ')));
  for (const std::string& name : meant) {
    context.progress(absl::StrCat("labelling ", name));
    ASSIGN_OR_RETURN(const Json node, GetNode(*client_, name));
    // With its uid: applying must not make a node that has left meanwhile.
    const Json labelled{
        {"apiVersion", "v1"},
        {"kind", "Node"},
        {"metadata",
         {{"name", name}, {"uid", kube::At(node, {"metadata", "uid"})}, {"labels", wanted_.at(name)}}}};
    const absl::Status applied = client_->Apply(labelled, {.force = true}).status();
    if (absl::IsAborted(applied)) return absl::UnavailableError(applied.message());
    RETURN_IF_ERROR(applied);
    FaultPoint("labels.applied", name);
  }
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
