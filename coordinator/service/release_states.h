// How the objects of a release stand in the cluster.
#pragma once
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/record/release.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

// One for each object of the manifest, in its order. Kinds that the server no longer has are "missing".
absl::StatusOr<std::vector<v1::ReleaseObjectState>> StatesOf(const release::Release& release,
                                                             kube::KubeClient& client);

}  // namespace devstats::coordinator
