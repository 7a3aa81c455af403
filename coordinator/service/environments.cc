#include "coordinator/service/environments.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/postgres/databases.h"
#include "coordinator/devstats/schedules.h"
#include "coordinator/devstats/selection.h"
#include "coordinator/service/environment_logs.h"
#include "coordinator/service/environment_look.h"
#include "coordinator/service/translate.h"
#include "re2/re2.h"

namespace devstats::coordinator {
namespace {

v1::Cron ToProto(const domain::Cron& cron) {
  v1::Cron out;
  out.set_name(cron.name);
  out.set_kind(cron.kind);
  out.set_project(cron.project);
  out.set_schedule(cron.schedule);
  out.set_suspended(cron.suspended);
  out.set_suspended_by(cron.suspended_by);
  out.set_suspended_since_ms(Millis(cron.suspended_at));
  out.set_last_schedule_ms(Millis(cron.last_schedule));
  return out;
}

v1::Project ToProto(const spec::ProjectSpec& project, const spec::EnvironmentSpec& environment,
                    const domain::Schedules& schedules) {
  v1::Project out;
  out.set_name(project.name);
  out.set_title(project.title);
  out.set_url(project.url);
  out.set_database(project.database);
  out.set_repository(project.repository);
  out.set_state(spec::NameOf(project.state));
  out.set_added(project.added);
  out.set_disk(project.disk);
  for (const std::string& domain : project.domains) out.add_domains(domain);
  for (const std::string& alias : project.aliases) out.add_aliases(alias);
  const auto given = project.schedules.find(environment.name);
  out.set_suspended(given != project.schedules.end() && given->second.suspend);
  const auto schedule = schedules.find(project.name);
  if (schedule == schedules.end()) return out;
  out.set_sync(schedule->second.sync);
  out.set_affiliations(schedule->second.affiliations);
  return out;
}

absl::StatusOr<std::vector<spec::ProjectSpec>> Selected(const domain::LiveEnvironment& live,
                                                        const v1::ListProjectsRequest& request) {
  if (request.names_size() > kMostNames) return absl::InvalidArgumentError("too many names");
  domain::Selection selection{
      .names = {request.names().begin(), request.names().end()}, .since = request.since(), .all = true};
  for (const std::string& name : request.states()) {
    ASSIGN_OR_RETURN(const spec::ProjectSpec::State state, domain::StateNamed(name));
    selection.states.push_back(state);
  }
  return domain::Select(live.projects, selection);
}

// Those in force; of projects without crons, as they would be.
domain::Schedules SchedulesIn(const domain::LiveEnvironment& live, kube::KubeClient& client) {
  const auto crons = domain::ListCrons(client, live.environment.namespace_);
  domain::Schedules all = domain::SchedulesOf(live.environment, live.projects);
  if (!crons.ok()) return all;
  for (const domain::Cron& cron : *crons) {
    const auto it = all.find(cron.project);
    if (it == all.end()) continue;
    if (cron.kind == "sync") it->second.sync = cron.schedule;
    if (cron.kind == "affiliations") it->second.affiliations = cron.schedule;
  }
  return all;
}

}  // namespace

EnvironmentReach ReachOf(const spec::EnvironmentSpec& environment, const domain::SealedValues& sealed,
                         kube::KubeClient* client) {
  const auto access = std::make_shared<domain::EnvironmentAccess>(environment, sealed, client);
  return {.patroni = std::shared_ptr<patroni::PatroniApi>(access, &access->patroni()),
          .leader = [access] { return access->Leader(); },
          .settings = [access](const std::string& pod) { return access->SettingsOf(pod); },
          .roles = [access] { return access->Roles(); },
          .database_nodes = [access] { return access->DatabaseNodes(); }};
}

bool Environments::IsName(const std::string& text) {
  return RE2::FullMatch(text, "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
}

std::string Environments::Target(const v1::SuspendRequest& request) {
  if (!IsName(request.environment())) return "(not a name)";
  return absl::StrCat(request.resume() ? "resume " : "suspend ", request.environment());
}

std::string Environments::Target(const v1::ChangePatroniRequest& request) {
  if (!IsName(request.environment()) || !(request.member().empty() || IsName(request.member())) ||
      !v1::ChangePatroniRequest::Action_IsValid(request.action()))
    return "(not a name)";
  return absl::StrCat(v1::ChangePatroniRequest::Action_Name(request.action()), " ", request.environment(),
                      "/", request.member(), request.dry_run() ? " (dry run)" : "");
}

absl::StatusOr<domain::LiveEnvironment> Environments::Find(const std::string& name) const {
  if (!IsName(name)) return absl::InvalidArgumentError("the environment is a lower-case name");
  return p_.environment(name);
}

absl::StatusOr<v1::EnvironmentStatus> Environments::DoGetEnvironment(const std::string& name) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(name));
  v1::EnvironmentStatus status;
  status.set_environment(name);
  status.set_namespace_(live.environment.namespace_);
  status.set_time_ms(absl::ToUnixMillis(p_.clock->Now()));
  size_t problems = 0;
  for (const domain::Finding& finding : LookAtEnvironment(live, p_.reach(live.environment), p_)) {
    v1::EnvironmentFinding* out = status.add_findings();
    out->set_what(finding.what);
    out->set_state(domain::NameOf(finding.state));
    out->set_text(finding.text);
    for (const std::string& problem : finding.problems) out->add_details(problem);
    problems += finding.problems.size();
  }
  status.set_problems(static_cast<uint32_t>(problems));
  return status;
}

