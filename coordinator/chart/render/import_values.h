// import-values of Chart.yaml. Pure.
#pragma once
#include "absl/status/status.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

// Gives to each chart of the tree that has dependencies, from below, the values of all that lies below it and
// what it imports from there; its own win. Rewrites the lists of imports, each as a pair of child and parent.
absl::Status ImportValues(Chart& chart, const Warn& warn);

}  // namespace devstats::chart
