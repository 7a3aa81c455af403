// Executes the templates of a chart and of all that lie below it: Helm's pkg/engine. Pure.
#pragma once
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/template/usage.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// What all templates of a rendering see, whichever chart they are of.
struct TemplateInput {
  Value values;        // of the root chart, merged
  Value release;       // .Release
  Value capabilities;  // .Capabilities
};

// Each template's path and text, in order of execution: the deepest path first. Partials (_x) and what is not
// of an application chart are only there to be included. Errors are Helm's: "parse error at
// (c/templates/x.yaml:1):
// ...", "execution error at (...): ..." for `fail` and `required`, "template: ..." for all others.
absl::StatusOr<std::vector<ChartFile>> ExecuteTemplates(const Chart& chart, const TemplateInput& input,
                                                        const Environment& environment, Usage& usage);

}  // namespace devstats::chart