absl::StatusOr<v1::CronList> Environments::DoSuspend(const v1::SuspendRequest& request,
                                                     const std::string& actor) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  const std::set<std::string> kinds(request.kinds().begin(), request.kinds().end());
  const std::string& name_space = live.environment.namespace_;
  ASSIGN_OR_RETURN(const std::vector<domain::Cron> changed,
                   request.resume()
                       ? domain::ResumeCrons(*p_.kube, name_space, kinds)
                       : domain::SuspendCrons(*p_.kube, name_space, kinds, actor, p_.clock->Now()));
  v1::CronList list;
  for (const domain::Cron& cron : changed) *list.add_crons() = ToProto(cron);
  return list;
}

absl::StatusOr<v1::ProjectList> Environments::DoListProjects(const v1::ListProjectsRequest& request) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  ASSIGN_OR_RETURN(const std::vector<spec::ProjectSpec> selected, Selected(live, request));
  const domain::Schedules schedules = SchedulesIn(live, *p_.kube);
  v1::ProjectList list;
  for (const spec::ProjectSpec& project : selected)
    *list.add_projects() = ToProto(project, live.environment, schedules);
  return list;
}

absl::Status Environments::DoProjectLogs(const v1::ProjectLogsRequest& request,
                                         const std::function<bool()>& gone,
                                         const std::function<bool(const v1::ProjectLogLine&)>& line) {
  return ProjectLogs({.environment = [this](const std::string& name) { return Find(name); },
                      .reach = p_.reach,
                      .kube = p_.kube,
                      .clock = p_.clock,
                      .sleep = p_.sleep ? p_.sleep : absl::SleepFor})
      .DoProjectLogs(request, gone, line);
}

absl::StatusOr<v1::FlagList> Environments::DoListFlags(const v1::ListProjectsRequest& request) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  ASSIGN_OR_RETURN(const std::vector<spec::ProjectSpec> selected, Selected(live, request));
  const EnvironmentReach reach = p_.reach(live.environment);
  ASSIGN_OR_RETURN(const auto leader, reach.leader());
  std::vector<std::string> databases;
  std::map<std::string, std::string> projects;  // by database
  for (const spec::ProjectSpec& project : selected) {
    databases.push_back(project.database);
    projects[project.database] = project.name;
  }
  if (request.names().empty()) databases.push_back(postgres::kLogsDatabase);
  v1::FlagList list;
  std::vector<postgres::Flag> all;
  for (const auto& [database, flags] : postgres::FlagsEverywhere(*leader, databases)) {
    if (!flags.ok()) list.add_errors(absl::StrCat(database, ": ", flags.status().message()));
    if (flags.ok()) all.insert(all.end(), flags->begin(), flags->end());
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.age > b.age; });
  for (const postgres::Flag& flag : all) {
    v1::Flag* out = list.add_flags();
    out->set_database(flag.database);
    out->set_project(projects[flag.database]);
    out->set_name(flag.name);
    out->set_owner(flag.owner);
    out->set_age_seconds(absl::ToInt64Seconds(flag.age));
    out->set_stale(postgres::IsStale(flag));
  }
  return list;
}

}  // namespace devstats::coordinator
