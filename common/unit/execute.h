// Running one unit: observe, diff, check against what was approved, intent, apply, verify, result. The same
// code for a first run, a restart after a cut, and a second run.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "common/journal.h"
#include "common/unit/unit.h"

namespace devstats {

enum class Outcome {
  kUnchanged,      // nothing to do
  kChanged,        // done now
  kResumed,        // went on from (or found finished) an intent left open by a cut
  kRepeated,       // as kResumed, but the box was rebooted in the act and the act was made again
  kNeedsApproval,  // nothing was done: the diff goes beyond what was approved and what an amendment may do
};
const char* OutcomeName(Outcome outcome);

struct ExecuteOptions {
  StepKey key;
  std::string payload;  // digest of the request that the key stands for
  UnitPlan approved;    // READY with its diff, or DEFERRED with its inputs
  std::string boot_id;  // of this box, now
  bool moved = false;   // an earlier unit of this run changed something, so the precondition may have moved
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<bool()> go_on = [] { return true; };  // for the unit (StepContext)
  // Told before a plan other than the approved one is carried out; durable on return.
  std::function<absl::Status(const UnitPlan&)> amended = [](const UnitPlan&) { return absl::OkStatus(); };
};

struct Execution {
  Outcome outcome = Outcome::kUnchanged;
  UnitPlan plan;  // what was done, or what waits for approval
};

// FailedPrecondition when the world has moved since a plan with changes was made (and nothing of this run
// explains it), or when the key is known with another payload. Where the plan had nothing to do and there is
// something now, that is an amendment. Cancelled when the unit was stopped by `go_on`: its intent stays open.
// Internal when Apply returned OK and a diff remains. Fault points execute.{observed,applied,verified}.
absl::StatusOr<Execution> Execute(Unit& unit, Journal& journal, const ExecuteOptions& options);

}  // namespace devstats
