#include "coordinator/service/environment_grafanas.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/selection.h"
#include "coordinator/devstats/units/grafana_data_unit.h"
#include "coordinator/devstats/upkeep/grafana_data.h"
#include "coordinator/devstats/upkeep/restart.h"
#include "coordinator/service/environments.h"

namespace devstats::coordinator {
namespace {

constexpr uint32_t kMostAtATime = 50;

absl::StatusOr<std::vector<std::string>> DeploymentsOf(const domain::LiveEnvironment& live,
                                                       const v1::RestartGrafanasRequest& request) {
  if (request.projects_size() > kMostNames) return absl::InvalidArgumentError("too many names");
  domain::Selection selection{.names = {request.projects().begin(), request.projects().end()}, .all = true};
  ASSIGN_OR_RETURN(const auto projects, domain::Select(live.projects, selection));
  std::vector<std::string> names;
  for (const spec::ProjectSpec& project : projects)
    names.push_back(absl::StrCat("devstats-grafana-", project.name));
  return names;
}

// The pages whose image carries the data: those named as the environment, upstream's others do not.
absl::StatusOr<std::string> PagesWithData(const spec::EnvironmentSpec& environment) {
  if (environment.grafana_data == spec::GrafanaData::kInImage)
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat("the Grafanas of ", environment.name,
                                 " share no data: they have them in their image (grafanaData: image)")),
                absl::StrCat("devstatsctl env images rollout -e ", environment.name,
                             " grafana runs the newest image"));
  for (const spec::DomainSpec& domain : environment.domains)
    if (domain.name == environment.name) return domain.name;
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat("environment ", environment.name, " has no domain ", environment.name,
                               ": the image of its pages is what the shared data of Grafana comes in")),
              "without it, restart them: devstatsctl grafana restart");
}

// By those in the image of the pages; looked at afterwards, for an image may carry none.
absl::Status Refresh(const domain::LiveEnvironment& live, kube::KubeClient& client,
                     const domain::RefreshOptions& options) {
  ASSIGN_OR_RETURN(const std::string pages, PagesWithData(live.environment));
  RETURN_IF_ERROR(domain::RefreshGrafanaData(client, live.environment.namespace_, pages, options));
  ASSIGN_OR_RETURN(const std::vector<std::string> missing,
                   domain::MissingGrafanaData(
                       client, domain::WantedGrafanaData("grafana-data", live.environment, live.projects)));
  if (missing.empty()) return absl::OkStatus();
  return Hint(
      absl::FailedPreconditionError(absl::StrCat("the image of devstats-static-", pages,
                                                 " has not brought it: ", absl::StrJoin(missing, "; "),
                                                 "; no Grafana was restarted")),
      absl::StrCat("devstatsctl env images show -e ", live.environment.name,
                   " tells which image that is; or unpack devstats-grafana.tar into the folder grafana "
                   "of the volume of backups, then devstatsctl grafana restart"));
}

}  // namespace

std::string EnvironmentGrafanas::Target(const v1::RestartGrafanasRequest& request) {
  if (!Environments::IsName(request.environment())) return "(not a name)";
  return absl::StrCat(request.refresh() ? "refresh " : "restart ", request.environment());
}

absl::Status EnvironmentGrafanas::DoRestart(const v1::RestartGrafanasRequest& request,
                                            const std::function<bool()>& gone,
                                            const std::function<void(absl::string_view)>& progress) {
  if (!Environments::IsName(request.environment()))
    return absl::InvalidArgumentError("the environment is a lower-case name");
  if (request.parallel() > kMostAtATime)
    return absl::InvalidArgumentError(absl::StrCat("at most ", kMostAtATime, " at a time"));
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, p_.environment(request.environment()));
  ASSIGN_OR_RETURN(const std::vector<std::string> names, DeploymentsOf(live, request));
  const std::string& name_space = live.environment.namespace_;
  const auto go_on = [&gone] { return !gone(); };
  if (request.refresh()) {
    RETURN_IF_ERROR(Refresh(live, *p_.kube, {.go_on = go_on, .progress = progress}),
                    "shared data of the Grafanas");
  }
  return domain::RestartDeployments(*p_.kube, name_space, names,
                                    {.parallel = std::max<size_t>(1, request.parallel()),
                                     .absent_too = request.refresh(),  // at first there are none
                                     .patience = p_.patience,
                                     .clock = p_.clock,
                                     .go_on = go_on,
                                     .progress = progress});
}

}  // namespace devstats::coordinator
