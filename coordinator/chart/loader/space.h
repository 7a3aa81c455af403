// White space as Go's unicode and strings packages see it. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/chart/functions/letters.h"  // TrimSpace

namespace devstats::chart {

// What Helm makes of the texts in a Chart.yaml: every white space is a blank, what cannot be printed goes.
std::string Sanitize(absl::string_view text);

}  // namespace devstats::chart
