// What the chart and repository verbs need to reach repositories and registries, put together.
#pragma once
#include "coordinator/chartsource/charts.h"
#include "coordinator/chartsource/http.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

class Network {
 public:
  Network(const Shell& shell, chart::Warn warn);

  chartsource::Charts& charts() { return charts_; }
  chartsource::Repositories& repositories() { return charts_.repositories(); }
  chartsource::Fetcher& fetcher() { return fetcher_; }
  const chart::Limits& limits() const { return limits_; }

 private:
  const chart::Limits limits_;
  chartsource::HttpFetcher fetcher_;
  chartsource::Charts charts_;
};

}  // namespace devstats::ctl
