#include "coordinator/devstats/units/projects_unit.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/devstats/job_work.h"
#include "coordinator/devstats/postgres/databases.h"

namespace devstats::domain {
namespace {

constexpr char kKind[] = "provision";
constexpr int kMostJobs = 10000;

}  // namespace

Json ProjectsUnit::Inputs() const {
  Json projects = Json::object();
  for (const spec::ProjectSpec& project : p_.projects)
    if (project.state == spec::ProjectSpec::State::kActive) projects[project.name] = project.database;
  return {{"environment", p_.access->environment().name}, {"projects", std::move(projects)}};
}

absl::StatusOr<Json> ProjectsUnit::Observe() {
  ASSIGN_OR_RETURN(const auto open,
                   p_.jobs->List({.environment = p_.access->environment().name,
                                  .states = {jobs::JobState::kQueued, jobs::JobState::kRunning},
                                  .limit = kMostJobs}));
  std::set<std::string> under_way;
  for (const jobs::Job& job : open) under_way.insert(job.project);
  ASSIGN_OR_RETURN(const auto leader, p_.access->Leader());
  ASSIGN_OR_RETURN(const auto present, postgres::ListDatabases(*leader), "databases");
  std::set<std::string> there;
  for (const postgres::DatabaseInfo& database : present) there.insert(database.name);
  std::vector<std::string> asked;
  for (const spec::ProjectSpec& project : p_.projects)
    if (there.contains(project.database)) asked.push_back(project.database);
  const auto flags = postgres::FlagsEverywhere(*leader, asked);

  Json observed = Json::object();
  for (const spec::ProjectSpec& project : p_.projects) {
    if (project.state != spec::ProjectSpec::State::kActive || under_way.contains(project.name)) continue;
    if (!there.contains(project.database)) {
      observed[project.name] = "absent";
      continue;
    }
    const auto& of = flags.at(project.database);
    if (of.ok() && IsProvisioned(*of)) continue;
    // A flag that is away for the time of another job, a sync perhaps, is no reason to begin anew.
    if (!of.ok() && !absl::IsNotFound(of.status())) return of.status();
    if (!of.ok()) observed[project.name] = "partial";
  }
  return observed;
}

absl::StatusOr<UnitPlan> ProjectsUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const auto& [project, state] : observed.items()) {
    Change* change = plan.add_changes();
    change->set_path(absl::StrCat("provision ", project));
    change->set_action(Change::RUN);
    change->set_owner(Change::ABSENT);
    change->set_before(state == "partial" ? "a database that was never finished" : "");
    change->set_after("a job is queued");
  }
  return plan;
}

absl::Status ProjectsUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  std::set<std::string> meant;
  for (const Change& change : diff.changes()) meant.insert(change.path());
  for (const spec::ProjectSpec& project : p_.projects) {
    if (!meant.contains(absl::StrCat("provision ", project.name))) continue;
    const auto job = p_.jobs->Add({.environment = p_.access->environment().name,
                                   .project = project.name,
                                   .kind = kKind,
                                   .actor = context.key.operation,
                                   .weight = WeightOf(project)});
    if (!job.ok() && !absl::IsAlreadyExists(job.status())) return Annotate(job.status(), project.name);
    if (job.ok()) context.progress(absl::StrCat(job->id, " provisions ", project.name));
    FaultPoint("devstats.provision.queued", project.name);
  }
  return absl::OkStatus();
}

}  // namespace devstats::domain
