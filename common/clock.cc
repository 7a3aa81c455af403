#include "common/clock.h"

namespace devstats {
namespace {
class WallClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};
}  // namespace

const Clock& SystemClock() {
  static const auto* clock = new WallClock;  // never destroyed: threads may outlive main
  return *clock;
}

}  // namespace devstats
