#include "coordinator/chartsource/settings.h"

#include "absl/strings/str_cat.h"

namespace devstats::chartsource {

Settings SettingsOf(const GetEnvironment& get) {
  const auto set = [&](const char* name) { return get(name).value_or(""); };
  const std::string home = set("HOME");
  const auto folder = [&](const char* helm, const char* xdg, absl::string_view usual) {
    if (std::string own = set(helm); !own.empty()) return own;
    if (const std::string base = set(xdg); !base.empty()) return absl::StrCat(base, "/helm");
    return absl::StrCat(home, "/", usual, "/helm");
  };
  const std::string config = folder("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config");
  const std::string cache = folder("HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache");
  const std::string docker = set("DOCKER_CONFIG");
  return {
      .repository_config = get("HELM_REPOSITORY_CONFIG").value_or(absl::StrCat(config, "/repositories.yaml")),
      .repository_cache = get("HELM_REPOSITORY_CACHE").value_or(absl::StrCat(cache, "/repository")),
      .registry_config = get("HELM_REGISTRY_CONFIG").value_or(absl::StrCat(config, "/registry/config.json")),
      .docker_config = absl::StrCat(docker.empty() ? absl::StrCat(home, "/.docker") : docker, "/config.json"),
      .program_path = set("PATH"),
  };
}

}  // namespace devstats::chartsource
