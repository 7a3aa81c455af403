// Operating systems and version combinations that we support.
#pragma once
#include <string>
#include <vector>

namespace devstats::spec {

struct SupportedOs {
  std::string id, version;  // ID and VERSION_ID of os-release: "debian", "12"
  std::string name() const { return id + "-" + version; }
};
const std::vector<SupportedOs>& SupportedSystems();

// Kubernetes 1.MINOR, both ends included.
inline constexpr int kOldestKubernetes = 20;
inline constexpr int kNewestKubernetes = 36;
// From this minor on the kubelet speaks only with containerd 2.
inline constexpr int kNeedsContainerd2 = 36;

}  // namespace devstats::spec
