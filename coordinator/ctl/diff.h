// What changed between two texts, short enough for a plan on a screen. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats::ctl {

struct DiffLine {
  char mark;  // '-', '+' or ' '
  std::string text;
};

// The lines that differ, with one equal line around them for orientation. Texts too long to be compared in
// full are shown as all removed, all added, but for their common beginning and end.
std::vector<DiffLine> DiffLines(absl::string_view before, absl::string_view after);

}  // namespace devstats::ctl
