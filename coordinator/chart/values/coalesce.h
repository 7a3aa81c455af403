// The values of a chart and of all charts below it, put together (Helm's pkg/chartutil/coalesce.go): what the
// user gave over what a parent chart sets over a chart's own values.yaml. Pure; thread-safe: neither chart
// nor values are changed.
#pragma once
#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

// A new table: `values` (a map, or nil for none) filled with the values of `chart` and, under their names and
// with the globals of their parents, of its dependencies. A null deletes the key that a chart sets.
// InvalidArgument "type mismatch on kid: %!t(string=x)" if the values of a dependency are no table.
absl::StatusOr<Value> CoalesceValues(const Chart& chart, const Value& values, const Warn& warn);

// The same, but nulls stay, for when values are coalesced again later.
absl::StatusOr<Value> MergeValues(const Chart& chart, const Value& values, const Warn& warn);

}  // namespace devstats::chart
