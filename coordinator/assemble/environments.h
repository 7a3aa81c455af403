// The environments of cluster.yaml, after all releases and add-ons.
#pragma once
#include <vector>

#include "absl/status/status.h"
#include "coordinator/assemble/assemble.h"

namespace devstats::coordinator {

// Adds their steps; none when there are none.
absl::Status AddEnvironments(const spec::ClusterSpec& spec, const World& world, std::vector<GraphNode>* all);

// The projects that an environment shows, from the catalog that the spec names.
absl::StatusOr<std::vector<spec::ProjectSpec>> ProjectsOf(const spec::ClusterSpec& spec,
                                                          const spec::EnvironmentSpec& environment);

// All that the spec and its catalog have.
absl::StatusOr<std::vector<spec::ProjectSpec>> AllProjectsOf(const spec::ClusterSpec& spec);

// The text of a catalog on this box.
absl::StatusOr<std::string> ReadCatalog(const std::string& path);

// The environment with its images as they are locked.
absl::StatusOr<spec::EnvironmentSpec> WithLockedImages(const spec::EnvironmentSpec& environment,
                                                       const World& world);

// The sealed store as domain units ask it.
domain::SealedValues SealedOf(const World& world);

}  // namespace devstats::coordinator
