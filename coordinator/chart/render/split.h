// Files of several YAML documents. Pure; thread-safe.
#pragma once
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats::chart {

// Helm's releaseutil.SplitManifests: cut at each --- at the start of a line, by text and not by YAML; white
// space around documents goes, empty ones too. Views into `text`.
std::vector<absl::string_view> SplitManifests(absl::string_view text);

}  // namespace devstats::chart
