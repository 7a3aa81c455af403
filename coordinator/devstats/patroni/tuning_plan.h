// What tuning would do, as data: what is observed, and the plan of it. Pure.
#pragma once
#include "coordinator/devstats/patroni/tuning_unit.h"

namespace devstats::patroni {

// Stable between two looks at an unchanged cluster: no lag, no times.
Json ObservedOf(const Tuning& tuning, const std::vector<Finding>& findings);

// Changes of the DCS ("parameters.shared_buffers"), then restarts in their order ("restart NAME"), with a
// switchover before the leader's. InvalidArgument for what a rule refuses, FailedPrecondition for a value
// that a member's own file keeps out.
absl::StatusOr<UnitPlan> TuningPlanOf(const Json& observed);

}  // namespace devstats::patroni
