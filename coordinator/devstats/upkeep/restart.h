// Restarting deployments as `kubectl rollout restart` does it: an annotation on the pods' template, under a
// field manager of its own, so that no apply of the release takes it back and no drift is told of it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

inline constexpr char kRestartManager[] = "devstats-restart";
inline constexpr char kRestartedAt[] = "kubectl.kubernetes.io/restartedAt";

struct RestartOptions {
  size_t parallel = 1;                          // so many are away at a time
  bool absent_too = false;                      // one that is not there is passed over
  absl::Duration patience = absl::Minutes(10);  // for each to be ready
  const Clock* clock = &SystemClock();
  std::function<bool()> go_on = [] { return true; };
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
};

// One after another, each until its new pods are ready; the first that does not come up ends it, and the
// others stay as they are. NotFound when one is not there, unless that is allowed: then nothing is restarted.
absl::Status RestartDeployments(kube::KubeClient& client, const std::string& name_space,
                                const std::vector<std::string>& names, const RestartOptions& options);

}  // namespace devstats::domain
