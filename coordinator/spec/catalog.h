// The projects of a cluster: those of a catalog, with those of cluster.yaml over them.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/spec/model.h"

namespace devstats::spec {

// The catalog that comes with us: YAML, the list as `projects.list` of cluster.yaml has it.
absl::string_view ShippedCatalog();

// All projects, in order: of the catalog, then those that only cluster.yaml names. A project that both name has the
// fields of cluster.yaml over those of the catalog. `read` gives the text of a catalog at a path; it is not called for
// others. Errors of a catalog carry its file, line and column.
absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(
    const ProjectsSpec& projects, const std::function<absl::StatusOr<std::string>(const std::string& path)>& read);

// Those that an environment shows, disabled ones left out. NotFound for a name that is in no catalog, with what may
// have been meant; a glob may match nothing.
absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(const EnvironmentSpec& environment,
                                                    const std::vector<ProjectSpec>& all);

}  // namespace devstats::spec
