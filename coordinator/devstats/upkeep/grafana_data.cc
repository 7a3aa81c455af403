#include "coordinator/devstats/upkeep/grafana_data.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/wait/waiter.h"

namespace devstats::domain {
namespace {

release::WaitOptions WaitFor(const RefreshOptions& options) {
  release::WaitOptions wait{.deadline = absl::Now() + options.patience};
  wait.progress = options.progress;
  wait.go_on = options.go_on;
  return wait;
}

absl::Status Remove(kube::KubeClient& client, const kube::ObjectRef& pod, const RefreshOptions& options) {
  const absl::Status deleted = client.Delete(pod);
  if (absl::IsNotFound(deleted)) return absl::OkStatus();
  RETURN_IF_ERROR(deleted, pod.Text());
  release::WaitOptions wait = WaitFor(options);
  wait.go_on = [] { return true; };  // also for who no longer listens: it must not stay
  wait.deadline = absl::Now() + absl::Minutes(2);
  return release::WaitUntilGone({pod}, {}, client, wait);
}

}  // namespace

Json RefreshPodOf(const Json& deployment) {
  const Json& from = kube::At(deployment, {"spec", "template", "spec"});
  // Not the labels of the pages: no service may send anybody to it.
  Json pod{{"apiVersion", "v1"},
           {"kind", "Pod"},
           {"metadata",
            {{"name", kRefreshPod},
             {"namespace", kube::TextAt(deployment, {"metadata", "namespace"})},
             {"labels", {{"name", "devstats"}, {"type", "grafana-refresh"}}}}},
           {"spec", from}};
  pod["spec"]["restartPolicy"] = "Never";
  pod["spec"].erase("topologySpreadConstraints");
  for (Json& container : pod["spec"]["containers"]) {
    container.erase("livenessProbe");  // copying may take its time
    container["env"].push_back({{"name", "REINIT_SHARED_GRAFANA"}, {"value", "1"}});
  }
  return pod;
}

absl::Status RefreshGrafanaData(kube::KubeClient& client, const std::string& name_space,
                                const std::string& domain, const RefreshOptions& options) {
  const kube::ObjectRef pages{"apps/v1", "Deployment", name_space, absl::StrCat("devstats-static-", domain)};
  ASSIGN_OR_RETURN(const Json deployment, client.Get(pages), pages.Text());
  const kube::ObjectRef pod{"v1", "Pod", name_space, kRefreshPod};
  RETURN_IF_ERROR(Remove(client, pod, options));  // one that was cut has done half of it
  options.progress(
      absl::StrCat("replacing the shared data of the Grafanas by those in ",
                   kube::TextAt(deployment["spec"]["template"]["spec"]["containers"][0], {"image"})));
  RETURN_IF_ERROR(client.Create(RefreshPodOf(deployment)).status(), pod.Text());
  const absl::Status done = release::WaitUntilReady({pod}, client, WaitFor(options));
  const absl::Status removed = Remove(client, pod, options);
  return done.ok() ? removed : done;
}

}  // namespace devstats::domain
