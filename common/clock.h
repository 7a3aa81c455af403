// The clock, injected: tests set it, daemons use SystemClock().
#pragma once
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace devstats {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;  // thread-safe
};

// The wall clock; lives for ever.
const Clock& SystemClock();

// A clock that stands still until it is moved. Not thread-safe.
class FixedClock : public Clock {
 public:
  explicit FixedClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override { return now_; }
  void Advance(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_;
};

}  // namespace devstats
