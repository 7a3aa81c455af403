#include "coordinator/plan/plan.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

constexpr int kObserveInParallel = 16;

void DropWarnings(UnitPlan* unit) {
  unit->clear_warnings();
  for (UnitPlan& part : *unit->mutable_parts()) DropWarnings(&part);
}

std::string Rfc3339(absl::Time t) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", t, absl::UTCTimeZone()); }

}  // namespace

Plan MakePlan(const Graph& graph, const PlanScope& scope, absl::Time now) {
  return MakePlan(graph.Plan(kObserveInParallel), scope, now);
}

Plan MakePlan(std::vector<UnitPlan> units, const PlanScope& scope, absl::Time now) {
  Plan plan;
  plan.set_cluster_id(scope.cluster_id);
  plan.set_spec_digest(scope.spec_digest);
  plan.set_only(scope.only);
  plan.set_node(scope.node);
  plan.set_created(Rfc3339(now));
  plan.set_expires(Rfc3339(now + kPlanLifetime));
  for (UnitPlan& unit : units) *plan.add_units() = std::move(unit);
  return plan;
}

std::string PlanDigest(const Plan& plan) {
  Plan copy = plan;
  copy.clear_created();
  copy.clear_expires();
  for (UnitPlan& unit : *copy.mutable_units()) DropWarnings(&unit);
  return DigestOf(copy);
}

absl::Status CheckPlan(const Plan& plan, const PlanScope& scope, const std::string& confirm, absl::Time now) {
  const std::string again = "make a new plan: devstatsctl plan";
  if (plan.cluster_id() != scope.cluster_id)
    return absl::FailedPreconditionError(
        absl::StrCat("the plan was made for cluster ", plan.cluster_id(), "; this is ", scope.cluster_id));
  if (plan.spec_digest() != scope.spec_digest)
    return Hint(
        absl::FailedPreconditionError("the plan was made for another cluster.yaml than the one given"),
        again);
  absl::Time expires;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, plan.expires(), &expires, &error))
    return absl::InvalidArgumentError("the plan does not say when it expires");
  if (expires < now)
    return Hint(absl::FailedPreconditionError(absl::StrCat("the plan expired at ", plan.expires())), again);
  bool destructive = false;
  for (const UnitPlan& unit : plan.units()) {
    RETURN_IF_ERROR(StatusOf(unit), unit.unit());
    destructive = destructive || IsDestructive(unit);
  }
  if (destructive && confirm != PlanDigest(plan))
    return Hint(absl::FailedPreconditionError("this plan may destroy data"),
                absl::StrCat("read it, then confirm exactly it: --confirm ", PlanDigest(plan)));
  return absl::OkStatus();
}

}  // namespace devstats::coordinator
