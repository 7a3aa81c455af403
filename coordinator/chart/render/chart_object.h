// .Chart: Chart.yaml as templates see it, Go's chart.Metadata with IsRoot beside. Pure.
#pragma once
#include "coordinator/chart/chart.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

Value ChartObject(const Chart& chart);
// A chart.Metadata and a chart.Dependency, as JSON has them in a release's record.
Value MetadataObject(const Metadata& metadata);
Value DependencyObject(const Dependency& dependency);

}  // namespace devstats::chart
