// The one place where tests wait: for a condition, with a generous deadline, never for a duration.
#pragma once
#include "absl/functional/function_ref.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace devstats {

// True as soon as `condition` is; false when it is not within `deadline`. Where the look itself costs whom it
// waits for, `every` leaves him time to get there.
inline bool Eventually(absl::FunctionRef<bool()> condition, absl::Duration deadline = absl::Seconds(30),
                       absl::Duration every = absl::Milliseconds(2)) {
  const absl::Time end = absl::Now() + deadline;
  while (!condition()) {
    if (absl::Now() > end) return false;
    absl::SleepFor(every);
  }
  return true;
}

}  // namespace devstats
