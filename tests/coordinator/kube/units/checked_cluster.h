// A cluster of some nodes whose controllers do what network checks wait for.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "coordinator/kube/units/network_check.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::coordinator {

class CheckedCluster {
 public:
  explicit CheckedCluster(std::vector<std::string> nodes) : nodes_(std::move(nodes)) {
    kube.Seed({{"apiVersion", "v1"},
               {"kind", "Service"},
               {"metadata", {{"name", "kubernetes"}, {"namespace", "default"}}},
               {"spec", {{"clusterIP", "10.96.0.1"}}}});
    for (size_t i = 0; i < nodes_.size(); ++i) kube.Seed(Node(i));
    kube.Seed(Pod("kube-system", "kube-proxy-1", nodes_[0], "10.0.0.1"));
    kube.react = [this](const Json& object) { React(object); };
    kube.logs = [this](const kube::LogQuery& q) -> absl::StatusOr<std::string> {
      return logs.count(q.pod) ? logs[q.pod] : "ok 0\nok 1\nok 2\nok 3\n";
    };
  }
  NetworkCheckWanted Wanted() const {
    return {nodes_,
            "cluster.local",
            "busybox",
            {.deadline = absl::Milliseconds(200), .poll = absl::Milliseconds(1)}};
  }
  Json Node(size_t i) const {
    return {{"apiVersion", "v1"},
            {"kind", "Node"},
            {"metadata", {{"name", nodes_[i]}}},
            {"spec", {{"podCIDR", absl::StrCat("10.1.", i, ".0/24")}}},
            {"status",
             {{"capacity", {{"pods", "110"}}},
              {"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}}}};
  }
  static Json Pod(const std::string& space, const std::string& name, const std::string& node,
                  const std::string& ip) {
    return {{"apiVersion", "v1"},
            {"kind", "Pod"},
            {"metadata", {{"name", name}, {"namespace", space}}},
            {"spec", {{"nodeName", node}}},
            {"status",
             {{"phase", "Running"},
              {"podIP", ip},
              {"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}}}};
  }
  bool HasNamespace() { return kube.Get({"v1", "Namespace", "", kCheckNamespace}).ok(); }

  kube::FakeKube kube;
  std::map<std::string, std::string> logs;  // by pod; else all is reached
  std::string stuck;                        // a node on which no pod starts
  std::vector<std::string> checked;         // nodes from which it was tried

 private:
  void React(const Json& object) {
    const std::string kind = kube::TextAt(object, {"kind"});
    if (kind == "DaemonSet") {
      for (size_t i = 0; i < nodes_.size(); ++i) {
        Json pod = Pod(kCheckNamespace, "servers-" + nodes_[i], nodes_[i], absl::StrCat("10.1.", i, ".1"));
        pod["metadata"]["labels"] = object["spec"]["template"]["metadata"]["labels"];
        if (nodes_[i] == stuck) {
          const Json waiting{{"reason", "ErrImagePull"}, {"message", "no such image"}};
          pod["status"] = {{"phase", "Pending"},
                           {"containerStatuses", Json::array({{{"state", {{"waiting", waiting}}}}})}};
        }
        kube.Seed(std::move(pod));
      }
    }
    if (kind == "Pod") {
      checked.push_back(kube::TextAt(object, {"spec", "nodeName"}));
      Json ended = object;
      ended["status"] = {{"phase", "Succeeded"}};
      kube.Seed(std::move(ended));
    }
  }
  const std::vector<std::string> nodes_;
};

}  // namespace devstats::coordinator
