// The flags that say which chart is meant and how to reach it.
#pragma once
#include "coordinator/ctl/chart/charts.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

void DeclareChartFlags(CLI::App& verb, ChartRequest& request);

}  // namespace devstats::ctl
