// Text of the cluster's as we pass it on: one line, printable, not too long.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::release {

// White space around it goes, line ends and tabs within become spaces, other control characters \xNN. Longer
// than `bytes`: cut, with "..." after it.
std::string OneLine(absl::string_view text, size_t bytes = 1024);

}  // namespace devstats::release
