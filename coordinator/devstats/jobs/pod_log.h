// What the containers of a pod have said, in the order in which they run: those that come before its own (a
// restore's dump is fetched and checked in one), then its own.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/kube/client.h"

namespace devstats::jobs {

// Its containers that have begun, as their log would be read: by name. Sidecars, which run beside it, are not
// among them. Of a pod of which no status is known yet: the first of its own. Pure.
std::vector<std::string> ContainersThatSpoke(const Json& pod);

// The last `lines` of them all together, without those of which the log is gone, or that have not begun.
// Empty when the pod has just gone.
absl::StatusOr<std::string> PodLog(kube::KubeClient& client, const Json& pod, int lines);

}  // namespace devstats::jobs
