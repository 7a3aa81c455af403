// What a unit of a release sees of a transition: the data of which its plan is made, and the plan. Pure.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::release {

// "pre-install", "post-delete": what `when`, "pre" or "post", is of a kind of change.
std::string HookEvent(absl::string_view when, Kind kind);

// Whether `helm test --filter` would run the hook: "name=x", "!name=x"; what is neither matches nothing.
bool MatchesFilters(const ReleaseHook& hook, const std::vector<std::string>& filters);

struct PlannedHook {
  std::string event;  // "pre-upgrade"
  const ReleaseHook* hook = nullptr;
};
// In the order of their run: those before the objects, then those after them.
std::vector<PlannedHook> HooksToRun(const Transition& transition);

// The changes in it, as PlanOf reads them.
Json ObservationOf(const std::vector<ObjectChange>& changes);
// Nothing but what PlanOf reads, so that plans of the same cluster are equal; warnings below kWarnings.
Json ObservationOf(const Transition& transition);

// Change paths are "revision 4 of shop/store", "Deployment shop/web", "Deployment shop/web .spec.replicas",
// "pre-upgrade hook Job migrate". Deleting what holds data is destructive.
UnitPlan PlanOf(const Json& observation);
// Of changes of objects alone: drift.
UnitPlan PlanOf(const std::vector<ObjectChange>& changes);

}  // namespace devstats::release
