#include "coordinator/devstats/units/grafana_data_unit.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/health/finding.h"

namespace devstats::domain {
namespace {

using Reasons = std::vector<std::string>;

constexpr char kFolder[] = "/backups/grafana/";  // as the pages' server has it
// What the Grafana image runs from there when it starts.
constexpr const char* kScripts[] = {"shared/grafana_start.sh", "shared/grafana_health_check.sh",
                                    "shared/expose_grafana_db.sh"};

// A pod of the static pages that serves; empty: none does.
absl::StatusOr<std::string> ServingPod(kube::KubeClient& client, const std::string& name_space) {
  ASSIGN_OR_RETURN(const kube::ObjectList pods,
                   client.List({.api_version = "v1",
                                .kind = "Pod",
                                .namespace_ = name_space,
                                .label_selector = "name=devstats,type=static"}),
                   "pods of static pages");
  for (const Json& pod : pods.items)
    if (kube::ConditionOf(pod, "Ready") == "True") return kube::TextAt(pod, {"metadata", "name"});
  return std::string();
}

}  // namespace

GrafanaDataWanted WantedGrafanaData(std::string id, const spec::EnvironmentSpec& environment,
                                    const std::vector<spec::ProjectSpec>& projects) {
  GrafanaDataWanted wanted{.id = std::move(id), .name_space = environment.namespace_};
  for (const spec::ProjectSpec& project : projects)
    if (project.state == spec::ProjectSpec::State::kActive) wanted.projects.push_back(project.name);
  return wanted;
}

absl::StatusOr<Reasons> MissingGrafanaData(kube::KubeClient& client, const GrafanaDataWanted& wanted) {
  ASSIGN_OR_RETURN(const std::string pod, ServingPod(client, wanted.name_space));
  if (pod.empty()) return Reasons{"no pod of the static pages serves yet"};
  auto get = [&](const std::string& path) {
    return client.PodProxy(
        {.namespace_ = wanted.name_space, .pod = pod, .port = 80, .path = absl::StrCat(kFolder, path)});
  };
  Reasons reasons;
  for (const char* script : kScripts) {
    ASSIGN_OR_RETURN(const kube::ProxyAnswer answer, get(script), pod);
    if (answer.code != 200)
      reasons.push_back(
          absl::StrCat("grafana/", script, " is not on the volume of backups (", answer.code, ")"));
  }
  if (!reasons.empty()) return reasons;
  ASSIGN_OR_RETURN(const kube::ProxyAnswer list, get("dashboards/"), pod);
  if (list.code != 200)
    return Reasons{absl::StrCat("grafana/dashboards is not on the volume of backups (", list.code, ")")};
  std::vector<std::string> lacking;
  for (const std::string& project : wanted.projects)
    if (!absl::StrContains(list.body, absl::StrCat("\"", project, "/\""))) lacking.push_back(project);
  if (!lacking.empty())
    reasons.push_back(
        absl::StrCat("grafana/dashboards is older than the projects: it has none for ", Some(lacking)));
  return reasons;
}

Json GrafanaDataUnit::Inputs() const {
  return {{"namespace", wanted_.name_space}, {"projects", wanted_.projects}};
}

std::string GrafanaDataUnit::Advice() const {
  return "devstatsctl grafana refresh puts there what the image of the static pages carries; without one "
         "that "
         "does, unpack devstats-grafana.tar into the folder grafana of that volume. Then go on with the "
         "operation. If the image of Grafana has the data in it, say so in cluster.yaml: grafanaData: image";
}

}  // namespace devstats::domain
