// What becomes of a chart's charts/ when its dependencies are fetched.
#pragma once
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/dependency_source.h"
#include "coordinator/chartsource/dependency_update.h"
#include "coordinator/chartsource/file_changes.h"

namespace devstats::chartsource {

// The archives of locked dependencies come, other archives go; folders and what is no chart stay. Changes
// nothing yet.
absl::StatusOr<std::vector<FileChange>> ChartsChanges(const DependencyRequest& request,
                                                      const DependencyTools& tools,
                                                      const std::vector<DependencySource>& sources,
                                                      const Dependencies& locked);

}  // namespace devstats::chartsource
