// The rules of the fault file (see fault.h), parsed apart from the file so that the parser can be fuzzed.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats {

struct FaultRule {
  enum class Kind { kKill, kKillEach, kHold };
  Kind kind = Kind::kKill;
  std::string point;  // for kill-each it may end in '*'
  std::string key;    // empty: any
  bool Matches(absl::string_view at_point, absl::string_view at_key) const;
  friend bool operator==(const FaultRule&, const FaultRule&) = default;
};

// InvalidArgument names the line.
absl::StatusOr<std::vector<FaultRule>> ParseFaultRules(absl::string_view text);

}  // namespace devstats
