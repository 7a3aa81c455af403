// The cron jobs of an environment, and holding them up by call: a state of its own beside the release, under
// a field manager of its own, so that no apply of the release takes it back and no drift is told of it.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/kube/client.h"

namespace devstats::domain {

inline constexpr char kSuspendManager[] = "devstats-suspend";
inline constexpr char kSuspendedBy[] = "devstats.cncf.io/suspended-by";
inline constexpr char kSuspendedAt[] = "devstats.cncf.io/suspended-at";

struct Cron {
  std::string name, api_version;
  std::string kind;     // "sync", "affiliations", "backups"; empty: none of these
  std::string project;  // empty: of the whole environment
  std::string schedule;
  bool suspended = false;
  std::string suspended_by;                         // who did, by call; empty: not by call
  absl::Time suspended_at = absl::InfinitePast();   // by call
  absl::Time last_schedule = absl::InfinitePast();  // when it last made a job
};

// "sync", "affiliations", "backups".
const std::vector<std::string>& CronKinds();

// The kind of a CronJob of our chart, by its label; empty: none of these.
std::string CronKindOf(const Json& object);

// By name. Of batch/v1, or of batch/v1beta1 before Kubernetes 1.21.
absl::StatusOr<std::vector<Cron>> ListCrons(kube::KubeClient& client, const std::string& name_space);

// Suspends those of `kinds` (empty: of all three) that are not, and keeps that these are held up, for those
// made later (suspension.h); or takes back what a call has suspended: one that its release suspends stays so.
// Those that were changed, as they are then. Cut and called again, it does the rest. InvalidArgument for a
// kind that is none.
absl::StatusOr<std::vector<Cron>> SuspendCrons(kube::KubeClient& client, const std::string& name_space,
                                               const std::set<std::string>& kinds, const std::string& actor,
                                               absl::Time now);
absl::StatusOr<std::vector<Cron>> ResumeCrons(kube::KubeClient& client, const std::string& name_space,
                                              const std::set<std::string>& kinds);

// The longest time between two starts of a schedule that runs every day ("8 0,6,12,18 * * *": 6 h); infinite
// for others, and for what is none. Pure.
absl::Duration LongestGap(const std::string& schedule);

}  // namespace devstats::domain
