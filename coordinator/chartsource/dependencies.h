// `dependency list`: what a chart's Chart.yaml asks for, and whether charts/ has it.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chartsource {

struct DependencyRow {
  std::string name, version, repository;
  // "ok" (an archive), "unpacked" (a folder), "missing", "wrong version", "invalid version", "corrupt",
  // "misnamed", "too many matches".
  std::string status;
};

struct DependencyList {
  bool declared = false;  // Chart.yaml has a list
  std::vector<DependencyRow> rows;
  // Of charts/: "WARNING: \"c/charts/x-1.0.0.tgz\" is not in Chart.yaml.", "... is not a chart.".
  std::vector<std::string> warnings;
};

absl::StatusOr<DependencyList> ListDependencies(const std::string& path, const chart::Limits& limits,
                                                const chart::Warn& warn);

}  // namespace devstats::chartsource
