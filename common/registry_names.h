// Which registry an image's name means, and the names of Docker Hub, which has one for each place in which a
// registry is named (https://pkg.go.dev/github.com/distribution/reference,
// https://docs.docker.com/reference/cli/docker/login/).
#pragma once
#include "absl/strings/string_view.h"

namespace devstats {

inline constexpr absl::string_view kDockerHub = "docker.io";                         // in names of images
inline constexpr absl::string_view kDockerHubServer = "registry-1.docker.io";        // which answers
inline constexpr absl::string_view kDockerHubLogin = "https://index.docker.io/v1/";  // in files of logins

// The host that an image's name begins with, as container runtimes read it: a first part without a dot or
// port is none. Empty: it is the hub's.
inline absl::string_view RegistryInName(absl::string_view image) {
  const size_t slash = image.find('/');
  if (slash == image.npos) return "";
  const absl::string_view first = image.substr(0, slash);
  return first == "localhost" || first.find_first_of(".:") != first.npos ? first : "";
}

// "10.0.0.1:5000" of a registry's URL, "http://10.0.0.1:5000/v2"; a scheme may be missing.
inline absl::string_view RegistryInUrl(absl::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

}  // namespace devstats
