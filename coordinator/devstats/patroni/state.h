// The members of a cluster as they are: what Patroni's shared view and each member by itself say, put
// together.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/devstats/patroni/api.h"

namespace devstats::patroni {

struct MemberState {
  std::string name;
  Role role = Role::kUnknown;
  std::string role_word;       // as Patroni's restart takes it
  std::string state;           // "running", "streaming", "restarting" ...
  std::string unreachable;     // why the member does not answer; empty: it does
  bool streaming = false;      // of a replica: connected to the leader, and receiving
  std::optional<int64_t> lag;  // bytes; of the leader 0
  int64_t timeline = 0;
  bool pending_restart = false;
  std::map<std::string, std::string> tags;
  std::string started;
  int server_version = 0;
  std::string patroni_version;

  bool leads() const { return role == Role::kLeader || role == Role::kStandbyLeader; }
  bool may_lead() const;  // by its tags
};

struct ClusterState {
  std::vector<MemberState> members;  // by name
  bool paused = false;

  const MemberState* leader() const;  // null: none leads
  const MemberState* Find(const std::string& name) const;
};

// Errors as PatroniApi::GetCluster; a member that does not answer by itself is no error.
absl::StatusOr<ClusterState> ObserveCluster(PatroniApi& api);

// Why a member is not a running leader, or a replica that streams with at most `most_lag` bytes to go; empty:
// it is.
std::string ProblemOf(const MemberState& member, int64_t most_lag);

}  // namespace devstats::patroni
