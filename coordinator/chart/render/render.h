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
#include "coordinator/chart/render/manifest.h"
#include "coordinator/chart/template/usage.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

struct ReleaseInfo {
  std::string name, name_space = "default";
  int revision = 1;
  bool is_upgrade = false;
  bool is_install = true;  // neither, for lint
};

struct Rendered {
  std::vector<Manifest> manifests;  // in the order in which they are installed
  std::vector<Hook> hooks;          // likewise, by kind
  std::vector<Crd> crds;            // of crds/, as they are; a chart's own before its dependencies'
  std::string notes;                // NOTES.txt
  // The chart whose dependencies were enabled and given what they import: what a release record keeps.
  std::shared_ptr<const Chart> chart;
  std::shared_ptr<Usage> usage;  // what it took; frees those of `values` that hold themselves
  Value values;                  // the chart's merged with the user's

  // Documents with their "# Source:" lines, as a release record keeps them.
  std::string ManifestText(bool include_crds = false) const;
};

struct RenderOptions {
  ReleaseInfo release;
  Capabilities capabilities = Capabilities::Default();
  bool skip_schema = false;
  bool sub_notes = false;  // NOTES.txt of subcharts, too
  // Values are merged twice, as `helm lint` does: a null of the user's has no effect then.
  bool merge_twice = false;
  Warn warn;  // what Helm would log
};

// `user_values` is what -f and --set made together, a map. Errors are Helm's, without its "Error: ". Values
// and `chart` are not changed.
absl::StatusOr<Rendered> Render(const std::shared_ptr<const Chart>& chart, const Value& user_values,
                                const RenderOptions& options, const Environment& environment);

// Templates executed, nothing split or sorted: path -> text. For lint and for looking into errors.
absl::StatusOr<std::vector<ChartFile>> RenderTemplates(const std::shared_ptr<const Chart>& chart,
                                                       const Value& user_values, const RenderOptions& options,
                                                       const Environment& environment);

// Whether Render failed in the templates or what they made, rather than before: Helm then says "Use --debug
// flag to render out invalid YAML".
bool FailedInTemplates(const absl::Status& status);

}  // namespace devstats::chart
