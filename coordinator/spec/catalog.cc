#include "coordinator/spec/catalog.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/spec/project_fields.h"
#include "coordinator/spec/reader.h"

namespace devstats::spec {
namespace {

// Of a catalog's text, as written.
absl::StatusOr<std::vector<ProjectSpec>> ParseCatalog(absl::string_view text, absl::string_view file) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, file));
  Report report(file);
  Draft draft;
  Places places;
  if (!root.IsNull()) ReadKey("projects.list", root, "projects", draft, places, report);
  std::vector<ProjectSpec>& list = draft.spec.projects.list;
  NoteGiven(places, "projects", &list);
  for (const ProjectSpec& project : list)
    if (project.title.empty() && !places.contains(absl::StrCat("projects.", project.name, ".title")))
      report.Add(places[absl::StrCat("projects.", project.name)].mark,
                 absl::StrCat("projects.", project.name, ".title is missing; for example title: Kubernetes"));
  RETURN_IF_ERROR(report.status());
  return std::move(list);
}

const absl::StatusOr<std::vector<ProjectSpec>>& Shipped() {
  static const auto* const shipped =
      new absl::StatusOr<std::vector<ProjectSpec>>(ParseCatalog(ShippedCatalog(), "catalog.yaml"));
  return *shipped;
}

absl::StatusOr<std::vector<ProjectSpec>> CatalogOf(const std::string& catalog, const ReadText& read) {
  if (catalog == "none") return std::vector<ProjectSpec>();
  if (catalog == "shipped") return Shipped();
  ASSIGN_OR_RETURN(const std::string text, read(catalog), "catalog of projects");
  return ParseCatalog(text, catalog);
}

}  // namespace

std::vector<ProjectClash> ClashesOf(const std::vector<ProjectSpec>& projects) {
  std::vector<ProjectClash> clashes;
  std::map<std::string, std::string> seen;  // "database gha" -> who
  for (const ProjectSpec& project : projects) {
    auto see = [&](const char* key, const std::string& value) {
      const auto [first, fresh] = seen.emplace(absl::StrCat(key, " ", value), project.name);
      if (!fresh) clashes.push_back({project.name, key, value, first->second});
    };
    see("url", project.url);
    see("database", project.database);
    for (const std::string& alias : project.aliases) see("aliases", alias);
  }
  return clashes;
}

std::vector<ProjectSpec> Merge(std::vector<ProjectSpec> catalog, const std::vector<ProjectSpec>& over) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < catalog.size(); ++i) places.emplace(catalog[i].name, i);
  for (const ProjectSpec& project : over) {
    const auto place = places.find(project.name);
    if (place != places.end())
      Overlay(project, &catalog[place->second]);
    else
      catalog.push_back(project);
  }
  for (ProjectSpec& project : catalog) FillProject(&project);
  return catalog;
}

absl::StatusOr<std::vector<ProjectSpec>> ProjectsOf(const ProjectsSpec& projects, const ReadText& read) {
  ASSIGN_OR_RETURN(std::vector<ProjectSpec> catalog, CatalogOf(projects.catalog, read));
  std::vector<ProjectSpec> all = Merge(std::move(catalog), projects.list);
  for (const ProjectSpec& project : all)
    if (project.title.empty())
      return absl::InvalidArgumentError(absl::StrCat(
          "project ", project.name, " has no title; write projects.list.", project.name, ".title"));
  const std::vector<ProjectClash> clashes = ClashesOf(all);
  if (clashes.empty()) return all;
  const ProjectClash& clash = clashes.front();
  return absl::InvalidArgumentError(absl::StrCat("projects ", clash.other, " and ", clash.project,
                                                 " both have ", clash.key, " ", clash.value,
                                                 "; each needs its own"));
}

}  // namespace devstats::spec
