// What .Capabilities tells a chart about the cluster.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

struct Capabilities {
  std::string kube_version, kube_major, kube_minor;  // "v1.36.0", "1", "36"
  std::vector<std::string> api_versions;             // "v1", "apps/v1", "apps/v1/Deployment"

  // Helm's without a cluster.
  static Capabilities Default();
  // A *chartutil.Capabilities: KubeVersion, APIVersions, HelmVersion.
  Value ToValue() const;
};

// --kube-version: "1.31" -> v1.31, 1, 31; a suffix is dropped. "invalid kube version 'x': could not parse "x"
// as version".
absl::Status SetKubeVersion(absl::string_view text, Capabilities& capabilities);

}  // namespace devstats::chart
