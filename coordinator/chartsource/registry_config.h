// Who we are to which registry: the file that `helm registry login` and `docker login` write
// ({"auths": {"HOST": {"auth": base64(user:password)}}}).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"

namespace devstats::chartsource {

struct RegistryCredential {
  std::string user;
  Secret password;
  Secret identity_token;  // to be changed for an access token
  Secret registry_token;  // is an access token
  bool empty() const {
    return user.empty() && password.empty() && identity_token.empty() && registry_token.empty();
  }
};

class RegistryConfig {
 public:
  // Of these files the first that knows a registry counts. An absent or empty file is one without entries;
  // InvalidArgument for one that is no such JSON.
  static absl::StatusOr<RegistryConfig> Load(const std::vector<std::string>& paths);

  // For "host[:port]"; empty if there is none. Docker Hub's is kept as https://index.docker.io/v1/.
  RegistryCredential Find(absl::string_view registry) const;
  // Whether the file leaves this registry to a helper program (credHelpers, credsStore), which is not asked.
  bool LeftToHelper(absl::string_view registry) const;

 private:
  struct File {
    std::map<std::string, RegistryCredential> auths;
    std::map<std::string, std::string> helpers;
    bool store = false;
  };
  absl::Status Read(const std::string& path, File* file) const;

  std::vector<File> files_;
};

}  // namespace devstats::chartsource
