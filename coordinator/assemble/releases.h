// The releases and add-ons of cluster.yaml, after the cluster itself.
#pragma once
#include <vector>

#include "absl/status/status.h"
#include "coordinator/addons/units.h"
#include "coordinator/assemble/assemble.h"

namespace devstats::coordinator {

// Adds their steps; none when there are none.
absl::Status AddReleases(const spec::ClusterSpec& spec, const World& world, std::vector<GraphNode>* all);

// After all of these, what cluster.yaml has named before and no longer does.
absl::Status AddLeftovers(const spec::ClusterSpec& spec, const World& world, std::vector<GraphNode>* all);

// What their units reach the world with.
addons::UnitParts UnitPartsOf(const spec::ClusterSpec& spec, const World& world);

}  // namespace devstats::coordinator
