#include "coordinator/release/engine/takeover.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

const absl::Time kBegan = absl::FromCivil(absl::CivilSecond(2026, 11, 24, 10, 0, 0), absl::UTCTimeZone());

RevisionHead Newest(ReleaseStatus status, absl::Time written = kBegan) {
  return {.release = {"store", "shop"}, .revision = 7, .status = status, .written = written};
}
absl::StatusOr<Pending> Judge(const RevisionHead& newest, const PendingPolicy& policy, absl::Time now) {
  return JudgePending(newest, {.last_deployed = kBegan}, policy, now);
}

TEST(Takeover, OnlyWhatIsPendingIsJudged) {
  for (const ReleaseStatus status : {ReleaseStatus::kDeployed, ReleaseStatus::kFailed,
                                     ReleaseStatus::kUninstalling, ReleaseStatus::kUnknown})
    EXPECT_EQ(*Judge(Newest(status), {.ours = 7, .takeover = true}, kBegan), Pending::kNone);
}

TEST(Takeover, OursIsFinishedAtOnce) {
  const RevisionHead newest = Newest(ReleaseStatus::kPendingUpgrade);
  EXPECT_EQ(*Judge(newest, {.ours = 7}, kBegan), Pending::kOurs);
  EXPECT_FALSE(Judge(newest, {.ours = 6}, kBegan).ok());
}

TEST(Takeover, AnothersIsTakenOverWhenAskedForOrAfterAWhile) {
  const RevisionHead newest = Newest(ReleaseStatus::kPendingInstall);
  EXPECT_EQ(*Judge(newest, {.takeover = true}, kBegan), Pending::kTakenOver);
  EXPECT_FALSE(Judge(newest, {}, kBegan + absl::Minutes(15) - absl::Seconds(1)).ok());
  EXPECT_EQ(*Judge(newest, {}, kBegan + absl::Minutes(15)), Pending::kTakenOver);
  EXPECT_EQ(*Judge(newest, {.after = absl::ZeroDuration()}, kBegan), Pending::kTakenOver);
}

TEST(Takeover, EachWriteOfAnotherIsASignOfLife) {
  const RevisionHead newest = Newest(ReleaseStatus::kPendingRollback, kBegan + absl::Minutes(5));
  EXPECT_FALSE(Judge(newest, {}, kBegan + absl::Minutes(19)).ok());
  EXPECT_EQ(*Judge(newest, {}, kBegan + absl::Minutes(20)), Pending::kTakenOver);
  // Without a time in it, the Secret's own counts.
  EXPECT_FALSE(JudgePending(newest, {}, {}, kBegan + absl::Minutes(19)).ok());
}

TEST(Takeover, SaysWhyItDoesNotAndWhenItWould) {
  const absl::Status refused = Judge(Newest(ReleaseStatus::kPendingUpgrade), {}, kBegan).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_EQ(refused.message(),
            "revision 7 of shop/store is pending-upgrade since 2026-11-24T10:00:00Z and another writer may "
            "still be at work; it is taken over from 10:15:00Z on");
  EXPECT_EQ(HintOf(refused), "wait, or add --takeover if you know that it is dead");
  const absl::Status later =
      Judge(Newest(ReleaseStatus::kPendingUpgrade), {.after = absl::Hours(20)}, kBegan).status();
  EXPECT_THAT(std::string(later.message()), ::testing::HasSubstr("taken over from 2026-11-25T06:00:00Z on"));
}

}  // namespace
}  // namespace devstats::release
