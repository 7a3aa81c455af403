#include "coordinator/service/project_changes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/certificates.h"
#include "coordinator/devstats/drop.h"
#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/image_projects.h"
#include "coordinator/devstats/job_work.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/postgres/databases.h"
#include "coordinator/service/jobs.h"
#include "coordinator/spec/project_edit.h"

namespace devstats::coordinator {
namespace {

constexpr char kBackupKind[] = "backup";
constexpr char kClaims[] = "devstats-pvc-";  // and the project; pvName of the chart

using Edit = v1::EditProjectsRequest;

std::string Size(int64_t bytes) {
  const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 1024 && unit + 1 < std::size(units); ++unit) size /= 1024;
  return unit == 0 ? absl::StrCat(bytes, " bytes") : absl::StrFormat("%.1f %s", size, units[unit]);
}

absl::StatusOr<spec::ProjectEdit> EditOf(const Edit& request, const spec::ReadText& read) {
  const spec::YamlText yaml{request.spec(), request.file()};
  const std::vector<std::string> names(request.names().begin(), request.names().end());
  if (names.empty() || names.size() > kMostNames) return absl::InvalidArgumentError("name the projects");
  if (request.action() == Edit::ADD) return spec::AddProjects(yaml, request.environment(), names, read);
  if (names.size() > 1) return absl::InvalidArgumentError("one project at a time");
  if (request.action() == Edit::ARCHIVE)
    return spec::ArchiveProject(yaml, request.environment(), names[0], read);
  if (request.action() == Edit::REMOVE)
    return spec::RemoveProject(yaml, request.environment(), names[0], read);
  return absl::InvalidArgumentError("it is not said what becomes of the projects");
}

std::string Hosts(const spec::EnvironmentSpec& environment, const spec::ProjectSpec& project) {
  std::vector<std::string> hosts;
  for (const domain::ProjectHost& host : domain::HostsOf(environment, {project})) hosts.push_back(host.host);
  return absl::StrJoin(hosts, ", ");
}

void SayArchived(const spec::EnvironmentSpec& environment, const spec::ProjectSpec& project,
                 v1::EditedProjects* out) {
  spec::ProjectSpec archived = project;
  archived.state = spec::ProjectSpec::State::kArchived;
  const std::string left = Hosts(environment, archived);
  out->add_loses("its syncs and imports of affiliations: its cron jobs rest");
  if (left != Hosts(environment, project))
    out->add_loses(absl::StrCat("its hosts", left.empty() ? "" : absl::StrCat(" but ", left)));
  out->add_keeps(absl::StrCat("its database ", project.database));
  out->add_keeps(absl::StrCat("its disk, ", project.disk, " with its git repositories"));
  if (!left.empty()) out->add_keeps(absl::StrCat("its pages at ", left));
}

// Open ones of the project, the older first.
absl::StatusOr<std::vector<jobs::Job>> OpenJobs(jobs::Store& store, const v1::DropProjectRequest& request,
                                                const char* kind) {
  ASSIGN_OR_RETURN(std::vector<jobs::Job> open,
                   store.List({.environment = request.environment(),
                               .project = request.project(),
                               .kind = kind,
                               .states = {jobs::JobState::kQueued, jobs::JobState::kRunning}}));
  std::reverse(open.begin(), open.end());
  return open;
}

absl::StatusOr<Json> BackupOptions(const std::string& database) {
  const auto kind = jobs::FindKind(kBackupKind);
  if (!kind.ok())
    return Hint(absl::FailedPreconditionError("this coordinator knows no job that dumps one project"),
                "--no-backup drops it without");
  Json options = Json::object();
  if (jobs::FindOption(**kind, "database").ok()) options["database"] = database;
  RETURN_IF_ERROR(jobs::Check(**kind, options), kBackupKind);
  return options;
}

}  // namespace

std::string ProjectChanges::Target(const v1::DropProjectRequest& request) {
  if (!Environments::IsName(request.environment()) || !Environments::IsName(request.project()))
    return "(not a name)";
  return absl::StrCat(request.environment(), "/", request.project(),
                      request.no_backup() ? " (no backup)" : "");
}

absl::StatusOr<std::string> ProjectChanges::DatabaseIn(const spec::EnvironmentSpec& environment,
                                                       const std::string& name) const {
  ASSIGN_OR_RETURN(const auto leader, p_.reach(environment).leader());
  ASSIGN_OR_RETURN(const auto databases, postgres::ListDatabases(*leader), "databases");
  for (const postgres::DatabaseInfo& database : databases)
    if (database.name == name) return absl::StrCat("its database ", name, ", ", Size(database.bytes));
  return std::string();
}

void ProjectChanges::SayLosses(const Edit& request, const spec::EnvironmentSpec& environment,
                               const spec::ProjectSpec& project, v1::EditedProjects* out) const {
  const auto live = p_.environment(request.environment());
  const absl::StatusOr<std::string> database =
      live.ok() ? DatabaseIn(live->environment, project.database) : live.status();
  if (!database.ok())
    out->add_loses(absl::StrCat("its database ", project.database,
                                ", which could not be looked at: ", database.status().message()));
  else if (!database->empty())
    out->add_loses(*database);
  const std::string claim = absl::StrCat(kClaims, project.name);
  out->set_claim(absl::StrCat(environment.namespace_, "/", claim));
  out->add_loses(absl::StrCat("its disk: claim ", claim, ", ", project.disk, " with its git repositories"));
  const std::string hosts = Hosts(environment, project);
  if (!hosts.empty()) out->add_loses(absl::StrCat("its pages at ", hosts));
}

