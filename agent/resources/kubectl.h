// The API server from the control plane's own box, by kubectl with admin.conf, which stays where kubeadm put
// it. Raw requests only: no discovery, no cache on the box, the API's own words in errors.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "common/digest.h"

namespace devstats::agent {

class Kubectl {
 public:
  static constexpr char kProgram[] = "/usr/bin/kubectl";
  static constexpr char kAdminConfig[] = "/etc/kubernetes/admin.conf";

  explicit Kubectl(Host* host) : host_(host) {}  // not owned

  // `path` is of the API: "/readyz", "/api/v1/nodes/n". NotFound, AlreadyExists, PermissionDenied and
  // FailedPrecondition (a conflict, an object refused) as the API says; Unavailable when it does not answer
  // within ten seconds.
  absl::StatusOr<std::string> Get(const std::string& path) const;
  absl::StatusOr<Json> GetObject(const std::string& path) const;
  absl::Status Create(const std::string& collection, const Json& object) const;
  absl::Status Replace(const std::string& path, const Json& object) const;
  absl::Status Delete(const std::string& path) const;

 private:
  absl::StatusOr<std::string> Call(const std::string& verb, const std::string& path, const Json& body) const;
  Host* const host_;
};

// "https://10.0.0.1:6443": the server of the one cluster in a kubeconfig's text. `path` is for messages.
absl::StatusOr<std::string> ServerOf(const std::string& kubeconfig, const std::string& path);

}  // namespace devstats::agent
