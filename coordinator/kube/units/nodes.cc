#include "coordinator/kube/units/nodes.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::coordinator {

absl::StatusOr<Json> GetNode(kube::KubeClient& client, const std::string& name) {
  auto node = client.Get({"v1", "Node", "", name});
  if (!absl::IsNotFound(node.status())) return node;
  return Hint(absl::FailedPreconditionError(absl::StrCat("node ", name, " has not joined the cluster")),
              absl::StrCat("on ", name, ": systemctl status kubelet"));
}

std::string WhyNotReady(const Json& node) {
  for (const Json& condition : kube::At(node, {"status", "conditions"})) {
    if (kube::TextAt(condition, {"type"}) != "Ready") continue;
    if (kube::TextAt(condition, {"status"}) == "True") return "";
    return absl::StrCat("is not ready: ", kube::TextAt(condition, {"message"}));
  }
  return "has not reported yet";
}

}  // namespace devstats::coordinator
