// `devstatsctl chart show`: a chart's own files, as `helm show` prints them.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"

namespace devstats::ctl {

// `what`: chart, values, readme, crds or all.
absl::StatusOr<std::string> ShowChart(const chart::Chart& chart, absl::string_view what);

}  // namespace devstats::ctl
