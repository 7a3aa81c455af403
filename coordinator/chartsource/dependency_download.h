// What comes into charts/, of a lock.
#pragma once
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/dependency_source.h"
#include "coordinator/chartsource/dependency_update.h"
#include "coordinator/chartsource/file_changes.h"

namespace devstats::chartsource {

// The archives of locked dependencies: downloaded, packed from their folders, each of them a chart. Those
// without a repository are looked at where they lie. ResourceExhausted for more than a chart may hold.
absl::StatusOr<std::vector<FileChange>> FetchDependencies(const DependencyRequest& request,
                                                          const DependencyTools& tools,
                                                          const std::vector<DependencySource>& sources,
                                                          const Dependencies& locked);

}  // namespace devstats::chartsource
