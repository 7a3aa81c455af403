// The projects of a cluster: those of a catalog, with those of cluster.yaml over them; and how they are
// chosen: by name, glob, state or age, never by their place in a list.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/spec/model.h"

namespace devstats::spec {

// The catalog that comes with us: YAML, the list as `projects.list` of cluster.yaml has it.
absl::string_view ShippedCatalog();

using ReadText = std::function<absl::StatusOr<std::string>(const std::string& path)>;

// All projects, in order: of the catalog, then those that only cluster.yaml names. A project that both name
// has the fields of cluster.yaml over those of the catalog. `read` gives the text of a catalog at a path; it
// is not called for others. Errors of a catalog carry its file, line and column; those between projects (two
// with one database) their names.
absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(const ProjectsSpec& projects, const ReadText& read);

// The same of what has been read, without asking whether it makes sense.
std::vector<ProjectSpec> Merge(std::vector<ProjectSpec> catalog, const std::vector<ProjectSpec>& over);

// NotFound, with what may have been meant.
absl::StatusOr<ProjectSpec> FindProject(const std::string& name, const std::vector<ProjectSpec>& all);

// Those that an environment shows, disabled ones left out. NotFound for a name that is in no catalog, with
// what may have been meant; a glob may match nothing.
absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(const EnvironmentSpec& environment,
                                                    const std::vector<ProjectSpec>& all);

// Whether a text has '*' (any text) or '?' (any character), and whether it stands for a name.
bool IsGlob(absl::string_view text);
bool GlobMatches(absl::string_view glob, absl::string_view name);

// Two projects with one value that must be each one's own.
struct ProjectClash {
  std::string project, key;  // "database"
  std::string value;
  std::string other;  // the project that has had it before
};
std::vector<ProjectClash> ClashesOf(const std::vector<ProjectSpec>& projects);

}  // namespace devstats::spec
