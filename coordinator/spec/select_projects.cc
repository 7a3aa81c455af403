// Which projects are meant.
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

// That each name that is no glob is a project's.
absl::Status CheckNames(const std::vector<std::string>& names, const std::vector<ProjectSpec>& all) {
  for (const std::string& name : names) {
    const bool known = IsGlob(name) || std::any_of(all.begin(), all.end(), [&](const ProjectSpec& project) {
                         return project.name == name;
                       });
    if (known) continue;
    std::vector<absl::string_view> names_of_all;
    for (const ProjectSpec& project : all) names_of_all.push_back(project.name);
    const absl::string_view nearest = Nearest(name, names_of_all);
    return absl::NotFoundError(
        absl::StrCat("there is no project \"", name, "\"; ",
                     nearest.empty() ? "write it below projects.list, or look at `devstatsctl project list`"
                                     : absl::StrCat("did you mean \"", nearest, "\"?")));
  }
  return absl::OkStatus();
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

absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(const EnvironmentSpec& environment,
                                                    const std::vector<ProjectSpec>& all) {
  RETURN_IF_ERROR(CheckNames(environment.projects, all));
  std::vector<ProjectSpec> chosen;
  for (const ProjectSpec& project : all) {
    if (project.state == ProjectSpec::State::kDisabled) continue;
    const bool meant = environment.projects.empty() ? IsShown(project, environment)
                                                    : IsNamed(environment.projects, project.name);
    if (meant) chosen.push_back(project);
  }
  return chosen;
}

absl::StatusOr<std::vector<ProjectSpec>> Select(const ProjectFilter& filter,
                                                const std::vector<ProjectSpec>& all) {
  RETURN_IF_ERROR(CheckNames(filter.names, all));
  std::vector<ProjectSpec> chosen;
  for (const ProjectSpec& project : all) {
    if (!filter.names.empty() && !IsNamed(filter.names, project.name)) continue;
    if (filter.state && project.state != *filter.state) continue;
    if (!filter.since.empty() && project.added < filter.since) continue;
    chosen.push_back(project);
  }
  return chosen;
}

}  // namespace devstats::spec
