// Restarting the members of a cluster one after another, decided anew from what is before each step: whoever
// goes on after a cut does the same. Pure.
#pragma once
#include <map>
#include <set>
#include <string>

#include "coordinator/devstats/patroni/diff.h"
#include "coordinator/devstats/patroni/state.h"

namespace devstats::patroni {

// Which members need a restart of PostgreSQL, and for what.
struct RestartNeeds {
  std::set<std::string> members;
  // Of `members` those replicas for which one does nothing until the leader has had its own: a parameter that
  // must not be smaller on a replica than on its leader.
  std::set<std::string> after_leader;
  bool leader_in_place =
      false;  // a switchover would keep the larger value: no replica can have the smaller one yet
};
// A member whose Patroni says that a restart is pending, or whose files have a value that it does not run
// with.
RestartNeeds NeedsOf(const ClusterState& state, const std::vector<ParameterRow>& rows);

struct RollStep {
  enum class Action { kNone, kWait, kRestart, kSwitchover };
  Action action = Action::kNone;
  std::string member;     // to restart, or to hand over from
  std::string candidate;  // to hand over to
  std::string why;        // what is waited for
};

struct RollLimits {
  int64_t most_lag = 16 << 20;  // bytes; of a replica that counts as following
};

// Replicas first, one at a time and only while all others follow; then the leader's place goes to the best of
// them. That restarts the old leader, which comes back as a replica; where it still needs one, it is
// restarted as such. A leader that cannot be replaced is restarted where it is.
RollStep NextStep(const ClusterState& state, const RestartNeeds& needs, const RollLimits& limits);

// The replica to lead next: synchronous ones first, then the one with the least lag. Empty: none may or can.
std::string BestCandidate(const ClusterState& state, int64_t most_lag);

}  // namespace devstats::patroni
