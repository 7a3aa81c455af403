// White space as Go's unicode and strings packages see it. Pure; thread-safe.
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart {

bool IsSpaceRune(int32_t rune);
// strings.TrimSpace: U+0085, U+00A0 and the like go, too.
absl::string_view TrimSpace(absl::string_view text);
// What Helm makes of the texts in a Chart.yaml: every white space is a blank, what cannot be printed goes.
std::string Sanitize(absl::string_view text);

}  // namespace devstats::chart
