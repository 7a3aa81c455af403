#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/release/engine/observation.h"

namespace devstats::release {
namespace {

// Kinds with whose object data goes, or all that lies in or below it.
bool HoldsData(const std::string& kind) {
  static const auto& kinds = *new std::set<std::string>{
      "Namespace",      "PersistentVolume",      "PersistentVolumeClaim",   "StatefulSet",
      "VolumeSnapshot", "VolumeSnapshotContent", "CustomResourceDefinition"};
  return kinds.count(kind) > 0;
}

Change* Add(const std::string& path, Change::Action action, Change::Owner owner, UnitPlan* plan) {
  Change* change = plan->add_changes();
  change->set_path(path);
  change->set_action(action);
  change->set_owner(owner);
  return change;
}

// The record: what a run leaves even if no object changes.
void AddRecord(const Json& observation, UnitPlan* plan) {
  const std::string kind = observation.at("kind"), release = observation.at("release");
  const std::string revision =
      absl::StrCat("revision ", observation.at("revision").get<int>(), " of ", release);
  if (kind == "test") return;
  if (kind != "delete") {
    Add(revision, Change::CREATE, Change::ABSENT, plan)->set_after(kind);
  } else if (observation.contains("keep_history")) {
    Add(revision, Change::UPDATE, Change::OURS, plan)->set_after("uninstalled");
  } else {
    Add(absl::StrCat("release ", release), Change::DELETE, Change::OURS, plan);
  }
}

void AddUpdate(const Json& object, Change::Owner owner, UnitPlan* plan) {
  const std::string name = object.at("object");
  for (const Json& field : object.at("fields")) {
    Change* change =
        Add(absl::StrCat(name, " ", field.at("path").get<std::string>()), Change::UPDATE, owner, plan);
    change->set_before(field.at("before"));
    change->set_after(field.at("after"));
  }
  if (object.contains("adopts")) {
    Add(name, Change::UPDATE, owner, plan)->set_after("becomes part of the release");
  } else if (object.contains("takes_over")) {
    Change* change = Add(name, Change::UPDATE, owner, plan);
    change->set_before("set by client-side apply");
    change->set_after("set by server-side apply");
  } else if (object.at("fields").empty()) {
    Add(name, Change::UPDATE, owner, plan);
  }
}

void AddObject(const Json& object, UnitPlan* plan) {
  const std::string action = object.at("action"), name = object.at("object");
  const Change::Owner owner = object.contains("adopts") ? Change::FOREIGN : Change::OURS;
  if (action == "create") {
    Add(name, Change::CREATE, Change::ABSENT, plan);
  } else if (action == "delete") {
    Add(name, Change::DELETE, owner, plan)->set_destructive(HoldsData(object.at("kind")));
  } else {
    AddUpdate(object, owner, plan);
  }
}

}  // namespace

UnitPlan PlanOf(const std::vector<ObjectChange>& changes) {
  UnitPlan plan;
  const Json objects = ObservationOf(changes);
  for (const Json& object : objects) AddObject(object, &plan);
  return plan;
}

UnitPlan PlanOf(const Json& observation) {
  UnitPlan plan;
  for (const Json& warning : observation.at(kWarnings)) plan.add_warnings(warning.get<std::string>());
  if (observation.contains("nothing")) return plan;
  AddRecord(observation, &plan);
  const Json& hooks = observation.at("hooks");
  const auto add_hooks = [&](bool before) {
    for (const Json& hook : hooks)
      if (absl::StartsWith(hook.get_ref<const std::string&>(), "pre-") == before)
        Add(hook, Change::RUN, Change::OURS, &plan);
  };
  add_hooks(true);
  for (const Json& object : observation.at("objects")) AddObject(object, &plan);
  add_hooks(false);
  return plan;
}

}  // namespace devstats::release
