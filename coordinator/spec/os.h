// Operating systems and version combinations that we support.
#pragma once
#include <string>
#include <vector>

namespace devstats::spec {

struct SupportedOs {
  std::string id, version;  // ID and VERSION_ID of os-release: "debian", "12"
  std::string name() const { return id + "-" + version; }
};
const std::vector<SupportedOs>& SupportedSystems();

}  // namespace devstats::spec
