#include "coordinator/ctl/release/drift_view.h"

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/plan_view.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

PlanCounts CountDrift(const v1::ReleaseDrift& drift) {
  plan::v1::Plan plan;
  *plan.add_units() = drift.changes();
  return CountPlan(plan);
}

}  // namespace

std::string DriftText(const v1::ReleaseDrift& drift, const Paint& paint) {
  const PlanCounts counts = CountDrift(drift);
  const bool drifted = counts.changes() + counts.unknown > 0;
  std::string out;
  if (drifted || !drift.changes().warnings().empty()) out = UnitView(drift.changes(), paint);
  if (!drifted) absl::StrAppend(&out, "No drift: the objects are as recorded.\n");
  if (!drift.left().empty()) absl::StrAppend(&out, "left to others:\n");
  for (const std::string& field : drift.left()) absl::StrAppend(&out, "  ", log::Printable(field), "\n");
  return out;
}

absl::StatusOr<int> ShowDrift(Shell& shell, Client& client, const v1::GetReleaseRequest& request) {
  const absl::StatusOr<v1::ReleaseDrift> drift = client.GetReleaseDrift(request);
  if (!drift.ok()) return HelmNotFound(drift.status());
  shell.Print(*drift, [&] { return DriftText(*drift, shell.PaintFor(shell.io.out_terminal)); });
  if (CountDrift(*drift).unknown > 0)
    return Hint(absl::FailedPreconditionError(drift->changes().error()), drift->changes().hint());
  return CountDrift(*drift).changes() > 0 ? kPending : kOk;
}

}  // namespace devstats::ctl
