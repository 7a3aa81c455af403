// New pods for a Patroni cluster: its password for PostgreSQL, and that of its replication, are in the
// environment of its pods, so a new one is known to new pods alone.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "coordinator/devstats/patroni/switchover.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

struct PatroniPods {
  std::string name_space, selector;
  int members = 0;
  int64_t most_lag = 16 << 20;  // bytes; of a replica that follows
};

// OK: all members are well. FailedPrecondition, with the reason, otherwise: nothing should be begun.
absl::Status CheckPatroniPods(patroni::PatroniApi& api, const PatroniPods& pods);

// Replaces the pods that were made at `since` or before, one at a time: replicas first (one that no longer
// follows because it has the old password is mended by it), the leader last and by a switchover. Decided anew
// from what is before each step: cut and called again, it does the rest.
absl::Status ReplacePatroniPods(kube::KubeClient& client, patroni::PatroniApi& api, const PatroniPods& pods,
                                absl::Time since, const patroni::Waiting& waiting);

}  // namespace devstats::domain
