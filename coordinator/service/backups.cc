#include "coordinator/service/backups.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/backups/work.h"
#include "coordinator/devstats/job_work.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/selection.h"
#include "coordinator/service/environments.h"
#include "coordinator/service/jobs.h"
#include "coordinator/service/translate.h"

namespace devstats::coordinator {
namespace {

using Request = v1::StartBackupsRequest;

constexpr uint32_t kMostDays = 36500, kMostKept = 1000;

v1::BackupFile ToProto(const backups::File& file, const std::string& project, const std::string& database) {
  v1::BackupFile out;
  out.set_name(file.name);
  out.set_project(project);
  out.set_database(database);
  out.set_bytes(static_cast<uint64_t>(file.bytes));
  out.set_modified_ms(absl::ToUnixMillis(file.modified));
  out.set_state(backups::NameOf(file.state));
  out.set_created_ms(Millis(file.created));
  out.set_reason(file.reason);
  return out;
}

v1::BackupRow ToProto(const backups::Row& row) {
  v1::BackupRow out;
  out.set_project(row.project);
  out.set_database(row.database);
  if (!row.project.empty()) out.set_project_state(spec::NameOf(row.state));
  for (const backups::File& file : row.dumps) *out.add_dumps() = ToProto(file, row.project, row.database);
  if (!row.events.empty()) *out.mutable_events() = ToProto(row.events.front(), row.project, row.database);
  return out;
}

absl::StatusOr<std::vector<spec::ProjectSpec>> Chosen(const domain::LiveEnvironment& live,
                                                      const Request& request, bool active) {
  if (request.names_size() > kMostNames) return absl::InvalidArgumentError("too many names");
  domain::Selection selection{.names = {request.names().begin(), request.names().end()}, .all = true};
  if (active && selection.names.empty()) selection.states = {spec::ProjectSpec::State::kActive};
  return domain::Select(live.projects, selection);
}

uint32_t CountBad(const backups::Report& report) {
  return static_cast<uint32_t>(
      std::count_if(report.files.begin(), report.files.end(),
                    [](const backups::File& file) { return file.state == backups::State::kBad; }));
}

// Of a report of some databases, only those.
bool IsTold(const backups::Row& row, bool whole) {
  return whole || !row.dumps.empty() || !row.events.empty();
}

}  // namespace

std::string Backups::Target(const Request& request) {
  if (!Environments::IsName(request.environment()) || !Request::Action_IsValid(request.action()))
    return "(not a name)";
  return absl::StrCat(Request::Action_Name(request.action()), " ", request.environment());
}

absl::StatusOr<domain::LiveEnvironment> Backups::Find(const std::string& name) const {
  if (!Environments::IsName(name)) return absl::InvalidArgumentError("the environment is a lower-case name");
  return p_.environment(name);
}

absl::StatusOr<jobs::Job> Backups::Queue(const jobs::Job& job) {
  ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(job.kind));
  RETURN_IF_ERROR(jobs::Check(*kind, job.options), job.kind);
  absl::StatusOr<jobs::Job> added = p_.store->Add(job);
  if (!absl::IsAlreadyExists(added.status())) return added;
  // Who asks the same before it has begun gets the same answer.
  ASSIGN_OR_RETURN(const std::vector<jobs::Job> queued,
                   p_.store->List({.environment = job.environment,
                                   .project = job.project,
                                   .kind = job.kind,
                                   .states = {jobs::JobState::kQueued}}));
  for (const jobs::Job& one : queued)
    if (one.options == job.options && one.project == job.project) return one;
  return added;
}

absl::StatusOr<std::vector<jobs::Job>> Backups::DumpsOf(const Request& request) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  ASSIGN_OR_RETURN(const auto projects, Chosen(live, request, true));
  std::vector<jobs::Job> dumps;
  for (const spec::ProjectSpec& project : projects) {
    jobs::Job job{.environment = request.environment(),
                  .project = project.name,
                  .kind = backups::kBackupKind,
                  .options = {{"database", project.database}},
                  .weight = domain::WeightOf(project)};
    if (request.keep_previous()) job.options["keep-previous"] = true;
    if (request.skip_events()) job.options["skip-events"] = true;
    dumps.push_back(std::move(job));
  }
  if (dumps.empty()) return absl::NotFoundError("there is no active project to back up");
  return dumps;
}

absl::StatusOr<jobs::Job> Backups::PruneOf(const Request& request) {
  if (request.prune().environment() != request.environment())
    return absl::InvalidArgumentError("the plan is of another environment");
  ASSIGN_OR_RETURN(const backups::Pruning pruning, Pruned(request.prune()));
  if (pruning.files.empty()) return absl::FailedPreconditionError("nothing is to be removed");
  if (pruning.digest != request.digest())
    return Hint(absl::FailedPreconditionError("what would be removed is no longer what was shown"),
                absl::StrCat("devstatsctl backup prune -e ", request.environment(), " shows it again"));
  if (request.confirm() != request.environment())
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat("this removes ", pruning.files.size(), " files; it was not confirmed")),
                absl::StrCat("--confirm ", request.environment(), " if that is the environment you mean"));
  return jobs::Job{.environment = request.environment(),
                   .kind = backups::kPruneKind,
                   .options = {{"files", backups::FilesOption(pruning)}}};
}

