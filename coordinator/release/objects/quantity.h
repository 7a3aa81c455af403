// Amounts as Kubernetes writes them ("1500m", "2Gi", "1e3"). Pure.
#pragma once
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace devstats::release {

// Whether two texts are the same amount, written differently: "1000m" and "1". False when one is none, or too
// fine or large to be one.
bool IsSameAmount(absl::string_view a, absl::string_view b);

// In thousandths, rounded up: 1500 for "1500m", 2000 for "2". Nothing where it is no amount, negative, or
// beyond 2^63.
std::optional<int64_t> MilliAmountOf(absl::string_view text);

}  // namespace devstats::release
