// Completion scripts, made from the command tree: static words, no call of the program at each key. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

// For `shell`: "bash", "zsh" or "fish". `spec_paths` completes `explain`.
std::string CompletionScript(const CLI::App& root, absl::string_view shell,
                             const std::vector<std::string>& spec_paths);

}  // namespace devstats::ctl
