#include "coordinator/devstats/job_work.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/backups/work.h"
#include "coordinator/devstats/drop.h"
#include "coordinator/devstats/job_evidence.h"
#include "coordinator/devstats/jobs/chart_work.h"
#include "coordinator/devstats/jobs/kind_scripts.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/jobs/pod.h"
#include "coordinator/devstats/postgres/flags.h"
#include "coordinator/devstats/render.h"
#include "coordinator/devstats/values.h"
#include "re2/re2.h"

namespace devstats::domain {
namespace {

// Types of pods that write to projects' databases.
constexpr const char* kWriters[] = {"sync", "affiliations", "provision", "boot", "backups-sync"};

class Work {
 public:
  explicit Work(JobWorkParts parts) : p_(std::move(parts)) {}

  absl::StatusOr<Json> Values(const jobs::Job& job) const {
    ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(job.kind));
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    Derived derived;
    RETURN_IF_ERROR(CheckReportsPod(*kind, live.environment));
    if (!job.project.empty()) {
      RETURN_IF_ERROR(CheckSource(job, live.environment));
      ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
      if (HasProject(kind->pod)) {
        derived.projects = {project};
        derived.schedules = SchedulesOf(live.environment, derived.projects);
      }
    }
    return ValuesOf(live.environment, derived, {PartOf(*kind)});
  }

  absl::StatusOr<std::vector<Json>> Render(const jobs::Job& job, const Json& values) const {
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    return RenderObjects(p_.chart, values, {job.id, live.environment.namespace_}, p_.sources, p_.engine);
  }

  // Which database is dropped is found out anew when its pod is made.
  absl::StatusOr<std::map<std::string, std::string>> Variables(const jobs::Job& job) const {
    std::map<std::string, std::string> variables;
    if (job.kind != jobs::kDropKind) return variables;
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectToDrop(live, job.project));
    variables[jobs::kDropVariable] = project.database;
    return variables;
  }

