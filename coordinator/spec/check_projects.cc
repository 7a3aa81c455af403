// Projects among each other, and with the environments that show them.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/suggest.h"
#include "coordinator/spec/catalog.h"
#include "coordinator/spec/checks.h"

namespace devstats::spec {
namespace {

// A catalog at a path is read when the file is carried out, not before.
absl::StatusOr<std::string> NoFile(const std::string&) { return absl::InternalError("no file is read here"); }

std::string At(const ProjectSpec& project, absl::string_view key) {
  return absl::StrCat("projects.list.", project.name, ".", key);
}

bool IsIn(const std::vector<ProjectSpec>& projects, const std::string& name) {
  return std::any_of(projects.begin(), projects.end(), [&](const ProjectSpec& p) { return p.name == name; });
}

std::vector<absl::string_view> DomainNames(const ClusterSpec& spec) {
  std::vector<absl::string_view> names;
  for (const EnvironmentSpec& environment : spec.environments)
    for (const DomainSpec& domain : environment.domains) names.push_back(domain.name);
  return names;
}

// What cluster.yaml itself says of a project; of a new one, also what it does not say.
void CheckProject(const CheckContext& check, const ProjectSpec& project, bool is_new,
                  const std::vector<absl::string_view>& domains) {
  if (is_new && project.title.empty() && !check.Bad(At(project, "title")))
    check.Add(At(project, "title"),
              "is missing, and the catalog has no such project; for example title: Kubernetes");
  if (domains.empty() || check.Bad(At(project, "domains"))) return;
  const bool given = check.Good(At(project, "domains"));
  for (size_t i = 0; (given || is_new) && i < project.domains.size(); ++i) {
    if (std::find(domains.begin(), domains.end(), project.domains[i]) != domains.end()) continue;
    if (given)
      check.Add(absl::StrCat(At(project, "domains"), "[", i, "]"),
                absl::StrCat(Quoted(project.domains[i]), " is a domain of no environment; ",
                             Suggestion(project.domains[i], domains)));
    else
      check.Add(At(project, "domains"),
                absl::StrCat(
                    "is missing, and its default prod is a domain of no environment; for example domains: [",
                    domains.front(), "]"));
  }
}

void CheckClashes(const CheckContext& check, const std::vector<ProjectSpec>& all) {
  const std::vector<ProjectSpec>& list = check.spec().projects.list;
  for (const ProjectClash& clash : ClashesOf(all)) {
    // Told at the one that stands in the file.
    const bool second = IsIn(list, clash.project);
    const std::string& here = second ? clash.project : clash.other;
    const std::string& there = second ? clash.other : clash.project;
    check.Add(
        absl::StrCat("projects.list.", here, ".", clash.key),
        absl::StrCat(Quoted(clash.value), " is that of project ", there, " already; each needs its own"));
  }
}

// No alias is a host that an environment has of its own.
void CheckAliases(const CheckContext& check, const std::vector<ProjectSpec>& all) {
  std::map<std::string, std::string> hosts;  // -> whose
  for (const EnvironmentSpec& environment : check.spec().environments)
    for (const DomainSpec& domain : environment.domains) {
      hosts.emplace(domain.host, absl::StrCat("environment ", environment.name));
      for (const ProjectSpec& project : all)
        hosts.emplace(absl::StrCat(project.url, ".", domain.host), absl::StrCat("project ", project.name));
    }
  for (const ProjectSpec& project : check.spec().projects.list)
    for (size_t i = 0; i < project.aliases.size(); ++i)
      if (const auto host = hosts.find(project.aliases[i]); host != hosts.end())
        check.Add(
            absl::StrCat(At(project, "aliases"), "[", i, "]"),
            absl::StrCat(Quoted(host->first), " is a host of ", host->second, " already; leave it out"));
}

void CheckChosen(const CheckContext& check, const EnvironmentSpec& environment,
                 const std::vector<ProjectSpec>& all) {
  for (size_t i = 0; i < environment.projects.size(); ++i) {
    EnvironmentSpec one;
    one.projects = {environment.projects[i]};
    const std::string at = absl::StrCat("environments.", environment.name, ".projects[", i, "]");
    if (const auto chosen = ProjectsOf(one, all); !chosen.ok())
      check.Add(at, absl::StrCat("is unknown: ", chosen.status().message()));
  }
}

}  // namespace

void CheckProjects(const CheckContext& check) {
  const ProjectsSpec& projects = check.spec().projects;
  if (check.Bad("projects.catalog") || (projects.list.empty() && check.spec().environments.empty())) return;
  const bool known = !absl::StartsWith(projects.catalog, "/");
  std::vector<ProjectSpec> catalog;
  if (known) {
    auto read = ProjectsOf(ProjectsSpec{.catalog = projects.catalog, .list = {}}, NoFile);
    if (!read.ok()) return check.Add("projects.catalog", std::string(read.status().message()));
    catalog = *std::move(read);
  }
  const std::vector<absl::string_view> domains = DomainNames(check.spec());
  for (const ProjectSpec& project : projects.list)
    CheckProject(check, project, known && !IsIn(catalog, project.name), domains);
  const std::vector<ProjectSpec> all = Merge(std::move(catalog), projects.list);
  CheckClashes(check, all);
  CheckAliases(check, all);
  if (!known) return;  // names of a catalog that is not known yet
  for (const EnvironmentSpec& environment : check.spec().environments) CheckChosen(check, environment, all);
}

}  // namespace devstats::spec
