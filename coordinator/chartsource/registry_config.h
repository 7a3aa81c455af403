// Who we are to which registry: the file that `helm registry login` and `docker login` write
// ({"auths": {"HOST": {"auth": base64(user:password)}}}).
#pragma once
#include <functional>
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

// Asks a helper program for who we are to a server (docker-credential-NAME get); empty if it does not know.
using AskHelper =
    std::function<absl::StatusOr<RegistryCredential>(const std::string& name, const std::string& server)>;

class RegistryConfig {
 public:
  // Of these files the first that knows a registry counts. An absent or empty file is one without entries;
  // InvalidArgument for one that is no such JSON.
  static absl::StatusOr<RegistryConfig> Load(const std::vector<std::string>& paths);

  // For "host[:port]"; empty if there is none. Docker Hub's is kept as https://index.docker.io/v1/. A file
  // that leaves the registry to a helper program (credHelpers, credsStore) is asked by way of it; nullptr: it
  // is passed over.
  absl::StatusOr<RegistryCredential> Find(absl::string_view registry, const AskHelper& ask) const;

 private:
  struct File {
    std::map<std::string, RegistryCredential> auths;
    std::map<std::string, std::string> helpers;  // by registry
    std::string store;                           // the helper for all others

    std::string HelperOf(const std::string& key) const;
    RegistryCredential Find(const std::string& key) const;
  };
  absl::Status Read(const std::string& path, File* file) const;

  std::vector<File> files_;
};

}  // namespace devstats::chartsource