  absl::StatusOr<std::string> Locks(const jobs::Job& job) const {
    ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(job.kind));
    // Somebody may want to look why a lock is held.
    if (job.project.empty() || kind->sleeps) return std::string();
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    if (job.kind == jobs::kDropKind) {
      ASSIGN_OR_RETURN(const auto workers,
                       WorkersOf(*p_.engine.client, live.environment.namespace_, job.project));
      return workers.empty() ? "" : absl::StrCat(absl::StrJoin(workers, ", "), " still there");
    }
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
    // A sync never runs beside that of the cron; nothing at all beside what replaces the database.
    if (kind->pod == jobs::PodKind::kSync || !jobs::Destroys(*kind, job.options).empty()) {
      ASSIGN_OR_RETURN(const auto pods, PodsThatMayHold(live.environment, project.name));
      if (!pods.empty())
        return absl::StrCat("waits for what works on ", project.name, ": ", absl::StrJoin(pods, ", "));
    }
    EnvironmentAccess access(live.environment, p_.sealed, p_.engine.client, p_.connect);
    ASSIGN_OR_RETURN(const auto leader, access.Leader());
    return HeldFlags(job, live.environment, project, *leader);
  }

  absl::StatusOr<std::string> Before(const jobs::Job& job) const {
    ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(job.kind));
    if (kind->proof != jobs::Proof::kProvisioned) return std::string();
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
    EnvironmentAccess access(live.environment, p_.sealed, p_.engine.client, p_.connect);
    ASSIGN_OR_RETURN(const auto leader, access.Leader());
    return NewestHour(*leader, project.database);
  }

  absl::Status Judge(const jobs::Job& job, const std::string& phase) const {
    ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(job.kind));
    if (kind->proof == jobs::Proof::kReport) return JudgeReport(job, phase);
    RETURN_IF_ERROR(JudgePod(kind->proof, phase));
    if (kind->proof == jobs::Proof::kPod) return absl::OkStatus();
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    EnvironmentAccess access(live.environment, p_.sealed, p_.engine.client, p_.connect);
    ASSIGN_OR_RETURN(const auto leader, access.Leader());
    if (kind->proof == jobs::Proof::kBootstrap)
      return postgres::ReadFlags(*leader, postgres::kLogsDatabase).status();
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
    if (kind->proof == jobs::Proof::kDropped) return CheckDropped(*leader, project.database);
    return JudgeEvidence(kind->proof, job, phase, project, *leader, *p_.clock);
  }

 private:
  static Part PartOf(const jobs::KindSpec& kind) {
    switch (kind.pod) {
      case jobs::PodKind::kProvision:
        return Part::kProvisions;
      case jobs::PodKind::kBootstrap:
        return Part::kBootstrap;
      case jobs::PodKind::kSync:
        return Part::kCrons;
      case jobs::PodKind::kBackups:
        return Part::kBackups;
      case jobs::PodKind::kReports:
        return Part::kReports;
      case jobs::PodKind::kVacuum:
        return Part::kVacuum;
      case jobs::PodKind::kTests:
        break;
    }
    return Part::kTests;
  }

  // With `reports: true` there is a pod for that purpose already, for as long as cluster.yaml says so.
  static absl::Status CheckReportsPod(const jobs::KindSpec& kind, const spec::EnvironmentSpec& environment) {
    if (!environment.reports || !kind.sleeps || kind.pod != jobs::PodKind::kReports) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("environment ", environment.name, " has one all the time (reports: true): kubectl -n ",
                     environment.namespace_, " exec -it devstats-reports -- bash"));
  }

  // Whether the chart makes a pod of this kind for each project.
  static bool HasProject(jobs::PodKind pod) {
    return pod == jobs::PodKind::kProvision || pod == jobs::PodKind::kSync;
  }

  static absl::StatusOr<spec::ProjectSpec> ProjectOf(const jobs::Job& job, const LiveEnvironment& live) {
    if (job.kind == jobs::kDropKind) return ProjectToDrop(live, job.project);
    // What is no longer shown may still be dumped.
    const auto& projects =
        job.kind == backups::kBackupKind && !live.known.empty() ? live.known : live.projects;
    const auto it = std::find_if(projects.begin(), projects.end(), [&](const spec::ProjectSpec& project) {
      return project.name == job.project;
    });
    if (it != projects.end()) return *it;
    return absl::NotFoundError(
        absl::StrCat("environment ", job.environment, " has no project ", job.project));
  }

  // A dump from an own host is one from the cluster that it is to fill: once DNS leads here, that is empty.
  static absl::Status CheckSource(const jobs::Job& job, const spec::EnvironmentSpec& environment) {
    if (job.kind != "restore" || job.options.value("own-host", false)) return absl::OkStatus();
    const std::string url = job.options.value("from", environment.restore_from);
    if (!IsOwnHost(url, environment)) return absl::OkStatus();
    return Hint(absl::FailedPreconditionError(absl::StrCat(url, " is of environment ", environment.name,
                                                           " itself: it would be filled from itself")),
                "--from another URL; --own-host if that name does not lead to this cluster yet");
  }

  // A flag whose owner is gone is taken away: with the list of pods that could be it, and are not there.
  absl::StatusOr<std::string> HeldFlags(const jobs::Job& job, const spec::EnvironmentSpec& environment,
                                        const spec::ProjectSpec& project, postgres::Postgres& leader) const {
    std::vector<std::string> held;
    std::vector<std::pair<std::string, const char*>> asked = {
        {postgres::kLogsDatabase, postgres::kGiantLock}};
    // A dump is of one instant, whoever writes meanwhile.
    if (job.kind != backups::kBackupKind) asked.insert(asked.begin(), {project.database, postgres::kRunning});
    for (const auto& [database, name] : asked) {
      const auto flags = postgres::ReadFlags(leader, database);
      if (absl::IsNotFound(flags.status())) continue;  // it is the job that will make it
      RETURN_IF_ERROR(flags.status(), database);
      const postgres::Flag* flag = postgres::Find(*flags, name);
      if (!flag) continue;
      ASSIGN_OR_RETURN(const auto pods,
                       PodsThatMayHold(environment, name == postgres::kRunning ? project.name : ""));
      const auto proof = postgres::Unheld::Proven(*flag, pods);
      if (!proof.ok()) {
        held.push_back(absl::StrCat(Describe(*flag), " (", absl::StrJoin(pods, ", "), ")"));
        continue;
      }
      RETURN_IF_ERROR(postgres::Clear(leader, *proof), Describe(*flag));
    }
    return absl::StrJoin(held, "; ");
  }

  // By what it tells of the files; the pod is held until this is done.
  absl::Status JudgeReport(const jobs::Job& job, const std::string& phase) const {
    if (phase.empty()) return absl::FailedPreconditionError("its pod is gone");
    ASSIGN_OR_RETURN(const std::string log,
                     p_.engine.client->Logs({.namespace_ = job.namespace_, .pod = job.id}), "its log");
    return backups::Judge(job.kind, job.options, phase, log);
  }

  // Those that are there and have not ended: of the project, or of any.
  absl::StatusOr<std::vector<std::string>> PodsThatMayHold(const spec::EnvironmentSpec& environment,
                                                           const std::string& project) const {
    ASSIGN_OR_RETURN(const kube::ObjectList pods,
                     p_.engine.client->List(
                         {.api_version = "v1",
                          .kind = "Pod",
                          .namespace_ = environment.namespace_,
                          .label_selector = project.empty() ? "name=devstats"
                                                            : absl::StrCat("name=devstats,proj=", project)}));
    std::vector<std::string> names;
    for (const Json& pod : pods.items) {
      const std::string type = kube::TextAt(pod, {"metadata", "labels", "type"});
      const std::string phase = kube::TextAt(pod, {"status", "phase"});
      if (std::count(std::begin(kWriters), std::end(kWriters), type) > 0 && phase != "Succeeded" &&
          phase != "Failed")
        names.push_back(kube::TextAt(pod, {"metadata", "name"}));
    }
    return names;
  }

  const JobWorkParts p_;
};

}  // namespace

