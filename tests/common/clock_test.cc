#include "common/clock.h"

#include "gtest/gtest.h"

namespace devstats {
namespace {

TEST(Clock, SystemClockTellsTheTimeAndIsOneObject) {
  const absl::Time before = absl::Now();
  const absl::Time told = SystemClock().Now();
  EXPECT_LE(before, told);
  EXPECT_LE(told, absl::Now());
  EXPECT_EQ(&SystemClock(), &SystemClock());
}

TEST(Clock, FixedClockStandsStillUntilMoved) {
  FixedClock clock(absl::FromUnixSeconds(1000));
  EXPECT_EQ(clock.Now(), clock.Now());
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(1005));
}

}  // namespace
}  // namespace devstats
