// .helmignore (Helm's pkg/ignore): which files of a folder are not part of its chart.
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
  // Those, then the lines of a .helmignore. "double-star (**) syntax is not supported", "syntax error in pattern".
  static absl::StatusOr<IgnoreRules> Parse(absl::string_view text);
  // `path` is relative to the chart, with /.
  bool Ignores(absl::string_view path, bool is_folder) const;

 private:
  struct Rule {
    std::string pattern;
    bool negated = false, folders_only = false, rooted = false, whole_path = false;
  };
  std::vector<Rule> rules_;
};

}  // namespace devstats::chart
