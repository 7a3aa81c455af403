// Where the operator's files are: Helm's own paths and variables, so that what he has set up for Helm holds
// here. Pure.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace devstats::chartsource {

struct Settings {
  std::string repository_config;  // repositories.yaml: names, URLs, credentials
  std::string repository_cache;   // a folder: indexes, and archives by their digest
  std::string registry_config;    // of `helm registry login`
  std::string docker_config;      // of `docker login`, asked after it
  std::string program_path;       // $PATH, in which the credential helpers of both are found
};

using GetEnvironment = std::function<absl::optional<std::string>(const std::string& name)>;

// $HELM_REPOSITORY_CONFIG, $HELM_REPOSITORY_CACHE, $HELM_REGISTRY_CONFIG; else below $HELM_CONFIG_HOME and
// $HELM_CACHE_HOME; else helm/ in $XDG_CONFIG_HOME and $XDG_CACHE_HOME; else in ~/.config and ~/.cache.
Settings SettingsOf(const GetEnvironment& get);

}  // namespace devstats::chartsource
