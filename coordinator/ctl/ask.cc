#include "coordinator/ctl/ask.h"

#include "absl/strings/ascii.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::ctl {

absl::Status AskFirst(const Shell& shell, const std::string& what, bool yes) {
  *shell.io.err << "This " << log::Printable(what) << ".\n";
  if (yes) return absl::OkStatus();
  if (!shell.io.in_terminal)
    return Hint(absl::FailedPreconditionError("nothing was done: there is no terminal to ask on"),
                "--yes does it without asking");
  *shell.io.err << "Do it? Only \"yes\" does: " << std::flush;
  std::string answer;
  std::getline(*shell.io.in, answer);
  if (absl::StripAsciiWhitespace(answer) == "yes") return absl::OkStatus();
  return absl::CancelledError("nothing was done");
}

}  // namespace devstats::ctl
