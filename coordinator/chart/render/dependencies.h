// Which subcharts take part, under which name, and what they give to their parents: Helm's
// pkg/chartutil/dependencies.go. Pure.
#pragma once
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/value/value.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {

// Whether `version` is in `range`, as Helm compares them; not if either is no such thing.
bool IsCompatible(absl::string_view range, absl::string_view version);

// The same tree to be changed, without `raw`. Text and values are shared, which is why values must be
// replaced, not written to.
std::shared_ptr<Chart> CopyTree(const Chart& chart);

// ProcessDependenciesWithMerge on a copy of a tree: gives aliases, removes what conditions and tags of
// `values` disable, and merges import-values into the charts' own.
absl::Status ProcessDependencies(Chart& chart, const Value& values, const Warn& warn);

}  // namespace devstats::chart
