// The Grafanas of environments by call: restarted a few at a time, and the data that they share replaced;
// without gRPC.
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/kube/client.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

struct EnvironmentGrafanasParts {
  domain::EnvironmentFinder environment;
  kube::KubeClient* kube = nullptr;  // not owned
  const Clock* clock = &SystemClock();
  absl::Duration patience = absl::Minutes(10);  // for each
};

class EnvironmentGrafanas {
 public:
  explicit EnvironmentGrafanas(EnvironmentGrafanasParts parts) : p_(std::move(parts)) {}

  static std::string Target(const v1::RestartGrafanasRequest& request);  // for the audit trail

  // Stops at the first that does not come up. `gone` stops between two.
  absl::Status DoRestart(const v1::RestartGrafanasRequest& request, const std::function<bool()>& gone,
                         const std::function<void(absl::string_view)>& progress);

 private:
  const EnvironmentGrafanasParts p_;
};

}  // namespace devstats::coordinator
