// Where the chart verbs get charts and values files from. Behind an interface, because the program that
// starts in milliseconds has no network: it hands such a command line over to the whole program.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chart/values/merge.h"
#include "coordinator/chartsource/charts.h"
#include "coordinator/chartsource/dependency_update.h"

namespace devstats::ctl {

struct ChartRequest : chartsource::ChartRequest {
  bool update_dependencies = false;  // when charts/ lacks one that Chart.yaml names
};

class Charts {
 public:
  virtual ~Charts() = default;
  virtual absl::StatusOr<std::shared_ptr<const chart::Chart>> Load(const ChartRequest& request,
                                                                   const chart::Warn& warn) = 0;
  // What is done goes to `tell`, ready to be printed.
  virtual absl::Status UpdateDependencies(const chartsource::DependencyRequest& request,
                                          const chartsource::Tell& tell) = 0;
  // What a -f or --set-file names: a path, a URL, or "-" for standard input.
  virtual absl::StatusOr<std::string> ReadValues(const std::string& name) = 0;
};

}  // namespace devstats::ctl
