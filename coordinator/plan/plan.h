// The plan as data: made from a graph, printed by devstatsctl, saved to a file, applied later. Knows no
// concrete unit.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/unit/graph.h"
#include "devstats/plan/v1/plan.pb.h"

namespace devstats::coordinator {

using plan::v1::Plan;

// What a plan was made for.
struct PlanScope {
  std::string cluster_id;
  std::string spec_digest;  // of the text of cluster.yaml
  std::string only;         // one phase, or empty
  std::string node;         // one node, or empty
};

constexpr absl::Duration kPlanLifetime = absl::Hours(24);

// Observes every unit of the graph that exists already. Units that could not be observed are UNKNOWN in it.
Plan MakePlan(const Graph& graph, const PlanScope& scope, absl::Time now);
Plan MakePlan(std::vector<UnitPlan> units, const PlanScope& scope, absl::Time now);

// Of everything but its times and warnings, so that two plans of the same world are equal: who has confirmed
// one has confirmed the other.
std::string PlanDigest(const Plan& plan);

// Whether this plan may be carried out at all: FailedPrecondition when it has an unknown unit, has expired,
// or was made for another cluster or spec; and, when it may lose data, unless `confirm` is its digest.
absl::Status CheckPlan(const Plan& plan, const PlanScope& scope, const std::string& confirm, absl::Time now);

}  // namespace devstats::coordinator
