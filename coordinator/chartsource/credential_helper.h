// Programs that keep the credentials of registries for docker and Helm
// (https://github.com/docker/docker-credential-helpers).
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chartsource/registry_config.h"

namespace devstats::chartsource {

// Runs `docker-credential-NAME get`, found in `path` ($PATH), as the operator would: his environment, no
// shell, at most 30 seconds and 64 KiB of output, which no error shows. Empty if it knows nothing of the
// server.
absl::StatusOr<RegistryCredential> AskCredentialHelper(const std::string& name, const std::string& server,
                                                       absl::string_view path);

}  // namespace devstats::chartsource
