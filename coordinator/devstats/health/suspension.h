// What env suspend holds up, kept beside the crons themselves: one that is made later is made suspended, and
// env resume ends it for all of them.
#pragma once
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

// A ConfigMap in the environment's namespace: for each kind of cron "2026-11-28T16:00:00Z ann".
inline constexpr char kSuspensionName[] = "devstats-suspended";

struct Hold {
  std::string by;
  absl::Time at = absl::InfinitePast();
};
using Holds = std::map<std::string, Hold>;  // by kind of cron

// What stands there and is no time counts as one that is not known: the crons are held up all the same.
absl::StatusOr<Holds> ReadHolds(kube::KubeClient& client, const std::string& name_space);
// Those that are held up already stay as they are.
absl::Status AddHolds(kube::KubeClient& client, const std::string& name_space,
                      const std::set<std::string>& kinds, const Hold& hold);
absl::Status RemoveHolds(kube::KubeClient& client, const std::string& name_space,
                         const std::set<std::string>& kinds);

// The annotations of a cron that is held up.
Json AnnotationsOf(const Hold& hold);

}  // namespace devstats::domain
