// Amounts as Kubernetes writes them ("1500m", "2Gi", "1e3"). Pure.
#pragma once
#include "absl/strings/string_view.h"

namespace devstats::release {

// Whether two texts are the same amount, written differently: "1000m" and "1". False when one is none, or too
// fine or large to be one.
bool IsSameAmount(absl::string_view a, absl::string_view b);

}  // namespace devstats::release
