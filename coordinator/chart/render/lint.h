// What is questionable in a chart: `helm lint`. Pure; thread-safe.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/render/capabilities.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

enum class Severity { kInfo, kWarning, kError };

struct LintMessage {
  Severity severity = Severity::kInfo;
  std::string path;  // "Chart.yaml", "templates/x.yaml", or the chart's folder
  std::string text;

  // "[WARNING] templates/x.yaml: ...".
  std::string ToString() const;
};

struct LintOptions {
  std::string folder;  // as messages name it: an absolute path
  std::string name_space = "default";
  std::optional<Capabilities> capabilities;  // --kube-version
  bool skip_schema = false;
  Warn warn;
};

// The files of a chart's folder, in the order in which it is loaded, Chart.yaml among them (that there is one
// is for the caller to see: "unable to check Chart.yaml file in chart: ..."). `environment` should be one for
// lint.
std::vector<LintMessage> Lint(const std::vector<ChartFile>& files, const Value& user_values,
                              const LintOptions& options, const Environment& environment);

}  // namespace devstats::chart
