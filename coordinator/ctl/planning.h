// The way from a cluster.yaml to a changed cluster, for all commands that go it: plan, ask, apply, watch.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/ctl/shell.h"
#include "coordinator/ctl/specfile.h"

namespace devstats::ctl {

// Makes the plan of the cluster.yaml that stands in `saved`: all of it, one phase, one node.
absl::StatusOr<SavedPlan> PlanOf(Shell& shell, SavedPlan saved, const std::string& only = "",
                                 const std::string& node = "");

// FailedPrecondition when a unit could not be observed.
absl::Status CheckUnknown(const plan::v1::Plan& plan);

// Whether the operator wants exactly this plan: by its digest, by `yes`, or by an answer on the terminal. A
// plan without changes needs no leave: it only makes this cluster.yaml the one in force.
absl::Status AskConsent(const Shell& shell, const SavedPlan& saved, bool yes, const std::string& confirm);

// Has it carried out, and shows that until it ends or, with `detach`, only its id. The exit code, as Attend.
absl::StatusOr<int> ApplyPlan(Shell& shell, const SavedPlan& saved, const std::string& confirm,
                              bool detach = false);

}  // namespace devstats::ctl
