// The names of Docker Hub, which has one for each place in which a registry is named
// (https://pkg.go.dev/github.com/distribution/reference, https://docs.docker.com/reference/cli/docker/login/).
#pragma once
#include "absl/strings/string_view.h"

namespace devstats {

inline constexpr absl::string_view kDockerHub = "docker.io";                         // in names of images
inline constexpr absl::string_view kDockerHubServer = "registry-1.docker.io";        // which answers
inline constexpr absl::string_view kDockerHubLogin = "https://index.docker.io/v1/";  // in files of logins

}  // namespace devstats
