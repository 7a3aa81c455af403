// Leave for what cannot be taken back: the name of what is lost must be typed.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// Says what will be lost, then: `name` is among `confirmed` (--confirm NAME), or is typed at the terminal.
// FailedPrecondition without either, Cancelled for any other answer.
absl::Status AskForName(const Shell& shell, const std::string& what, const std::string& name,
                        const std::vector<std::string>& confirmed);

}  // namespace devstats::ctl
