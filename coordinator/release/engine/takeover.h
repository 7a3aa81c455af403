// What becomes of a revision that is pending: ours from before a cut, another's at work, or another's that
// died. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/release/record/release.h"
#include "coordinator/release/record/storage.h"

namespace devstats::release {

struct PendingPolicy {
  int ours = 0;                              // the revision that this coordinator had announced; 0: none
  bool takeover = false;                     // --takeover
  absl::Duration after = absl::Minutes(15);  // --takeover-after
};

enum class Pending {
  kNone,      // the newest revision is not pending
  kOurs,      // our own dead process made it: finish or undo it
  kTakenOver  // another's, and he is taken to be dead: it becomes failed
};

// FailedPrecondition when another may still be at work: who (as far as is known), since when, from when on it
// would be taken over, and --takeover as hint.
absl::StatusOr<Pending> JudgePending(const RevisionHead& newest, const ReleaseInfo& info,
                                     const PendingPolicy& policy, absl::Time now);

}  // namespace devstats::release