int WeightOf(const spec::ProjectSpec& project) {
  constexpr const char* kLargest[] = {"gha", "allprj"};  // by far
  return std::count(std::begin(kLargest), std::end(kLargest), project.database) > 0 ? 100 : 1;
}

bool IsOwnHost(const std::string& url, const spec::EnvironmentSpec& environment) {
  std::string host;
  if (!RE2::PartialMatch(absl::AsciiStrToLower(url), "^https?://([a-z0-9.-]+)", &host)) return false;
  absl::string_view name = absl::StripSuffix(host, ".");
  for (const spec::DomainSpec& domain : environment.domains)
    if (name == domain.host || absl::EndsWith(name, absl::StrCat(".", domain.host))) return true;
  return false;
}

std::unique_ptr<jobs::JobWork> NewJobWork(JobWorkParts parts) {
  auto work = std::make_shared<Work>(std::move(parts));
  return std::make_unique<jobs::ChartWork>(jobs::ChartWorkParts{
      .values = [work](const jobs::Job& job) { return work->Values(job); },
      .render = [work](const jobs::Job& job, const Json& values) { return work->Render(job, values); },
      .locks = [work](const jobs::Job& job) { return work->Locks(job); },
      .judge = [work](const jobs::Job& job, const std::string& phase) { return work->Judge(job, phase); },
      .before = [work](const jobs::Job& job) { return work->Before(job); },
      .variables = [work](const jobs::Job& job) { return work->Variables(job); }});
}

}  // namespace devstats::domain
