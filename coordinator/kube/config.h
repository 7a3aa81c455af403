// Where the API server is and with which credentials we go there, as a kubeconfig file says it.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"

namespace devstats::kube {

struct ClusterAccess {
  std::string server;  // "https://10.0.0.1:6443", without a slash at its end
  std::string ca_pem;
  std::string client_cert_pem;
  Secret client_key_pem;
};

// The current context of a kubeconfig file: its cluster and its user, with data in the file or in files
// beside it (relative to its folder). NotFound when there is no file; InvalidArgument says what is missing or
// not supported: only client certificates are, and a server's certificate is always checked.
absl::StatusOr<ClusterAccess> ReadKubeconfig(const std::string& path);
// The same of a text; `path` is for messages and relative files.
absl::StatusOr<ClusterAccess> ParseKubeconfig(absl::string_view text, const std::string& path);

}  // namespace devstats::kube
