// Handing the leader's place over, and whether that may be.
#pragma once
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "coordinator/devstats/patroni/state.h"

namespace devstats::patroni {

struct SwitchoverChoice {
  std::string leader, candidate;
};

// To `candidate`, or (empty) to the best replica: one that streams with at most `most_lag` bytes to go and
// may lead. NotFound: no such member; AlreadyExists: it leads; FailedPrecondition: why it cannot, or that
// none can. Pure.
absl::StatusOr<SwitchoverChoice> DecideSwitchover(const ClusterState& state, const std::string& candidate,
                                                  int64_t most_lag);

// How an act is waited for.
struct Waiting {
  absl::Duration patience = absl::Minutes(10), poll = absl::Seconds(2);
  std::function<bool()> go_on = [] { return true; };
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<void(absl::Duration)> sleep;  // empty: really
};

// Decides, acts and waits until the candidate leads and the old leader follows it. Cut and called again, it
// finds the candidate leading (AlreadyExists), or begins anew.
absl::Status SwitchOver(PatroniApi& api, const std::string& candidate, int64_t most_lag,
                        const Waiting& waiting);

// Looks until `problem` says nothing more. DeadlineExceeded with its last words.
absl::Status AwaitState(PatroniApi& api, const std::string& what, const Waiting& waiting,
                        const std::function<std::string(const ClusterState&)>& problem);

}  // namespace devstats::patroni
