#include "coordinator/devstats/jobs/chart_work.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/kube/object.h"

namespace devstats::jobs {
namespace {

using kube::TextAt;

// Until its node has the image.
constexpr absl::Duration kStartAtMost = absl::Minutes(15);
// Nothing in it waits to be told of the end.
constexpr int kGraceSeconds = 5;

bool HasCron(PodKind pod) {
  return pod == PodKind::kVacuum || pod == PodKind::kSync || pod == PodKind::kBackups;
}

// Whether it is the pod that the job's kind and project ask for.
bool IsOf(const Json& pod, const Job& job, const KindSpec& kind) {
  if (kind.pod == PodKind::kBackups) return TextAt(pod, {"metadata", "labels", "type"}) == "backups-sync";
  return TextAt(pod, {"metadata", "labels", "proj"}) ==
         (kind.pod == PodKind::kBootstrap ? "bootstrap" : job.project);
}

// The pod that a cron job would make.
Json PodOfCron(const Json& cron) {
  const Json& pod = kube::At(cron, {"spec", "jobTemplate", "spec", "template"});
  Json metadata = {{"namespace", TextAt(cron, {"metadata", "namespace"})},
                   {"labels", kube::At(pod, {"metadata", "labels"})}};
  return {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", metadata}, {"spec", kube::At(pod, {"spec"})}};
}

// Over what its first container has by these names.
void SetEnvironment(const std::map<std::string, std::string>& variables, Json* pod) {
  if (variables.empty()) return;
  Json& container = (*pod)["spec"]["containers"][0];
  Json kept = Json::array();
  for (const Json& one : container.value("env", Json::array()))
    if (!variables.contains(TextAt(one, {"name"}))) kept.push_back(one);
  for (const auto& [name, value] : variables) kept.push_back({{"name", name}, {"value", value}});
  container["env"] = std::move(kept);
}

void TakeSecretsAway(Json* pod) {
  for (Json& container : (*pod)["spec"]["containers"]) {
    Json kept = Json::array();
    for (const Json& one : container.value("env", Json::array()))
      if (!one.contains("valueFrom")) kept.push_back(one);
    container["env"] = std::move(kept);
  }
}

absl::Status Unfit(const std::vector<Json>& objects) {
  std::vector<std::string> names;
  for (const Json& object : objects)
    if (names.size() < 5)
      names.push_back(absl::StrCat(TextAt(object, {"kind"}), " ", TextAt(object, {"metadata", "name"})));
  return absl::InternalError(
      absl::StrCat("the chart should make one pod of the project, and makes ", objects.size(),
                   objects.size() == 1 ? " object: " : " objects: ", absl::StrJoin(names, ", ")));
}

}  // namespace

absl::StatusOr<Json> ChartWork::PodOf(const Job& job) {
  ASSIGN_OR_RETURN(const KindSpec* kind, FindKind(job.kind));
  ASSIGN_OR_RETURN(const Json options, ValuesOf(job.kind, job.options));
  ASSIGN_OR_RETURN(Json values, parts_.values(job), "values");
  for (const auto& [key, value] : options.items()) values[key] = value;
  ASSIGN_OR_RETURN(std::vector<Json> objects, parts_.render(job, values), "chart");
  if (objects.size() != 1) return Unfit(objects);
  const bool cron = HasCron(kind->pod) && TextAt(objects[0], {"kind"}) == "CronJob";
  Json pod = cron ? PodOfCron(objects[0]) : std::move(objects[0]);
  if (TextAt(pod, {"kind"}) != "Pod" || !IsOf(pod, job, *kind)) return Unfit({pod});
  SetEnvironment(EnvironmentOf(*kind, job.options), &pod);
  ASSIGN_OR_RETURN(const auto variables, parts_.variables(job));
  SetEnvironment(variables, &pod);
  if (kind->without_secrets) TakeSecretsAway(&pod);
  // With a script of ours it is no bootstrap, whoever looks for one.
  if (kind->pod == PodKind::kBootstrap && !kind->script.empty())
    pod["metadata"]["labels"]["proj"] = job.project.empty() ? job.kind : job.project;
  if (kind->sleeps) {
    pod["spec"]["activeDeadlineSeconds"] = absl::ToInt64Seconds(LifeOf(job.options) + kStartAtMost);
    pod["spec"]["terminationGracePeriodSeconds"] = kGraceSeconds;
  }
  return pod;
}

}  // namespace devstats::jobs
