// The data that all Grafanas of an environment share, on the volume of backups (/root/grafana there). The
// images of static pages carry it: started with REINIT_SHARED_GRAFANA, they replace what is on the volume by
// it, and serve pages after that.
#pragma once
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

inline constexpr char kRefreshPod[] = "devstats-grafana-refresh";

struct RefreshOptions {
  absl::Duration patience = absl::Minutes(15);  // to copy it, the image's pull included
  std::function<bool()> go_on = [] { return true; };
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
};

// Replaces the data by those in the image of the static pages of `domain` ("prod"), in a pod of its own like
// those of devstats-static-DOMAIN, and takes the pod away, whatever became of it. Cut and called again, it
// begins anew. NotFound without such pages; what the pod failed of otherwise.
absl::Status RefreshGrafanaData(kube::KubeClient& client, const std::string& name_space,
                                const std::string& domain, const RefreshOptions& options);

// The pod, made of the deployment's. Pure.
Json RefreshPodOf(const Json& deployment);

}  // namespace devstats::domain
