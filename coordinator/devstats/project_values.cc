#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "coordinator/devstats/environment.h"
#include "coordinator/devstats/values.h"

namespace devstats::domain {
namespace {

// "Test" or "Prod", at the end of upstream's keys.
const char* SideOf(const spec::EnvironmentSpec& environment) { return IsTest(environment) ? "Test" : "Prod"; }

// A number for each of the environment's domains: 1 where the project is shown.
Json FlagsOf(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment) {
  Json flags = Json::array();
  for (const spec::DomainSpec& domain : environment.domains) {
    const auto& names = project.domains;
    flags.push_back(std::find(names.begin(), names.end(), domain.name) != names.end() ? 1 : 0);
  }
  return flags;
}

void SetText(const std::string& key, const std::string& text, Json* values) {
  if (!text.empty()) (*values)[key] = text;
}

void SetNumber(const std::string& key, int number, Json* values) {
  if (number != 0) (*values)[key] = number;
}

void SetRunning(const spec::ProjectSpec& project, Json* values) {
  SetNumber("maxHist", project.max_histograms, values);
  SetNumber(project.durable_queries ? "durablePQ" : "noDurable", 1, values);
  SetText("affsLockDB", project.lock_database, values);
  SetNumber("skipAffsLock", project.affiliations_lock ? 0 : 1, values);
  SetText("maxRunDuration", project.max_run_duration, values);
  SetText("affSkipTemp", project.affiliations_skip_temp ? "1" : "", values);
  SetNumber("skipGHAPI", project.affiliations_skip_github ? 1 : 0, values);
  SetNumber("skipGetRepos", project.affiliations_skip_repositories ? 1 : 0, values);
  SetNumber("skipImpAffs", project.skip_import_percent, values);
  SetNumber("skipUpdAffs", project.skip_update_percent, values);
}

std::string TextAt(const Json& map, const std::string& key) {
  const auto there = map.find(key);
  return there != map.end() && there->is_string() ? there->get<std::string>() : "";
}

}  // namespace

bool SuspendedBySpec(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment) {
  const auto given = project.schedules.find(environment.name);
  return project.state != spec::ProjectSpec::State::kActive ||
         (given != project.schedules.end() && given->second.suspend);
}

Json ProjectValues(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment,
                   const Schedule& schedule) {
  const std::string side = SideOf(environment);
  Json values{{"proj", project.name},         {"url", project.url.empty() ? project.name : project.url},
              {"db", project.database},       {"org", project.title},
              {"repo", project.repository},   {"icon", project.icon},
              {"disk", project.disk},         {"domains", FlagsOf(project, environment)},
              {"ga", project.analytics},      {"certNum", 0},
              {"cron" + side, schedule.sync}, {"affCron" + side, schedule.affiliations}};
  if (!project.aliases.empty()) values["aliases"] = project.aliases;
  if (SuspendedBySpec(project, environment)) values["suspendCron" + side] = true;
  if (project.state == spec::ProjectSpec::State::kArchived) values["archived"] = true;
  SetRunning(project, &values);
  return values;
}

Schedules SchedulesIn(const Json& values, const spec::EnvironmentSpec& environment) {
  Schedules out;
  const std::string side = SideOf(environment);
  const Json projects = values.is_object() ? values.value("projects", Json()) : Json();
  if (!projects.is_array()) return out;
  for (const Json& project : projects) {
    if (!project.is_object() || TextAt(project, "proj").empty()) continue;
    const Schedule schedule{TextAt(project, "cron" + side), TextAt(project, "affCron" + side)};
    if (!schedule.sync.empty() || !schedule.affiliations.empty())
      out.emplace(TextAt(project, "proj"), schedule);
  }
  return out;
}

Certificates CertificatesIn(const Json& values) {
  Certificates out;
  const Json certificates = values.is_object() ? values.value("tlsHosts", Json()) : Json();
  if (!certificates.is_object()) return out;
  for (const auto& [key, hosts] : certificates.items()) {
    int number = 0;
    if (!absl::SimpleAtoi(key, &number) || number < 1 || !hosts.is_array()) continue;
    for (const Json& host : hosts) {
      if (host.is_string()) out[number].push_back(host.get<std::string>());
    }
  }
  return out;
}

}  // namespace devstats::domain
