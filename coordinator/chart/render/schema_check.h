// values.schema.json of a chart and of those below it. Pure.
#pragma once
#include "absl/status/status.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Whether `values`, those of `chart`, are as all the schemas want them. "values don't meet the specifications
// of the schema(s) in the following chart(s):\ntop:\n- at '/port': got string, want number\n".
absl::Status CheckSchemas(const Chart& chart, const Value& values, const Limits& limits);

}  // namespace devstats::chart
