// What would go wrong with a configuration, told before anything is sent: Patroni takes nearly everything and
// puts other values in the place of bad ones without failing, and PostgreSQL refuses only when it starts.
// Sources: Patroni, "Dynamic configuration", "Important rules", patroni/config.py and
// patroni/postgresql/config.py; PostgreSQL, "Server configuration" and "Managing kernel resources". Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/devstats/patroni/settings.h"
#include "coordinator/devstats/patroni/wanted.h"

namespace devstats::patroni {

struct Finding {
  std::string rule;     // "timing"
  std::string what;     // "ttl", "max_connections", "members"
  std::string message;  // why, with the values
  bool refused = true;  // false: a warning
};

// What a configuration is checked against; what is not known is not checked.
struct Surroundings {
  int server_version = 0;           // 150004
  int64_t memory_limit = 0;         // of a pod, in bytes; 0: none
  std::optional<int> nodes;         // that may carry a member
  Config config;                    // what is there: holds for what `wanted` does not name
  const Settings* known = nullptr;  // of one member: which parameters there are, and their types
};

// All rules; refusals first.
//   timing       loop_wait + 2 * retry_timeout <= ttl
//   minimum      Patroni's least values (ttl 20, max_connections 25 ...), and PostgreSQL's greatest
//   choice       wal_level, and what must be on
//   value        a number, size or time that PostgreSQL reads
//   scope        parameters that only a member's local file can set
//   version      names that this PostgreSQL does not have
//   members      as many nodes as members; walsenders and slots for all of them
//   memory       shared memory within the pod's limit
//   workers      parallel workers within max_worker_processes
//   wal          min_wal_size within max_wal_size; pg_rewind needs wal_log_hints or checksums
std::vector<Finding> CheckRules(const Wanted& wanted, const Surroundings& around);

// InvalidArgument with all refusals, each with its rule; OK: none.
absl::Status RefusalOf(const std::vector<Finding>& findings);
std::vector<std::string> WarningsOf(const std::vector<Finding>& findings);

}  // namespace devstats::patroni
