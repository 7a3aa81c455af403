#include "coordinator/spec/os.h"

namespace devstats::spec {

const std::vector<SupportedOs>& SupportedSystems() {
  static const auto* const systems =
      new std::vector<SupportedOs>{{"debian", "12"}, {"debian", "13"}, {"ubuntu", "24.04"}};
  return *systems;
}

}  // namespace devstats::spec
