#include "coordinator/spec/os.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace devstats::spec {

const std::vector<SupportedOs>& SupportedSystems() {
  static const auto* const systems =
      new std::vector<SupportedOs>{{"debian", "12"}, {"debian", "13"}, {"ubuntu", "24.04"}};
  return *systems;
}

std::optional<int> KubernetesMinor(absl::string_view version) {
  const std::vector<absl::string_view> parts = absl::StrSplit(version, '.');
  int minor = 0;
  if (parts.size() != 3 || parts[0] != "1" || !absl::SimpleAtoi(parts[1], &minor)) return std::nullopt;
  return minor;
}

bool NeedsContainerd2(absl::string_view version) { return KubernetesMinor(version).value_or(0) >= 36; }
bool NeedsCgroup2(absl::string_view version) { return KubernetesMinor(version).value_or(0) >= 35; }

}  // namespace devstats::spec
