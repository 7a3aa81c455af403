// `dependency update` and `dependency build`: the charts that a chart depends on, into its charts/.
#pragma once
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "common/clock.h"
#include "coordinator/chartsource/charts.h"

namespace devstats::chartsource {

struct DependencyRequest {
  std::string folder = ".";   // of the chart
  bool from_lock = false;     // what Chart.lock says; without such a file as if it were false
  bool skip_refresh = false;  // take the cached indexes as they are
  // How to be let into the one registry that dependencies are in: name and URL are not looked at. What lets
  // us into repositories stands in Helm's file of them.
  Repository credentials;
  bool plain_http = false;  // registries without TLS
};

// A line of what is done, as Helm prints it. It has words of others in it.
using Tell = std::function<void(const std::string& line)>;

// What it is done with.
struct DependencyTools {
  Charts& charts;
  const Clock& clock;  // of `generated`, and of packed folders
  const chart::Limits& limits;
  chart::Warn warn;
  Tell tell;
};

// Finds the highest version of each dependency of Chart.yaml (of requirements.yaml, if its apiVersion is v1)
// that its range takes, puts the archives into charts/, removes other archives from there, and writes
// Chart.lock (requirements.lock) unless it says so already. From the lock, it takes just those versions and
// leaves the lock alone. After an error, charts/ and the lock are as they were.
//
// Errors read as Helm's: "no repository definition for X. Please add them via 'helm repo add'", "can't get a
// valid version for 1 subchart(s): ...", "the lock file (Chart.lock) is out of sync with ...".
absl::Status UpdateDependencies(const DependencyRequest& request, const DependencyTools& tools);

}  // namespace devstats::chartsource
