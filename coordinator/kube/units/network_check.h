// Whether pods reach what they must, tried from a pod on each node: pods on every other node, the API server
// by its service address, a service by its name. Makes namespace devstats-verify for it and removes it again.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/units/wait.h"

namespace devstats::coordinator {

struct NetworkCheckWanted {
  std::vector<std::string> nodes;
  std::string dns_domain;  // "cluster.local"
  std::string image;       // with a shell, and busybox's httpd and wget
  Patience patience;       // for each of: pods up, checks done, namespace gone
};

inline constexpr char kCheckNamespace[] = "devstats-verify";

// Pure parts of it.
struct CheckTarget {
  std::string what;  // for people: "pod on node-2"
  std::string url;
};
// Of one node's check: what each pod must reach. `peers`: address of the check's pod on each node.
std::vector<CheckTarget> TargetsOf(const std::string& node, const std::map<std::string, std::string>& peers,
                                   const std::string& api_address, const std::string& dns_domain);
// The namespace, the pods that answer (a DaemonSet), the service in front of them.
std::vector<Json> ServerObjects(const std::string& image);
// The pod on `node` that tries all targets and writes a line for each: "ok INDEX" or "failed INDEX WHY".
Json CheckerPod(const std::string& node, const std::string& image, const std::vector<CheckTarget>& targets);
// What of the targets failed, by a checker's log: "node-1: pod on node-2 (http://...): why". A target without
// a line has failed too.
std::vector<std::string> FailuresOf(const std::string& node, const std::vector<CheckTarget>& targets,
                                    absl::string_view log);

class NetworkCheck {
 public:
  // `client` is not owned.
  NetworkCheck(NetworkCheckWanted wanted, kube::KubeClient* client)
      : wanted_(std::move(wanted)), client_(client) {}
  // OK when all is reached. FailedPrecondition: what is not, from where, and why. Can be cut and run again.
  absl::Status Run(const std::function<void(absl::string_view)>& progress);

 private:
  using Progress = std::function<void(absl::string_view)>;
  absl::Status Clean(const Progress& progress);
  absl::StatusOr<std::map<std::string, std::string>> StartServers(const Progress& progress);
  absl::Status WaitForCheckers(const Progress& progress);
  absl::Status Check(const Progress& progress);
  const NetworkCheckWanted wanted_;
  kube::KubeClient* const client_;
};

}  // namespace devstats::coordinator
