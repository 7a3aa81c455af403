#include "common/unit/unit.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/utf8.h"

namespace devstats {
namespace {

bool SameChange(const Change& a, const Change& b) {
  return a.path() == b.path() && a.action() == b.action() && a.after() == b.after() &&
         a.destructive() == b.destructive();
}

bool IsModest(const Change& c) {
  const bool ours = c.owner() == Change::OURS || c.owner() == Change::ABSENT;
  return ours && !c.destructive() && c.action() != Change::DELETE;
}

const UnitPlan* PartOf(const UnitPlan& plan, const std::string& name) {
  for (const UnitPlan& part : plan.parts())
    if (part.unit() == name) return &part;
  return nullptr;
}

// Every change of `now` is either in `approved` or satisfies `beyond`.
bool EachChange(const UnitPlan& now, const UnitPlan& approved, bool (*beyond)(const Change&)) {
  for (const Change& c : now.changes()) {
    bool found = false;
    for (const Change& a : approved.changes()) found = found || SameChange(c, a);
    if (!found && !beyond(c)) return false;
  }
  for (const UnitPlan& part : now.parts()) {
    const UnitPlan* same = PartOf(approved, part.unit());
    if (!EachChange(part, same ? *same : UnitPlan::default_instance(), beyond)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Json> Unit::ChooseWitness(const UnitPlan&) { return Json::object(); }
absl::Status Unit::Settle(const StepContext&) { return absl::OkStatus(); }
absl::Status Unit::Forget(const std::string&) { return absl::OkStatus(); }

absl::StatusOr<UnitPlan> TryPlanUnit(Unit& unit) {
  ASSIGN_OR_RETURN(Json observed, unit.Observe());
  ASSIGN_OR_RETURN(UnitPlan plan, unit.Diff(observed));
  plan.set_unit(unit.id());
  plan.set_state(StatusOf(plan).ok() ? UnitPlan::READY : UnitPlan::UNKNOWN);
  if (observed.is_object()) observed.erase(kWarnings);
  plan.set_precondition(DigestOf(observed));
  plan.set_inputs(DigestOf(unit.Inputs()));
  MakeUtf8(&plan);  // what a file or program says may be no text
  return plan;
}

UnitPlan PlanUnit(Unit& unit) {
  absl::StatusOr<UnitPlan> made = TryPlanUnit(unit);
  if (made.ok()) return *std::move(made);
  UnitPlan plan;
  plan.set_unit(unit.id());
  plan.set_state(UnitPlan::UNKNOWN);
  plan.set_error(std::string(made.status().message()));
  plan.set_hint(HintOf(made.status()));
  MakeUtf8(&plan);
  return plan;
}

bool IsEmpty(const UnitPlan& plan) {
  if (plan.state() == UnitPlan::DEFERRED || plan.state() == UnitPlan::UNKNOWN || plan.changes_size() > 0)
    return false;
  for (const UnitPlan& part : plan.parts())
    if (!IsEmpty(part)) return false;
  return true;
}

int CountChanges(const UnitPlan& plan) {
  int n = plan.changes_size();
  for (const UnitPlan& part : plan.parts()) n += CountChanges(part);
  return n;
}

bool IsDestructive(const UnitPlan& plan) {
  for (const Change& c : plan.changes())
    if (c.destructive()) return true;
  for (const UnitPlan& part : plan.parts())
    if (IsDestructive(part)) return true;
  return false;
}

absl::Status StatusOf(const UnitPlan& plan) {
  if (plan.state() == UnitPlan::UNKNOWN || !plan.error().empty()) {
    const absl::Status failed = absl::FailedPreconditionError(
        plan.error().empty() ? absl::StrCat(plan.unit(), " could not be observed") : plan.error());
    return plan.hint().empty() ? failed : Hint(failed, plan.hint());
  }
  for (const UnitPlan& part : plan.parts()) RETURN_IF_ERROR(StatusOf(part), part.unit());
  return absl::OkStatus();
}

std::string ErrorOf(const UnitPlan& plan) { return std::string(StatusOf(plan).message()); }

bool IsWithin(const UnitPlan& now, const UnitPlan& approved) {
  return EachChange(now, approved, [](const Change&) { return false; });
}

bool MayAmend(const UnitPlan& now, const UnitPlan& approved) { return EachChange(now, approved, IsModest); }

}  // namespace devstats
