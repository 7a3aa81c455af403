// A chart and values to manifests: what `helm template` and `helm install` do before they talk to a cluster.
// Pure; thread-safe.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/render/capabilities.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

struct ReleaseInfo {
  std::string name, name_space = "default";
  int revision = 1;
  bool is_upgrade = false;
  std::string service = "Helm";
};

// A document that Kubernetes gets.
struct Manifest {
  std::string path;  // of its template: "c/templates/x.yaml"
  std::string content;
  std::string api_version, kind, name;
};

struct Hook {
  Manifest manifest;
  std::vector<std::string> events;           // "pre-install", in the order written
  int weight = 0;
  std::vector<std::string> delete_policies;  // "hook-succeeded"
  std::vector<std::string> output_log_policies;
};

struct Rendered {
  std::vector<Manifest> manifests;  // in the order in which they are installed
  std::vector<Hook> hooks;
  std::vector<ChartFile> crds;      // of crds/, as they are; dependencies' first as Helm has it
  std::string notes;                // NOTES.txt
  // The chart whose dependencies were enabled and whose values were merged with the user's: what a release
  // record keeps.
  std::shared_ptr<const Chart> chart;
  Value values;

  // Documents with their "# Source:" lines, as a release record keeps them.
  std::string ManifestText(bool include_crds = false) const;
};

struct RenderOptions {
  ReleaseInfo release;
  Capabilities capabilities = Capabilities::Default();
  bool skip_schema = false;
  bool sub_notes = false;  // NOTES.txt of subcharts, too
  Warn warn;               // what Helm would log
};

// `user_values` is what -f and --set made together, a map. Errors are Helm's, without its "Error: ".
absl::StatusOr<Rendered> Render(const std::shared_ptr<const Chart>& chart, const Value& user_values,
                                const RenderOptions& options, const Environment& environment);

// Templates executed, nothing split or sorted: path -> text. For lint and for looking into errors.
absl::StatusOr<std::vector<ChartFile>> RenderTemplates(const std::shared_ptr<const Chart>& chart,
                                                       const Value& user_values, const RenderOptions& options,
                                                       const Environment& environment);

}  // namespace devstats::chart
