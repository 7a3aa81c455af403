// Which projects an environment shows.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/spec/catalog.h"

namespace devstats::spec {
namespace {

bool IsNamed(const std::vector<std::string>& names, const std::string& project) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return IsGlob(name) ? GlobMatches(name, project) : name == project;
  });
}

bool IsShown(const ProjectSpec& project, const EnvironmentSpec& environment) {
  return std::any_of(environment.domains.begin(), environment.domains.end(), [&](const DomainSpec& domain) {
    return std::find(project.domains.begin(), project.domains.end(), domain.name) != project.domains.end();
  });
}

}  // namespace

bool IsGlob(absl::string_view text) { return text.find_first_of("*?") != text.npos; }

// The last '*' takes one more character whenever what follows it does not fit: linear but for that.
bool GlobMatches(absl::string_view glob, absl::string_view name) {
  size_t g = 0, n = 0, star = glob.npos, taken = 0;
  while (n < name.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      taken = n;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == name[n])) {
      ++g;
      ++n;
    } else if (star != glob.npos) {
      g = star + 1;
      n = ++taken;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', g) == glob.npos;
}

absl::StatusOr<ProjectSpec> FindProject(const std::string& name, const std::vector<ProjectSpec>& all) {
  std::vector<absl::string_view> names;
  for (const ProjectSpec& project : all) {
    if (project.name == name) return project;
    names.push_back(project.name);
  }
  const absl::string_view nearest = Nearest(name, names);
  return absl::NotFoundError(
      absl::StrCat("there is no project \"", name, "\"; ",
                   nearest.empty() ? "write it below projects.list, or look at `devstatsctl project list`"
                                   : absl::StrCat("did you mean \"", nearest, "\"?")));
}

absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(const EnvironmentSpec& environment,
                                                    const std::vector<ProjectSpec>& all) {
  for (const std::string& name : environment.projects)
    if (!IsGlob(name)) RETURN_IF_ERROR(FindProject(name, all).status());
  std::vector<ProjectSpec> chosen;
  for (const ProjectSpec& project : all) {
    if (project.state == ProjectSpec::State::kDisabled) continue;
    const bool meant = environment.projects.empty() ? IsShown(project, environment)
                                                    : IsNamed(environment.projects, project.name);
    if (meant) chosen.push_back(project);
  }
  return chosen;
}

}  // namespace devstats::spec
