#include "coordinator/ctl/ask_name.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "coordinator/ctl/ask.h"

namespace devstats::ctl {

absl::Status AskForName(const Shell& shell, const std::string& what, const std::string& name,
                        const std::vector<std::string>& confirmed) {
  *shell.io.err << "This " << log::Printable(what) << ".\n";
  if (std::find(confirmed.begin(), confirmed.end(), name) != confirmed.end()) return absl::OkStatus();
  const std::string shown = log::Printable(name);
  return AskTyped(shell, {.prompt = absl::StrCat("Do it? Only its name, ", shown, ", does: "),
                          .answer = name,
                          .hint = absl::StrCat("--confirm ", shown, " if that is what you mean")});
}

}  // namespace devstats::ctl
