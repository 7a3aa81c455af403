// Operating systems and version combinations that we support.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats::spec {

struct SupportedOs {
  std::string id, version;  // ID and VERSION_ID of os-release: "debian", "12"
  std::string name() const { return id + "-" + version; }
};
const std::vector<SupportedOs>& SupportedSystems();

// Kubernetes 1.MINOR, both ends included.
inline constexpr int kOldestKubernetes = 20;
inline constexpr int kNewestKubernetes = 36;
// MINOR of "1.MINOR.PATCH"; nothing for any other text.
std::optional<int> KubernetesMinor(absl::string_view version);
// From 1.36 on the kubelet speaks only with containerd 2 (Kubernetes 1.35: "Deprecation of containerd 1.x").
bool NeedsContainerd2(absl::string_view version);
// From 1.35 on the kubelet does not start on cgroup v1 (its setting failCgroupV1).
bool NeedsCgroup2(absl::string_view version);

}  // namespace devstats::spec
