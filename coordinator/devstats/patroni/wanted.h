// What the shared configuration of a cluster is to be, by Patroni's and PostgreSQL's own names. What is not
// named here stays as it is.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "coordinator/devstats/patroni/api.h"
#include "coordinator/spec/devstats.h"

namespace devstats::patroni {

struct Wanted {
  std::map<std::string, int64_t> settings;        // "ttl": seconds; "maximum_lag_on_failover": bytes
  std::map<std::string, bool> postgresql;         // "use_pg_rewind", "use_slots"
  std::map<std::string, std::string> parameters;  // "shared_buffers": "80GB"; names in lower case
  int members = 0;

  Json ToJson() const;
};

// A name that is only Patroni's in another version is that of `patroni_version` ("3.0.2"; empty: a new one).
Wanted WantedOf(const spec::PatroniSpec& spec);
Wanted ForVersion(Wanted wanted, absl::string_view patroni_version);

// One of Patroni's own settings that is not as wanted.
struct SettingDifference {
  std::string path;           // "ttl", "postgresql.use_slots"
  std::string before, after;  // before is empty: not there
};
std::vector<SettingDifference> SettingDifferences(const Wanted& wanted, const Config& config);

}  // namespace devstats::patroni
