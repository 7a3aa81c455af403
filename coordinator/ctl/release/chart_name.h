// "NAME-VERSION" taken apart. Pure.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::ctl {

struct ChartName {
  std::string name, version;
};

// Both may hold hyphens: the version is the longest end that begins with X.Y.Z, else with a digit.
ChartName SplitChartName(absl::string_view text);

}  // namespace devstats::ctl
