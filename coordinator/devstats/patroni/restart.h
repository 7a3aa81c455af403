// Restarting PostgreSQL by call: of one member, or of all that wait for it.
#pragma once
#include <functional>
#include <string>

#include "coordinator/devstats/patroni/roll.h"
#include "coordinator/devstats/patroni/switchover.h"

namespace devstats::patroni {

// OK: the member may be restarted where it is. NotFound: no such member; FailedPrecondition, with the reason:
// Patroni is paused, another member is away, or it leads and a replica can take its place. Pure.
absl::Status CheckRestart(const ClusterState& state, const std::string& member, const RollLimits& limits);

// Checks, restarts, and waits until all members are as they should be.
absl::Status RestartMember(PatroniApi& api, const std::string& member, const RollLimits& limits,
                           const Waiting& waiting);

struct RestartLook {
  ClusterState state;
  RestartNeeds needs;
};
// One after another, the leader last and by a switchover, each step decided (roll.h) from what `look` says
// then. FailedPrecondition when Patroni is paused, or a member waits for a restart still after three.
absl::Status RestartAll(PatroniApi& api, const std::function<absl::StatusOr<RestartLook>()>& look,
                        const RollLimits& limits, const Waiting& waiting);

}  // namespace devstats::patroni
