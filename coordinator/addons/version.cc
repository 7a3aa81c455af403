#include "coordinator/addons/version.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace devstats::addons {

bool IsAtLeast(absl::string_view version, int major, int minor) {
  absl::ConsumePrefix(&version, "v");
  const std::vector<absl::string_view> parts = absl::StrSplit(version, '.');
  int has_major = 0, has_minor = 0;
  if (parts.size() < 3 || !absl::SimpleAtoi(parts[0], &has_major) || !absl::SimpleAtoi(parts[1], &has_minor))
    return false;
  return std::pair(has_major, has_minor) >= std::pair(major, minor);
}

}  // namespace devstats::addons
