// `devstatsctl chart show`: a chart's own files, as `helm show` prints them.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::ctl {

// `what`: chart, values, readme, crds or all.
absl::StatusOr<std::string> ShowChart(const chart::Chart& chart, absl::string_view what);

// What a JSONPath template makes of the chart's values. InvalidArgument "error parsing jsonpath ..."; of one
// that finds nothing Helm prints nothing, and no error: so do we, but `warn` is told why.
absl::StatusOr<std::string> ShowFoundValues(const chart::Chart& chart, const std::string& jsonpath,
                                            const chart::Warn& warn);

}  // namespace devstats::ctl
