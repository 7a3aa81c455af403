// How a release is changed: planned by the coordinator, shown, carried out there as an operation, followed.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// A change that may be carried out: what was asked for and what it was found to do.
struct PlannedChange {
  v1::ReleaseRequest request;
  v1::ReleasePlan plan;
};

// Asks the coordinator. FailedPrecondition when something of it could not be observed.
absl::StatusOr<PlannedChange> PlanChange(Shell& shell, v1::ReleaseRequest request);

// The plan on stderr, per object and field.
void ShowChange(Shell& shell, const PlannedChange& change);

// On a terminal, a plan that destroys data wants a "yes"; whether it was asked for. Cancelled when it was not
// said.
absl::StatusOr<bool> ConsentTo(Shell& shell, const PlannedChange& change, bool yes);

// Whether an object of the cluster would change, and not only the records, or a hook run.
bool ChangesObjects(const PlannedChange& change);

// Carries it out and follows it on stderr: `exactly` as planned or not at all, else what the coordinator
// finds to do when it begins, as Helm does; a chart that draws random values or reads the clock has no exact
// plan. kOk when it is done; kInterrupted when Ctrl-C detached; kPending when it waits for an approval. An
// error is the operation's.
absl::StatusOr<int> CarryOut(Shell& shell, const PlannedChange& change, bool exactly);

// What Helm says before the error of such a change: "INSTALLATION FAILED"; may be empty.
std::string FailureOf(const v1::ReleaseRequest& request, bool is_install);

}  // namespace devstats::ctl
