// What an operator sees of a cluster: its members, and how much WAL replication slots keep on the leader's
// disk.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "coordinator/devstats/patroni/reinit.h"
#include "coordinator/devstats/patroni/state.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::patroni {

struct Slot {
  std::string name;
  bool active = false;
  int64_t held = 0;    // bytes of WAL kept for it
  std::string status;  // "reserved", "extended", "unreserved", "lost"; empty before PostgreSQL 13
};

// Of the leader, in any database; since PostgreSQL 13.
extern const char kSlotsQuery[];
absl::StatusOr<std::vector<Slot>> SlotsOf(const postgres::Rows& rows);

struct ClusterStatus {
  ClusterState state;
  std::vector<Slot> slots;
  std::vector<std::string>
      problems;  // one leader, the others streaming, no restart pending, no slot beyond the limit
};

// `slots` is asked about the leader. What cannot be had of it is a problem among the others.
absl::StatusOr<ClusterStatus> StatusOfCluster(
    PatroniApi& api, int members, const LagLimits& limits,
    const std::function<absl::StatusOr<std::vector<Slot>>(const std::string& leader)>& slots);

}  // namespace devstats::patroni
