// Charts and values files from wherever they are named: this machine, repositories, registries, URLs.
#pragma once
#include <memory>

#include "coordinator/ctl/chart/charts.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// `shell` must live as long.
std::unique_ptr<Charts> MakeNetworkCharts(Shell& shell);

}  // namespace devstats::ctl
