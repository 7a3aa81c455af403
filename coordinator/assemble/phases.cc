#include "coordinator/assemble/phases.h"

namespace devstats::coordinator {

agent::v1::PhaseSpec HostPhase(const spec::ClusterSpec& spec, const spec::NodeSpec&) {
  agent::v1::PhaseSpec phase;
  phase.set_phase("host");
  for (const auto& [key, value] : spec.os.sysctl) (*phase.mutable_sysctl()->mutable_values())[key] = value;
  return phase;
}

}  // namespace devstats::coordinator
