// One look at an environment as a whole: all that env status tells.
#pragma once
#include <vector>

#include "coordinator/devstats/health/finding.h"
#include "coordinator/devstats/patroni/status.h"
#include "coordinator/service/environments.h"

namespace devstats::coordinator {

// In the order in which they are shown.
std::vector<domain::Finding> LookAtEnvironment(const domain::LiveEnvironment& live,
                                               const EnvironmentReach& reach, const EnvironmentsParts& parts);

// What the leader's slots hold.
absl::StatusOr<patroni::ClusterStatus> PatroniStatusOf(const spec::EnvironmentSpec& environment,
                                                       const EnvironmentReach& reach);

}  // namespace devstats::coordinator
