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

// On a terminal, a plan that destroys data wants a "yes". Cancelled when it was not said.
absl::Status ConsentTo(Shell& shell, const PlannedChange& change, bool yes);

// Carries it out and follows it on stderr. kOk when it is done; kInterrupted when Ctrl-C detached; kPending
// when it waits for an approval. An error is the operation's.
absl::StatusOr<int> CarryOut(Shell& shell, const PlannedChange& change);

// What Helm says before the error of such a change: "INSTALLATION FAILED"; may be empty.
std::string FailureOf(const v1::ReleaseRequest& request, bool is_install);

}  // namespace devstats::ctl
