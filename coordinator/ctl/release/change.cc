#include "coordinator/ctl/release/change.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/attend.h"
#include "coordinator/ctl/plan_view.h"

namespace devstats::ctl {
namespace {

using plan::v1::UnitPlan;
using v1::ReleaseRequest;

// The first unit or part of one that could not be observed.
const UnitPlan* FindUnknown(const google::protobuf::RepeatedPtrField<UnitPlan>& units) {
  for (const UnitPlan& unit : units) {
    if (unit.state() == UnitPlan::UNKNOWN) return &unit;
    if (const UnitPlan* part = FindUnknown(unit.parts())) return part;
  }
  return nullptr;
}

// What went wrong, without the name of the only unit there is.
absl::Status EndOf(const v1::Operation& operation) {
  std::string why = operation.error();
  for (const v1::UnitState& unit : operation.units()) {
    if (why.empty() && unit.state() == "failed") why = unit.message();
    why = std::string(absl::StripPrefix(why, unit.unit() + ": "));
  }
  if (why.empty()) why = absl::StrCat("operation ", operation.id(), " ", operation.state());
  std::string hint = operation.hint();
  if (hint.empty() && operation.state() == "failed")
    hint = absl::StrCat("what happened: devstatsctl operation show ", operation.id());
  return Hint(absl::AbortedError(why), hint);
}

}  // namespace

absl::StatusOr<PlannedChange> PlanChange(Shell& shell, ReleaseRequest request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(v1::ReleasePlan plan, client->PlanRelease(request));
  if (const UnitPlan* unknown = FindUnknown(plan.plan().units()))
    return Hint(absl::FailedPreconditionError(unknown->error()), unknown->hint());
  return PlannedChange{std::move(request), std::move(plan)};
}

void ShowChange(Shell& shell, const PlannedChange& change) {
  *shell.io.err << PlanView(change.plan.plan(), change.plan.digest(), shell.PaintFor(shell.io.err_terminal))
                << std::flush;
}

absl::StatusOr<bool> ConsentTo(Shell& shell, const PlannedChange& change, bool yes) {
  if (yes || !shell.io.in_terminal || CountPlan(change.plan.plan()).destructive == 0) return false;
  RETURN_IF_ERROR(AskTyped(shell, {.prompt = "This destroys data. Do it? Only \"yes\" does it: ",
                                   .undone = "nothing was changed"}));
  return true;
}

bool ChangesObjects(const PlannedChange& change) {
  const std::string record = absl::StrCat("revision ", change.plan.revision(), " of ",
                                          change.request.namespace_(), "/", change.request.name());
  const auto& units = change.plan.plan().units();
  return std::any_of(units.begin(), units.end(), [&](const UnitPlan& unit) {
    return std::any_of(unit.changes().begin(), unit.changes().end(), [&](const plan::v1::Change& one) {
      return one.action() != plan::v1::Change::RUN && one.path() != record;
    });
  });
}

absl::StatusOr<int> CarryOut(Shell& shell, const PlannedChange& change, bool exactly) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::ChangeReleaseRequest request;
  *request.mutable_request() = change.request;
  if (exactly) *request.mutable_plan() = change.plan.plan();
  const absl::StatusOr<v1::Operation> begun = client->ChangeRelease(request);
  if (absl::IsUnavailable(begun.status()) || absl::IsDeadlineExceeded(begun.status()))
    return Hint(begun.status(), "it may have begun: devstatsctl operation list");
  RETURN_IF_ERROR(begun.status());
  *shell.io.err << "operation " << begun->id() << "\n";
  const absl::StatusOr<Attended> attended = AttendQuietly(shell, *client, *begun, 0);
  if (absl::IsCancelled(attended.status())) return kInterrupted;
  RETURN_IF_ERROR(attended.status());
  if (attended->operation.state() == "done") return kOk;
  if (attended->operation.state() != "awaiting-approval") return EndOf(attended->operation);
  *shell.io.err << ApprovalsView(attended->operation, shell.PaintFor(shell.io.err_terminal));
  return kPending;
}

std::string FailureOf(const ReleaseRequest& request, bool is_install) {
  if (request.action() == ReleaseRequest::INSTALL) return "INSTALLATION FAILED";
  return request.action() == ReleaseRequest::UPGRADE && !is_install ? "UPGRADE FAILED" : "";
}

}  // namespace devstats::ctl
