#include "coordinator/spec/project_fields.h"

#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace devstats::spec {
namespace {

struct Field {
  const char* key;
  void (*copy)(const ProjectSpec& from, ProjectSpec* to);
};

template <auto member>
void Copy(const ProjectSpec& from, ProjectSpec* to) {
  to->*member = from.*member;
}

constexpr Field kFields[] = {
    {"title", Copy<&ProjectSpec::title>},
    {"url", Copy<&ProjectSpec::url>},
    {"database", Copy<&ProjectSpec::database>},
    {"repository", Copy<&ProjectSpec::repository>},
    {"icon", Copy<&ProjectSpec::icon>},
    {"disk", Copy<&ProjectSpec::disk>},
    {"domains", Copy<&ProjectSpec::domains>},
    {"aliases", Copy<&ProjectSpec::aliases>},
    {"state", Copy<&ProjectSpec::state>},
    {"added", Copy<&ProjectSpec::added>},
    {"analytics", Copy<&ProjectSpec::analytics>},
    {"maxHistograms", Copy<&ProjectSpec::max_histograms>},
    {"durableQueries", Copy<&ProjectSpec::durable_queries>},
    {"maxRunDuration", Copy<&ProjectSpec::max_run_duration>},
    {"affiliations.lock", Copy<&ProjectSpec::affiliations_lock>},
    {"affiliations.lockDatabase", Copy<&ProjectSpec::lock_database>},
    {"affiliations.skipTemp", Copy<&ProjectSpec::affiliations_skip_temp>},
    {"affiliations.skipGithub", Copy<&ProjectSpec::affiliations_skip_github>},
    {"affiliations.skipRepositories", Copy<&ProjectSpec::affiliations_skip_repositories>},
    {"affiliations.skipImportPercent", Copy<&ProjectSpec::skip_import_percent>},
    {"affiliations.skipUpdatePercent", Copy<&ProjectSpec::skip_update_percent>},
};

constexpr const char* kScheduleFields[] = {"sync", "affiliations", "suspend"};

std::string ScheduleKey(const std::string& environment, const char* field) {
  return absl::StrCat("schedules.", environment, ".", field);
}

}  // namespace

std::vector<const char*> ProjectFields() {
  std::vector<const char*> keys;
  for (const Field& field : kFields) keys.push_back(field.key);
  return keys;
}

void NoteGiven(const Places& places, const std::string& at, std::vector<ProjectSpec>* list) {
  for (ProjectSpec& project : *list) {
    auto note = [&](const std::string& key) {
      if (places.contains(absl::StrCat(at, ".", project.name, ".", key))) project.given.insert(key);
    };
    for (const Field& field : kFields) note(field.key);
    for (const auto& [environment, schedules] : project.schedules)
      for (const char* field : kScheduleFields) note(ScheduleKey(environment, field));
  }
}

void Overlay(const ProjectSpec& over, ProjectSpec* project) {
  for (const Field& field : kFields)
    if (over.given.contains(field.key)) field.copy(over, project);
  for (const auto& [environment, from] : over.schedules) {
    ProjectSchedules& to = project->schedules[environment];
    if (over.given.contains(ScheduleKey(environment, "sync"))) to.sync = from.sync;
    if (over.given.contains(ScheduleKey(environment, "affiliations"))) to.affiliations = from.affiliations;
    if (over.given.contains(ScheduleKey(environment, "suspend"))) to.suspend = from.suspend;
  }
  project->given.insert(over.given.begin(), over.given.end());
}

void FillProject(ProjectSpec* project) {
  for (std::string* text : {&project->url, &project->database, &project->icon})
    if (text->empty()) *text = project->name;
}

}  // namespace devstats::spec
