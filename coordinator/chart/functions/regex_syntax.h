// Regular expressions as Go's regexp/syntax package reads them (https://pkg.go.dev/regexp/syntax). RE2, which
// does the matching, reads nearly the same; what differs is found here, errors above all. Pure; thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

struct RegexSource {
  std::string pattern;             // for RE2
  std::vector<std::string> names;  // of the groups; names[0] and those of groups without a name are empty
};

// InvalidArgument "error parsing regexp: missing closing ]: `[a`", as Go words it.
absl::StatusOr<RegexSource> ReadGoRegex(absl::string_view pattern);

// "error parsing regexp: PROBLEM: `WHERE`".
absl::Status RegexError(absl::string_view problem, absl::string_view where);

}  // namespace devstats::chart
