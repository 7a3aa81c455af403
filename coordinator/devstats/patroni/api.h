// What we ask of Patroni: the members of one PostgreSQL cluster, their shared configuration, restarts,
// switchovers and rebuilds. An interface, so that what asks is tested without a cluster; the real one
// (rest_api.h) and the fake pass the same contract test. Patroni 2 to 4; source: its REST API documentation,
// and patroni/api.py where that is silent.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"

namespace devstats::patroni {

// As Patroni's versions call them: leader, master, primary; standby_leader; replica; sync_standby.
enum class Role { kUnknown, kLeader, kStandbyLeader, kReplica, kSyncStandby };
const char* NameOf(Role role);  // "leader"

// A line of GET /cluster: what the member last wrote of itself, up to loop_wait ago.
struct ClusterMember {
  std::string name;
  Role role = Role::kUnknown;
  std::string state;  // "running", "streaming", "creating replica", "start failed" ...
  std::string host;
  int port = 0;
  int64_t timeline = 0;        // 0: not known
  std::optional<int64_t> lag;  // bytes behind the leader; none: not known, or the leader itself
  bool pending_restart = false;
  std::map<std::string, std::string> tags;
};

struct Cluster {
  std::vector<ClusterMember> members;
  bool paused = false;
  std::string leader() const;  // its name, or empty
};

// GET /patroni: what a member says of itself now.
struct Member {
  std::string name;
  Role role = Role::kUnknown;
  std::string role_word;        // as it says: "master"
  std::string state;            // "running", "starting", "restarting" ...
  int server_version = 0;       // 150004; 0: PostgreSQL does not run
  std::string patroni_version;  // "3.0.2"
  int64_t timeline = 0;
  std::string started;  // when the postmaster did; empty: it does not run
  bool pending_restart = false;
  std::vector<std::string> streams;  // names of those that stream from it
};

// GET /config: the part of the configuration that all members share (DCS).
struct Config {
  Json all = Json::object();
  // The text of a setting ("ttl"), or of PostgreSQL's parameter; none: not there.
  std::optional<std::string> Setting(const std::string& name) const;
  std::optional<std::string> Parameter(const std::string& name) const;
};

struct RestartOptions {
  bool only_pending = false;  // Patroni refuses when no restart is pending
  std::string role;           // refused when the member has another one by now, by its own word; empty: any
};

// Thread-safe. Errors: Unavailable when Patroni cannot be reached; FailedPrecondition when it refuses, with
// its words; Aborted when the configuration changed meanwhile; DataLoss for an answer that is none. After
// Unavailable and DeadlineExceeded of a change, it may have been made or be under way: look.
class PatroniApi {
 public:
  virtual ~PatroniApi() = default;
  // From any member that answers, as it last saw them: up to loop_wait ago, so a patch may show later. The
  // configuration's are Unavailable until the cluster has been initialised.
  virtual absl::StatusOr<Cluster> GetCluster() = 0;
  virtual absl::StatusOr<Config> GetConfig() = 0;
  // A merge patch; null takes a key away. What the configuration then is.
  virtual absl::StatusOr<Config> PatchConfig(const Json& patch) = 0;

  virtual absl::StatusOr<Member> GetMember(const std::string& member) = 0;
  // Restarts PostgreSQL, not Patroni; returns when it runs again.
  virtual absl::Status Restart(const std::string& member, const RestartOptions& options) = 0;
  // Returns when another member leads.
  virtual absl::Status Switchover(const std::string& leader, const std::string& candidate) = 0;
  // Begins to build the replica anew from the leader; its data go at once.
  virtual absl::Status Reinitialize(const std::string& member) = 0;
};

}  // namespace devstats::patroni
