// Which versions the ranges of Chart.yaml stand for.
#pragma once
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/dependency_source.h"
#include "coordinator/chartsource/dependency_update.h"

namespace devstats::chartsource {

// How the registry's chart of a dependency is asked for.
ChartRequest RegistryRequest(const DependencyRequest& request, const chart::Dependency& dependency);

// The dependencies of a lock, without its digest. Repositories are looked up in their cached indexes,
// registries are asked for their tags.
absl::StatusOr<chart::ChartLock> LockVersions(const DependencyRequest& request, const DependencyTools& tools,
                                              const std::vector<DependencySource>& sources,
                                              const Dependencies& wanted);

}  // namespace devstats::chartsource
