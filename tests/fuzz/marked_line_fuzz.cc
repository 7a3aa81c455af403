#include "absl/strings/match.h"
#include "agent/resources/marked_line.h"
#include "tests/fuzz/fuzz.h"

// Our line goes in, is found, changes and goes; what others wrote stays.
FUZZ_TARGET(marked_line) {
  using namespace devstats::agent;  // NOLINT(google-build-using-namespace): the three functions
  const std::string once = WithMarkedLine(input, "mount /data", "one");
  REQUIRE(MarkedLine(once, "mount /data") == "one");
  REQUIRE(WithMarkedLine(once, "mount /data", "one") == once);
  const std::string changed = WithMarkedLine(once, "mount /data", "two");
  REQUIRE(MarkedLine(changed, "mount /data") == "two" && changed.size() == once.size());
  if (MarkedLine(input, "mount /data")) return;
  const std::string without = WithoutMarkedLine(once, "mount /data");
  REQUIRE(without == input || without == std::string(input) + "\n");
}
