// What a look at an environment has found: for each thing one line, and the reasons when it is not as it
// should be.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace devstats::domain {

struct Finding {
  enum class State {
    kOk,
    kProblem,
    kUnknown  // it could not be looked at, and need not be there
  };
  std::string what;  // "nodes"
  State state = State::kOk;
  std::string text;                   // how it stands
  std::vector<std::string> problems;  // each one; empty unless kProblem
};
const char* NameOf(Finding::State state);  // "ok"

// kProblem when there are problems.
Finding Found(std::string what, std::string text, std::vector<std::string> problems);
// What should answer, and does not.
Finding NoAnswer(std::string what, const absl::Status& status);
Finding NotLookedAt(std::string what, std::string why);

// "a, b, c and 12 more".
std::string Some(const std::vector<std::string>& names, size_t most = 8);
// "3d4h", "2h", "5m", "40s": two units at most.
std::string Age(absl::Duration age);

}  // namespace devstats::domain
