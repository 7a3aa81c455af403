#include "coordinator/release/engine/cluster_capabilities.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::release {

absl::StatusOr<chart::Capabilities> ClusterCapabilities(kube::KubeClient& client) {
  ASSIGN_OR_RETURN(const std::string version, client.Version(), "version of the API server");
  ASSIGN_OR_RETURN(const std::vector<kube::ApiResource> kinds, client.Kinds(), "kinds of the API server");
  chart::Capabilities out;
  RETURN_IF_ERROR(chart::SetKubeVersion(version, out), "version of the API server");
  out.kube_version = version;  // with its suffix, as the server gives it
  std::set<std::string> served;
  for (const kube::ApiResource& resource : kinds) {
    served.insert(resource.api_version);
    served.insert(absl::StrCat(resource.api_version, "/", resource.kind));
  }
  out.api_versions.assign(served.begin(), served.end());
  return out;
}

}  // namespace devstats::release
