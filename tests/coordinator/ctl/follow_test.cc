#include "coordinator/ctl/follow.h"

#include <signal.h>
#include <unistd.h>

#include "tests/common/eventually.h"

namespace devstats::ctl {
namespace {

const absl::Status kAway = absl::UnavailableError("away");

TEST(BackoffTest, PausesGrowToALimit) {
  Backoff backoff({.first = absl::Seconds(1), .longest = absl::Seconds(5), .give_up = absl::Minutes(5)});
  const absl::Time now = absl::FromUnixSeconds(0);
  for (int seconds : {1, 2, 4, 5, 5}) EXPECT_EQ(backoff.After(kAway, now), absl::Seconds(seconds));
  backoff.Reset();
  EXPECT_EQ(backoff.After(kAway, now), absl::Seconds(1));
}

TEST(BackoffTest, GivesUpWhenTheOutageHasLastedTooLong) {
  Backoff backoff({.give_up = absl::Minutes(5)});
  absl::Time now = absl::FromUnixSeconds(0);
  EXPECT_TRUE(backoff.After(kAway, now).has_value());
  EXPECT_TRUE(backoff.After(kAway, now + absl::Minutes(4)).has_value());
  EXPECT_FALSE(backoff.After(kAway, now + absl::Minutes(5)).has_value());
}

TEST(BackoffTest, AnOutageCountsFromTheLastThingHeard) {
  Backoff backoff({.give_up = absl::Minutes(5)});
  absl::Time now = absl::FromUnixSeconds(0);
  EXPECT_TRUE(backoff.After(kAway, now).has_value());
  backoff.Reset();
  EXPECT_TRUE(backoff.After(kAway, now + absl::Minutes(6)).has_value());
}

TEST(BackoffTest, TimeDoesNotHealEverything) {
  for (const absl::Status& status : {absl::NotFoundError("x"), absl::PermissionDeniedError("x"),
                                     absl::FailedPreconditionError("x"), absl::UnauthenticatedError("x")})
    EXPECT_FALSE(Backoff({}).After(status, absl::Now()).has_value()) << status;
  // A server that stops cancels its streams.
  EXPECT_TRUE(Backoff({}).After(absl::CancelledError("x"), absl::Now()).has_value());
}

TEST(InterruptTest, CallsTheActionOnceAndWakesWhoWaits) {
  std::atomic<int> called = 0;
  Interrupt interrupt([&] { ++called; });
  EXPECT_FALSE(interrupt.Happened());
  EXPECT_FALSE(interrupt.WaitFor(absl::Milliseconds(1)));
  kill(getpid(), SIGTERM);
  EXPECT_TRUE(interrupt.WaitFor(absl::Seconds(30)));
  EXPECT_TRUE(Eventually([&] { return called == 1; }));
}

TEST(InterruptTest, EndsWithoutASignal) {
  bool called = false;
  {
    Interrupt interrupt([&] { called = true; });
  }
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace devstats::ctl
