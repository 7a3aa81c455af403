#include "coordinator/ctl/ask.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::ctl {

absl::Status AskTyped(const Shell& shell, const Question& question) {
  if (!shell.io.in_terminal)
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(question.undone, ": there is no terminal to ask on")),
        question.hint);
  *shell.io.err << question.prompt << std::flush;
  std::string answer;
  std::getline(*shell.io.in, answer);
  if (absl::StripAsciiWhitespace(answer) == question.answer) return absl::OkStatus();
  return absl::CancelledError(question.undone);
}

absl::Status AskFirst(const Shell& shell, const std::string& what, bool yes) {
  *shell.io.err << "This " << log::Printable(what) << ".\n";
  if (yes) return absl::OkStatus();
  return AskTyped(shell, {.prompt = "Do it? Only \"yes\" does: ", .hint = "--yes does it without asking"});
}

}  // namespace devstats::ctl
