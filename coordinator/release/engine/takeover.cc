#include "coordinator/release/engine/takeover.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::release {
namespace {

// The time of day is enough on the same day.
std::string TimeText(absl::Time time, absl::Time beside = absl::InfinitePast()) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const bool same_day = absl::ToCivilDay(time, utc) == absl::ToCivilDay(beside, utc);
  return absl::FormatTime(same_day ? "%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%SZ", time, utc);
}

}  // namespace

absl::StatusOr<Pending> JudgePending(const RevisionHead& newest, const ReleaseInfo& info,
                                     const PendingPolicy& policy, absl::Time now) {
  if (!IsPending(newest.status)) return Pending::kNone;
  if (policy.ours == newest.revision) return Pending::kOurs;
  const absl::Time since = std::max(info.last_deployed, newest.written), from = since + policy.after;
  if (policy.takeover || now >= from) return Pending::kTakenOver;
  const absl::Time began = info.last_deployed == absl::InfinitePast() ? since : info.last_deployed;
  return Hint(
      absl::FailedPreconditionError(absl::StrCat(
          "revision ", newest.revision, " of ", newest.release.Text(), " is ", StatusName(newest.status),
          " since ", TimeText(began), " and another writer may still be at work; it is taken over from ",
          TimeText(from, began), " on")),
      "wait, or add --takeover if you know that it is dead");
}

}  // namespace devstats::release
