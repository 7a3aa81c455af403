// .helmignore (Helm's pkg/ignore): which files of a folder are not part of its chart. Pure; thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

class IgnoreRules {
 public:
  // The rules that hold without a file: templates/.?* is ignored.
  IgnoreRules();
  // The lines of a .helmignore, then those. "double-star (**) syntax is not supported", "syntax error in
  // pattern".
  static absl::StatusOr<IgnoreRules> Parse(absl::string_view text);
  // `path` is relative to the chart, with /. The first rule that says so decides; whoever walks a folder
  // skips all that is in an ignored one. A rule "!x" ignores everything that does not match x: so it is in
  // Helm.
  bool Ignores(absl::string_view path, bool is_folder) const;

 private:
  struct Rule {
    std::string pattern;
    bool negated = false, folders_only = false, whole_path = false;
    bool Matches(absl::string_view path) const;
  };
  absl::Status Add(absl::string_view line);
  std::vector<Rule> rules_;
};

}  // namespace devstats::chart
