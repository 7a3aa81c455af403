#include "absl/strings/str_split.h"
#include "coordinator/chart/functions/semver.h"
#include "tests/fuzz/fuzz.h"

// A version reads its own text as itself and is not less than itself; a constraint judges any version.
FUZZ_TARGET(chart_semver) {
  using namespace devstats::chart;
  const std::pair<absl::string_view, absl::string_view> halves =
      absl::StrSplit(input, absl::MaxSplits('\n', 1));
  const auto version = ParseVersion(halves.first);
  if (version.ok()) {
    const auto again = ParseStrictVersion(version->Text());
    // "1-a" is written as "1.0.0-a", which may be longer than a version can be.
    REQUIRE(again.ok() || version->Text().size() > 256);
    if (again.ok()) {
      REQUIRE(again->Compare(*version) == 0);
      REQUIRE(again->Text() == version->Text());
    }
  }
  const auto constraint = Constraint::Parse(halves.second);
  if (!constraint.ok()) return;
  (void)constraint->Check(version.ok() ? *version : Version{.major = 1, .minor = 2, .patch = 3});
}