absl::StatusOr<std::vector<jobs::Job>> Backups::JobsFor(const Request& request) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  if (request.action() == Request::RUN) return DumpsOf(request);
  jobs::Job job{.environment = request.environment()};
  if (request.action() == Request::PRUNE) {
    ASSIGN_OR_RETURN(job, PruneOf(request));
  } else if (request.action() == Request::LIST) {
    job.kind = backups::kListKind;
  } else if (request.action() == Request::VERIFY) {
    job.kind = backups::kVerifyKind;
    if (request.whole()) job.options["whole"] = true;
    if (!request.names().empty()) {
      ASSIGN_OR_RETURN(const auto projects, Chosen(live, request, false));
      job.options["databases"] = absl::StrJoin(
          projects, ",", [](std::string* out, const spec::ProjectSpec& one) { out->append(one.database); });
    }
  } else {
    return absl::InvalidArgumentError("what is to be done with backups is not said");
  }
  return std::vector<jobs::Job>{std::move(job)};
}

absl::StatusOr<v1::JobList> Backups::DoStartBackups(const Request& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const std::vector<jobs::Job> wanted, JobsFor(request));
  v1::JobList list;
  for (jobs::Job job : wanted) {
    job.actor = actor;
    ASSIGN_OR_RETURN(const jobs::Job queued, Queue(std::move(job)),
                     absl::StrCat(list.jobs_size(), " of ", wanted.size(), " are queued"));
    *list.add_jobs() = ToProto(queued);
  }
  return list;
}

absl::StatusOr<v1::BackupList> Backups::DoListBackups(const v1::ListBackupsRequest& request) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  backups::Told told;
  if (request.job().empty()) {
    ASSIGN_OR_RETURN(auto newest, backups::NewestReport(p_.store, request.environment()));
    if (!newest)
      return Hint(absl::NotFoundError(
                      absl::StrCat("the backups of ", request.environment(), " have not been listed yet")),
                  absl::StrCat("devstatsctl backup list -e ", request.environment()));
    told = *std::move(newest);
  } else {
    if (!Jobs::IsId(request.job())) return absl::InvalidArgumentError("the job is no id of one");
    ASSIGN_OR_RETURN(told, backups::ReportOf(p_.store, request.environment(), request.job()));
  }
  v1::BackupList list;
  list.set_environment(request.environment());
  list.set_job(told.job.id);
  list.set_kind(told.job.kind);
  list.set_time_ms(absl::ToUnixMillis(told.report.begin));
  list.set_bad(CountBad(told.report));
  list.set_strange(static_cast<uint32_t>(told.report.strange));
  const bool whole = backups::IsWhole(told.job);
  const backups::Inventory inventory = backups::InventoryOf(told.report, live.projects);
  for (const backups::Row& row : inventory.rows) {
    if (IsTold(row, whole)) *list.add_rows() = ToProto(row);
    if (whole && row.state == spec::ProjectSpec::State::kActive && row.dumps.empty() && !row.project.empty())
      list.add_missing(row.project);
  }
  for (const backups::File& file : inventory.others) *list.add_others() = ToProto(file, "", "");
  for (const backups::Outcome& outcome : told.report.outcomes) {
    v1::BackupFile* out = list.add_outcomes();
    out->set_name(outcome.name);
    out->set_removed(outcome.removed);
    out->set_bytes(static_cast<uint64_t>(outcome.bytes));
    out->set_reason(outcome.reason);
  }
  return list;
}

absl::StatusOr<backups::Pruning> Backups::Pruned(const v1::PlanPruneRequest& request) {
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, Find(request.environment()));
  if (!Jobs::IsId(request.job())) return absl::InvalidArgumentError("the job is no id of one");
  if (request.keep_days() > kMostDays || request.keep_last() > kMostKept)
    return absl::InvalidArgumentError("so many backups are never to be kept");
  ASSIGN_OR_RETURN(const backups::Told told,
                   backups::ReportOf(p_.store, request.environment(), request.job()));
  if (told.job.kind != backups::kVerifyKind || !backups::IsWhole(told.job))
    return absl::FailedPreconditionError(
        absl::StrCat(request.job(), " has not read all files: which are good is not known"));
  return backups::Prune(backups::InventoryOf(told.report, live.projects),
                        {.days = static_cast<int>(request.keep_days()),
                         .last = static_cast<int>(request.keep_last()),
                         .orphans = request.orphans()},
                        told.report.begin);
}

absl::StatusOr<v1::PrunePlan> Backups::DoPlanPrune(const v1::PlanPruneRequest& request) {
  ASSIGN_OR_RETURN(const backups::Pruning pruning, Pruned(request));
  v1::PrunePlan plan;
  for (const backups::Candidate& one : pruning.files) {
    v1::BackupFile* out = plan.add_files();
    *out = ToProto(one.file, one.project, one.database);
    out->set_reason(one.reason);
  }
  plan.set_bytes(static_cast<uint64_t>(pruning.bytes));
  plan.set_kept(static_cast<uint32_t>(pruning.kept));
  plan.set_more(static_cast<uint32_t>(pruning.more));
  plan.set_digest(pruning.digest);
  return plan;
}

}  // namespace devstats::coordinator
