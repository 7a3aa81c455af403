// Patterns for .Files.Glob: github.com/gobwas/glob with / as the separator. Pure; thread-safe.
#pragma once
#include <memory>

#include "absl/strings/string_view.h"

namespace re2 {
class RE2;
}

namespace devstats::chart {

// * and ? stop at a slash, ** and [...] do not; [abc], [!abc], [a-z], [!a-z]; {a,b}, nested too; \x. A
// pattern that is none matches everything, as in Helm.
class Glob {
 public:
  explicit Glob(absl::string_view pattern);
  ~Glob();
  bool Matches(absl::string_view path) const;

 private:
  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace devstats::chart
