#include "common/unit/execute.h"

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats {
namespace {

// What the journal remembers of this key, if anything.
struct Past {
  bool open = false;  // an intent without result: a cut
  bool any = false;   // the key has been acted on before
  bool rebooted = false;
  int attempt = 1;
  Json witness;
  UnitPlan intended;
};

absl::StatusOr<Past> LookBack(Journal& journal, const ExecuteOptions& options) {
  Past past;
  ASSIGN_OR_RETURN(auto record, journal.Find(options.key));
  if (!record) return past;
  if (record->payload != options.payload && record->state == StepRecord::State::kIntent)
    return absl::FailedPreconditionError(
        absl::StrCat(options.key.Text(), " is under way with another payload"));
  past.any = true;
  past.open = record->state == StepRecord::State::kIntent;
  past.rebooted = record->boot_id != options.boot_id;
  // Only an intent that is still open is the same act: whatever has ended, a new act must not be taken for
  // it.
  past.attempt = record->intent.value("attempt", 1) + (past.open ? 0 : 1);
  past.witness = record->intent.value("witness", Json::object());
  RETURN_IF_ERROR(FromJson(record->intent.value("plan", Json::object()), &past.intended));
  return past;
}

// Nothing is done that nobody approved: the fresh diff is approved, or an amendment that the rule allows, or
// it waits.
enum class Verdict { kGo, kAmend, kAsk, kStale };
Verdict Judge(const UnitPlan& now, const Past& past, const ExecuteOptions& options) {
  const UnitPlan& approved = options.approved;
  const bool deferred = approved.state() == UnitPlan::DEFERRED;
  if (deferred && approved.inputs() != now.inputs()) return Verdict::kStale;
  // Seen as it should be, and no longer so: there is no diff that could be stale, only a first one.
  const bool was_right = approved.state() == UnitPlan::READY && IsEmpty(approved);
  const bool may_have_moved = past.any || options.moved || deferred || was_right;
  if (!may_have_moved && approved.precondition() != now.precondition()) return Verdict::kStale;
  if (IsWithin(now, approved)) return Verdict::kGo;
  if (past.open && IsWithin(now, past.intended))
    return Verdict::kGo;  // an amendment that was journalled already
  return may_have_moved && MayAmend(now, approved) ? Verdict::kAmend : Verdict::kAsk;
}

absl::Status Stale(const Unit& unit) {
  return Hint(absl::FailedPreconditionError(absl::StrCat(unit.id(), " has changed since the plan was made")),
              "make a new plan: devstatsctl plan");
}

absl::StatusOr<UnitPlan> Fresh(Unit& unit) {
  UnitPlan now = PlanUnit(unit);
  RETURN_IF_ERROR(StatusOf(now));
  return now;
}

absl::Status Act(Unit& unit, const UnitPlan& now, const StepContext& context) {
  RETURN_IF_ERROR(unit.Apply(now, context));
  FaultPoint("execute.applied", context.key.Text());
  ASSIGN_OR_RETURN(UnitPlan left, Fresh(unit), "verifying");
  FaultPoint("execute.verified", context.key.Text());
  if (IsEmpty(left)) return absl::OkStatus();
  const Change* first = left.changes_size() ? &left.changes(0) : nullptr;
  for (const UnitPlan& part : left.parts())
    if (!first && part.changes_size()) first = &part.changes(0);
  return absl::InternalError(
      absl::StrCat("applied, but ", CountChanges(left), " differences remain",
                   first ? absl::StrCat(", first ", first->path(), ": ", first->before()) : ""));
}

Outcome OutcomeOf(const Past& past, bool acted) {
  if (!past.open) return acted ? Outcome::kChanged : Outcome::kUnchanged;
  return acted && past.rebooted ? Outcome::kRepeated : Outcome::kResumed;
}

}  // namespace

const char* OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kUnchanged:
      return "unchanged";
    case Outcome::kChanged:
      return "changed";
    case Outcome::kResumed:
      return "resumed";
    case Outcome::kRepeated:
      return "repeated";
    case Outcome::kNeedsApproval:
      return "needs-approval";
  }
  return "";
}

absl::StatusOr<Execution> Execute(Unit& unit, Journal& journal, const ExecuteOptions& options) {
  ASSIGN_OR_RETURN(Past past, LookBack(journal, options));
  StepContext context{.key = options.key,
                      .attempt = past.attempt,
                      .intended = past.intended,
                      .witness = past.witness,
                      .moved = options.moved || past.any,
                      .progress = options.progress,
                      .go_on = options.go_on};
  if (past.open) RETURN_IF_ERROR(unit.Settle(context));

  ASSIGN_OR_RETURN(UnitPlan now, Fresh(unit));
  FaultPoint("execute.observed", options.key.Text());
  auto end = [&](Outcome outcome) -> absl::StatusOr<Execution> {
    RETURN_IF_ERROR(
        journal.WriteResult(options.key, StepRecord::State::kDone, {{"outcome", OutcomeName(outcome)}}));
    return Execution{outcome, now};
  };
  if (IsEmpty(now)) {
    if (past.open) return end(OutcomeOf(past, false));
    return Execution{Outcome::kUnchanged, now};
  }
  switch (Judge(now, past, options)) {
    case Verdict::kStale:
      return Stale(unit);
    case Verdict::kAsk:
      return Execution{Outcome::kNeedsApproval, now};
    case Verdict::kAmend:
      RETURN_IF_ERROR(options.amended(now));
      break;
    case Verdict::kGo:
      break;
  }
  if (!past.open) {
    context.intended = now;
    ASSIGN_OR_RETURN(context.witness, unit.ChooseWitness(now));
    RETURN_IF_ERROR(journal.WriteIntent(
        {.key = options.key,
         .payload = options.payload,
         .boot_id = options.boot_id,
         .intent = {{"attempt", context.attempt}, {"witness", context.witness}, {"plan", ToJson(now)}}}));
  }
  if (absl::Status acted = Act(unit, now, context); !acted.ok()) {
    if (absl::IsCancelled(acted) && !options.go_on()) return acted;
    RETURN_IF_ERROR(journal.WriteResult(options.key, StepRecord::State::kFailed,
                                        {{"error", std::string(acted.message())}}));
    if (!absl::IsAborted(acted)) return acted;
    ASSIGN_OR_RETURN(now, Fresh(unit));
    return Execution{Outcome::kNeedsApproval, now};
  }
  return end(OutcomeOf(past, true));
}

}  // namespace devstats
