// Leave for a change that is made at once.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// Shows what will be done, then: --yes, or "yes" on the terminal. FailedPrecondition without a terminal,
// Cancelled for any other answer.
absl::Status AskFirst(const Shell& shell, const std::string& what, bool yes);

}  // namespace devstats::ctl
