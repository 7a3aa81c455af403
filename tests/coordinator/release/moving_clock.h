// A clock that stands still until it is moved, from any thread.
#pragma once
#include <atomic>

#include "common/clock.h"

namespace devstats::release {

class MovingClock : public Clock {
 public:
  explicit MovingClock(absl::Time now) : nanos_(absl::ToUnixNanos(now)) {}
  absl::Time Now() const override { return absl::FromUnixNanos(nanos_); }
  void Advance(absl::Duration by) { nanos_ += absl::ToInt64Nanoseconds(by); }

 private:
  std::atomic<int64_t> nanos_;
};

}  // namespace devstats::release
