// Building a replica anew from the leader: hours for a large database, and its data go at once. So it is
// refused unless the replica cannot be had otherwise, and never for two at a time.
#pragma once
#include <string>

#include "coordinator/devstats/patroni/switchover.h"

namespace devstats::patroni {

// As operators of DevStats have them: from `warn` on a lag is told, from `rebuild` on a rebuild is quicker
// than catching up.
struct LagLimits {
  int64_t warn = int64_t{2048} << 20, rebuild = int64_t{20480} << 20;  // bytes
};

// OK: the member may be rebuilt. NotFound: no such member. FailedPrecondition, with the reason: it leads,
// another one is being rebuilt, not all others run, or its lag needs none. A replica that does not run needs
// one whatever its lag. Pure.
absl::Status CheckReinit(const ClusterState& state, const std::string& member, const LagLimits& limits);

// Members of which CheckReinit says OK, and a line for each whose lag is to be told. Pure.
struct LagReport {
  std::vector<std::string> rebuild, warnings;
};
LagReport ReportLag(const ClusterState& state, const LagLimits& limits);

// Checks, begins, and waits until the member streams again. Cut and called again while the rebuild goes on,
// it waits for that one: a member that is being built is not built anew.
absl::Status Rebuild(PatroniApi& api, const std::string& member, const LagLimits& limits,
                     const Waiting& waiting);

}  // namespace devstats::patroni
