#include "coordinator/devstats/job_work.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/addons/location.h"
#include "coordinator/addons/values.h"
#include "coordinator/devstats/access.h"
#include "coordinator/devstats/jobs/chart_work.h"
#include "coordinator/devstats/jobs/pod.h"
#include "coordinator/devstats/postgres/flags.h"
#include "coordinator/devstats/values.h"
#include "coordinator/release/engine/rendering.h"

namespace devstats::domain {
namespace {

class Work {
 public:
  explicit Work(JobWorkParts parts) : p_(std::move(parts)) {}

  absl::StatusOr<Json> Values(const jobs::Job& job) const {
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    Derived derived;
    if (job.project.empty()) return ValuesOf(live.environment, derived, {Part::kBootstrap});
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
    derived.projects = {project};
    derived.schedules = SchedulesOf(live.environment, derived.projects);
    return ValuesOf(live.environment, derived, {Part::kProvisions});
  }

  absl::StatusOr<std::vector<Json>> Render(const jobs::Job& job, const Json& values) const {
    const chart::Limits& limits = p_.engine.environment->limits();
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    ASSIGN_OR_RETURN(const addons::LoadedChart loaded,
                     addons::LoadChart({.reference = p_.chart}, p_.sources, limits));
    release::RenderingInput input{.chart = loaded.chart,
                                  .release = {.name = job.id, .name_space = live.environment.namespace_}};
    ASSIGN_OR_RETURN(input.values, addons::ToChart(values, limits));
    std::vector<std::string> warnings;
    ASSIGN_OR_RETURN(const release::RenderedRelease rendered,
                     release::RenderRelease(input, p_.engine, &warnings));
    return kube::ParseManifest(rendered.manifest, p_.chart);
  }

  // A flag whose owner is gone is taken away: with the list of pods that could be it, and are not there.
  absl::StatusOr<std::string> Locks(const jobs::Job& job) const {
    if (job.project.empty()) return std::string();
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
    EnvironmentAccess access(live.environment, p_.sealed, p_.engine.client);
    ASSIGN_OR_RETURN(const auto leader, access.Leader());
    std::vector<std::string> held;
    const std::pair<std::string, const char*> asked[] = {{project.database, postgres::kRunning},
                                                         {postgres::kLogsDatabase, postgres::kGiantLock}};
    for (const auto& [database, name] : asked) {
      const auto flags = postgres::ReadFlags(*leader, database);
      if (absl::IsNotFound(flags.status())) continue;  // it is the job that will make it
      RETURN_IF_ERROR(flags.status(), database);
      const postgres::Flag* flag = postgres::Find(*flags, name);
      if (!flag) continue;
      ASSIGN_OR_RETURN(const auto pods,
                       PodsThatMayHold(live.environment, name == postgres::kRunning ? project.name : ""));
      const auto proof = postgres::Unheld::Proven(*flag, pods);
      if (!proof.ok()) {
        held.push_back(absl::StrCat(Describe(*flag), " (", absl::StrJoin(pods, ", "), ")"));
        continue;
      }
      RETURN_IF_ERROR(postgres::Clear(*leader, *proof), Describe(*flag));
    }
    return absl::StrJoin(held, "; ");
  }

  absl::Status Judge(const jobs::Job& job, const std::string& phase) const {
    ASSIGN_OR_RETURN(const LiveEnvironment live, p_.environment(job.environment));
    EnvironmentAccess access(live.environment, p_.sealed, p_.engine.client);
    ASSIGN_OR_RETURN(const auto leader, access.Leader());
    if (phase != "Succeeded")
      return absl::FailedPreconditionError(phase.empty() ? "its pod is gone"
                                                         : absl::StrCat("its pod has ", phase));
    if (job.project.empty()) return postgres::ReadFlags(*leader, postgres::kLogsDatabase).status();
    ASSIGN_OR_RETURN(const spec::ProjectSpec project, ProjectOf(job, live));
    ASSIGN_OR_RETURN(const auto flags, postgres::ReadFlags(*leader, project.database), project.database);
    if (IsProvisioned(flags)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("its pod ended well, but ", project.database, " is not marked as provisioned"));
  }

 private:
  static absl::StatusOr<spec::ProjectSpec> ProjectOf(const jobs::Job& job, const LiveEnvironment& live) {
    const auto it =
        std::find_if(live.projects.begin(), live.projects.end(),
                     [&](const spec::ProjectSpec& project) { return project.name == job.project; });
    if (it != live.projects.end()) return *it;
    return absl::NotFoundError(
        absl::StrCat("environment ", job.environment, " has no project ", job.project));
  }

  // Those that are there and have not ended: of the project, or of any.
  absl::StatusOr<std::vector<std::string>> PodsThatMayHold(const spec::EnvironmentSpec& environment,
                                                           const std::string& project) const {
    const std::string types = "name=devstats,type in (sync,affiliations,provision,boot,backups-sync)";
    ASSIGN_OR_RETURN(
        const kube::ObjectList pods,
        p_.engine.client->List(
            {.api_version = "v1",
             .kind = "Pod",
             .namespace_ = environment.namespace_,
             .label_selector = project.empty() ? types : absl::StrCat(types, ",proj=", project)}));
    std::vector<std::string> names;
    for (const Json& pod : pods.items) {
      const std::string phase = kube::TextAt(pod, {"status", "phase"});
      if (phase != "Succeeded" && phase != "Failed") names.push_back(kube::TextAt(pod, {"metadata", "name"}));
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

std::unique_ptr<jobs::JobWork> NewJobWork(JobWorkParts parts) {
  auto work = std::make_shared<Work>(std::move(parts));
  return std::make_unique<jobs::ChartWork>(jobs::ChartWorkParts{
      .values = [work](const jobs::Job& job) { return work->Values(job); },
      .render = [work](const jobs::Job& job, const Json& values) { return work->Render(job, values); },
      .locks = [work](const jobs::Job& job) { return work->Locks(job); },
      .judge = [work](const jobs::Job& job, const std::string& phase) { return work->Judge(job, phase); }});
}

}  // namespace devstats::domain