absl::StatusOr<v1::EditedProjects> ProjectChanges::DoEditProjects(const Edit& request) {
  ASSIGN_OR_RETURN(const spec::ProjectEdit edit, EditOf(request, p_.read));
  v1::EditedProjects out;
  out.set_spec(edit.text);
  for (const std::string& note : edit.notes) out.add_notes(note);
  if (request.action() == Edit::ARCHIVE) SayArchived(edit.environment, edit.projects[0], &out);
  if (request.action() == Edit::REMOVE) SayLosses(request, edit.environment, edit.projects[0], &out);
  return out;
}

absl::StatusOr<v1::ProjectDifferences> ProjectChanges::DoCompareProjects(
    const v1::CompareProjectsRequest& request) {
  ASSIGN_OR_RETURN(const jobs::Job job, p_.jobs->Get(request.job()));
  if (job.kind != jobs::kImageProjectsKind || job.environment != request.environment() ||
      job.state != jobs::JobState::kSucceeded)
    return absl::FailedPreconditionError(absl::StrCat(
        job.id, " is no successful job ", jobs::kImageProjectsKind, " of ", request.environment()));
  ASSIGN_OR_RETURN(const std::string log, p_.jobs->Log(job.id));
  ASSIGN_OR_RETURN(const auto image, domain::ParseImageProjects(log), job.id);
  Edit edit;
  edit.set_action(Edit::ADD);
  edit.set_spec(request.spec());
  edit.set_file(request.file());
  edit.set_environment(request.environment());
  *edit.mutable_names() = request.names();
  ASSIGN_OR_RETURN(const spec::ProjectEdit named, EditOf(edit, p_.read));
  v1::ProjectDifferences out;
  out.set_known(static_cast<uint32_t>(image.size()));
  for (const domain::ImageDifference& difference : domain::CompareWithImage(named.projects, image)) {
    v1::ProjectDifference* one = out.add_differences();
    one->set_project(difference.project);
    one->set_text(difference.text);
    one->set_missing(difference.missing);
  }
  return out;
}

absl::StatusOr<v1::JobList> ProjectChanges::DoDropProject(const v1::DropProjectRequest& request,
                                                          const std::string& actor) {
  const std::string& name = request.project();
  if (!Environments::IsName(request.environment()) || !Environments::IsName(name))
    return absl::InvalidArgumentError("environment and project are lower-case names");
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, p_.environment(request.environment()));
  ASSIGN_OR_RETURN(const spec::ProjectSpec project, domain::ProjectToDrop(live, name));
  if (request.confirm() != name)
    return Hint(
        absl::FailedPreconditionError(absl::StrCat("database ", project.database, " would be dropped")),
        absl::StrCat("--confirm ", name, " if ", name, " is what you mean"));
  v1::JobList list;
  const auto add = [&](const jobs::Job& job) { *list.add_jobs() = ToProto(job); };
  ASSIGN_OR_RETURN(const auto open, OpenJobs(*p_.jobs, request, jobs::kDropKind));
  if (!open.empty()) {
    if (!open[0].after.empty()) {
      ASSIGN_OR_RETURN(const jobs::Job before, p_.jobs->Get(open[0].after));
      add(before);
    }
    add(open[0]);
    return list;
  }
  ASSIGN_OR_RETURN(const std::string database, DatabaseIn(live.environment, project.database));
  if (database.empty()) return list;
  ASSIGN_OR_RETURN(const auto crons, domain::ListCrons(*p_.kube, live.environment.namespace_), "cron jobs");
  for (const domain::Cron& cron : crons)
    if (cron.project == name)
      return Hint(absl::FailedPreconditionError(
                      absl::StrCat("cron job ", cron.name, " still works on ", project.database)),
                  "an apply of cluster.yaml takes it away");
  std::string after;
  if (!request.no_backup()) {
    ASSIGN_OR_RETURN(const Json options, BackupOptions(project.database));
    ASSIGN_OR_RETURN(auto backups, OpenJobs(*p_.jobs, request, kBackupKind));
    if (backups.empty()) {
      ASSIGN_OR_RETURN(jobs::Job backup, p_.jobs->Add({.environment = request.environment(),
                                                       .project = name,
                                                       .kind = kBackupKind,
                                                       .options = options,
                                                       .actor = actor,
                                                       .weight = domain::WeightOf(project)}));
      backups.push_back(std::move(backup));
    }
    after = backups.back().id;
    add(backups.back());
  }
  ASSIGN_OR_RETURN(const jobs::Job drop, p_.jobs->Add({.environment = request.environment(),
                                                       .project = name,
                                                       .kind = jobs::kDropKind,
                                                       .actor = actor,
                                                       .weight = domain::WeightOf(project),
                                                       .after = after}));
  add(drop);
  return list;
}

}  // namespace devstats::coordinator
