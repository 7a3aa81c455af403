// The one idea, at two scales: everything that the system changes is a unit. On a box a unit is a resource
// ("sysctl"), in the cluster a step ("host@node-1"). Both daemons plan and run units with the same code
// (graph.h, execute.h).
#pragma once
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "common/journal.h"
#include "devstats/plan/v1/plan.pb.h"

namespace devstats {

using plan::v1::Change;
using plan::v1::UnitPlan;

// What a unit knows while it acts. Lives as long as the call.
struct StepContext {
  StepKey key;
  int attempt = 1;  // grows with each act of this step that begins after another one has ended, well or not
  UnitPlan
      intended;  // the plan that was journalled with the intent; on a resume the diff may be smaller by now
  Json witness;  // as ChooseWitness gave it before the first act
  bool moved = false;  // an earlier unit of this run, or an earlier attempt, changed what this unit sees
  std::function<void(absl::string_view)> progress;
  // False when the process is about to stop, or the operation was aborted: what can take long may then end
  // with Cancelled, and is called again with the next start.
  std::function<bool()> go_on = [] { return true; };
};

// What is observed under this key is told as warnings and belongs to no precondition: it makes no plan stale.
inline constexpr char kWarnings[] = "warnings";

class Unit {
 public:
  virtual ~Unit() = default;
  virtual std::string id() const = 0;
  // What is desired, as data: the digest of it tells whether a deferred unit is still the approved one.
  virtual Json Inputs() const = 0;
  // Reads the world: exactly the fields that Diff reads, so no times, free space or versions of objects. No
  // side effect.
  virtual absl::StatusOr<Json> Observe() = 0;
  // Pure: fills changes (or parts). An error means that the desired state cannot be reached from here, and
  // why.
  virtual absl::StatusOr<UnitPlan> Diff(const Json& observed) const = 0;
  // For effects that must not happen twice: what Observe will look for (a filesystem's UUID), chosen before
  // the act.
  virtual absl::StatusOr<Json> ChooseWitness(const UnitPlan& diff);
  // After a restart, with an intent open: waits for what an earlier process of ours left running.
  virtual absl::Status Settle(const StepContext& context);
  // Makes exactly these changes; may be cut at any instant and called again with what is left. Aborted: what
  // showed up in the act goes beyond `diff` and waits for an approval.
  virtual absl::Status Apply(const UnitPlan& diff, const StepContext& context) = 0;
  // The operation has ended and its results are safe: what was kept elsewhere for a resume may go.
  virtual absl::Status Forget(const std::string& operation);
};

// Observes and diffs; digests and name are filled in. READY, or UNKNOWN when a part could not be observed.
absl::StatusOr<UnitPlan> TryPlanUnit(Unit& unit);
// The same, with any error in it: UNKNOWN.
UnitPlan PlanUnit(Unit& unit);

// True when the plan, with its parts, changes nothing and waits for nothing.
bool IsEmpty(const UnitPlan& plan);
// Number of changes, with those of its parts.
int CountChanges(const UnitPlan& plan);
// True when a change of the plan or its parts may lose data.
bool IsDestructive(const UnitPlan& plan);
// The first error of the plan or its parts as FailedPrecondition with its Hint; OK when there is none.
absl::Status StatusOf(const UnitPlan& plan);
// Its text, or empty.
std::string ErrorOf(const UnitPlan& plan);

// True when every change of `now` stands in `approved` too (same thing, action, outcome).
bool IsWithin(const UnitPlan& now, const UnitPlan& approved);
// True when every change of `now` beyond `approved` only creates or updates what is ours or absent: such an
// amendment goes on unasked.
bool MayAmend(const UnitPlan& now, const UnitPlan& approved);

}  // namespace devstats
