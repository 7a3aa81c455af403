// Leave for what is about to be done.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

struct Question {
  std::string prompt;          // "Do it? Only \"yes\" does: "
  std::string answer = "yes";  // the one that gives leave
  std::string undone = "nothing was done";
  std::string hint;  // how to do it without a terminal
};
// FailedPrecondition, with the hint, without a terminal; Cancelled for any other answer.
absl::Status AskTyped(const Shell& shell, const Question& question);

// Shows what will be done, then: --yes, or "yes" on the terminal. FailedPrecondition without a terminal,
// Cancelled for any other answer.
absl::Status AskFirst(const Shell& shell, const std::string& what, bool yes);

}  // namespace devstats::ctl
