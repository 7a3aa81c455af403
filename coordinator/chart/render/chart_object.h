// .Chart: Chart.yaml as templates see it, Go's chart.Metadata with IsRoot beside. Pure.
#pragma once
#include "coordinator/chart/chart.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

Value ChartObject(const Chart& chart);

}  // namespace devstats::chart
