// The flags that say which chart is meant and how to reach it.
#pragma once
#include "coordinator/ctl/chart/charts.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

void DeclareChartFlags(CLI::App& verb, ChartRequest& request);
// Only how to be let in.
void DeclareCredentialFlags(CLI::App& verb, chartsource::Repository& credentials);

}  // namespace devstats::ctl
