#include "coordinator/devstats/health/crons.h"

#include "coordinator/devstats/health/cluster_checks.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/health/health_fixture.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> SuspendedIn(HealthyCluster& world) {
  std::vector<std::string> names;
  const auto crons = ListCrons(world.kube, HealthyCluster::kSpace);
  EXPECT_TRUE(crons.ok()) << crons.status();
  for (const Cron& cron : *crons)
    if (cron.suspended) names.push_back(cron.name);
  return names;
}

TEST(CronsTest, TellsKindAndProjectByTheirLabels) {
  HealthyCluster world;
  const auto crons = ListCrons(world.kube, HealthyCluster::kSpace);
  ASSERT_TRUE(crons.ok()) << crons.status();
  std::vector<std::string> all;
  for (const Cron& cron : *crons) all.push_back(absl::StrCat(cron.name, " ", cron.kind, " ", cron.project));
  EXPECT_THAT(all, ElementsAre("devstats-affiliations-keda affiliations keda", "devstats-backups backups ",
                               "devstats-flux sync flux", "devstats-keda sync keda"));
}

TEST(CronsTest, SuspendsByKindAndSaysWhoAndWhen) {
  HealthyCluster world;
  const auto changed = SuspendCrons(world.kube, HealthyCluster::kSpace, {"sync"}, "ann", world.now);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->size(), 2u);
  EXPECT_EQ(changed->front().suspended_by, "ann");
  EXPECT_EQ(changed->front().suspended_at, world.now);
  EXPECT_THAT(SuspendedIn(world), ElementsAre("devstats-flux", "devstats-keda"));
  const auto crons = ListCrons(world.kube, HealthyCluster::kSpace);
  const Finding finding = CheckCrons(*crons, *ReadHolds(world.kube, HealthyCluster::kSpace),
                                     world.environment, world.projects, world.now + absl::Hours(2));
  EXPECT_EQ(finding.text, "4; 2 suspended by ann 2h ago");
  EXPECT_THAT(finding.problems, IsEmpty());

  // Whoever suspended first stays named.
  EXPECT_THAT(*SuspendCrons(world.kube, HealthyCluster::kSpace, {"sync"}, "bob", world.now), IsEmpty());
  EXPECT_EQ(ListCrons(world.kube, HealthyCluster::kSpace)->back().suspended_by, "ann");
}

TEST(CronsTest, ResumesOnlyWhatACallSuspended) {
  HealthyCluster world;
  world.kube.Seed({{"apiVersion", "batch/v1"},
                   {"kind", "CronJob"},
                   {"metadata",
                    {{"name", "devstats-flux"},
                     {"namespace", HealthyCluster::kSpace},
                     {"labels", {{"type", "cron"}, {"proj", "flux"}}}}},
                   {"spec", {{"schedule", "8 * * * *"}, {"suspend", true}}}},
                  "devstats");
  ASSERT_TRUE(SuspendCrons(world.kube, HealthyCluster::kSpace, {}, "ann", world.now).ok());
  EXPECT_EQ(SuspendedIn(world).size(), 4u);
  const auto resumed = ResumeCrons(world.kube, HealthyCluster::kSpace, {});
  ASSERT_TRUE(resumed.ok()) << resumed.status();
  EXPECT_EQ(resumed->size(), 3u);
  EXPECT_THAT(SuspendedIn(world), ElementsAre("devstats-flux"));
  const auto kept = ListCrons(world.kube, HealthyCluster::kSpace);
  EXPECT_EQ(kept->front().suspended_by, "");
  EXPECT_EQ(kept->front().schedule, "8 0,6,12,18 * * *");
}

TEST(CronsTest, WhatIsHeldUpIsKeptUntilItIsResumed) {
  HealthyCluster world;
  const auto holds = [&] {
    const auto read = ReadHolds(world.kube, HealthyCluster::kSpace);
    EXPECT_TRUE(read.ok()) << read.status();
    std::vector<std::string> lines;
    for (const auto& [kind, hold] : *read)
      lines.push_back(absl::StrCat(kind, " ", hold.by, " ", absl::FormatDuration(hold.at - world.now)));
    return lines;
  };
  EXPECT_THAT(holds(), IsEmpty());
  ASSERT_TRUE(SuspendCrons(world.kube, HealthyCluster::kSpace, {"sync"}, "ann", world.now).ok());
  ASSERT_TRUE(SuspendCrons(world.kube, HealthyCluster::kSpace, {}, "bob", world.now + absl::Hours(1)).ok());
  EXPECT_THAT(holds(), ElementsAre("affiliations bob 1h", "backups bob 1h", "sync ann 0"));
  ASSERT_TRUE(ResumeCrons(world.kube, HealthyCluster::kSpace, {"sync"}).ok());
  EXPECT_THAT(holds(), ElementsAre("affiliations bob 1h", "backups bob 1h"));
  ASSERT_TRUE(ResumeCrons(world.kube, HealthyCluster::kSpace, {}).ok());
  EXPECT_THAT(holds(), IsEmpty());
}

TEST(CronsTest, AHoldIsToldWhereThereIsNoCronYet) {
  HealthyCluster world;
  const Finding finding =
      CheckCrons({}, {{"sync", {"ann", world.now - absl::Hours(3)}}}, world.environment, {}, world.now);
  EXPECT_EQ(finding.text, "0; new ones of sync will be suspended, by ann 3h ago");
}

TEST(CronsTest, RefusesAKindThatIsNone) {
  HealthyCluster world;
  const auto refused = SuspendCrons(world.kube, HealthyCluster::kSpace, {"syncs"}, "ann", world.now);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_THAT(refused.status().message(), HasSubstr("sync, affiliations, backups"));
  EXPECT_THAT(SuspendedIn(world), IsEmpty());
  EXPECT_THAT(*ReadHolds(world.kube, HealthyCluster::kSpace), IsEmpty());
}

TEST(CronsTest, ReadsTheLongestGapOfASchedule) {
  const std::pair<const char*, int> cases[] = {{"8 0,6,12,18 * * *", 6}, {"8 * * * *", 1},
                                               {"0 */4 * * *", 4},       {"0 */5 * * *", 5},
                                               {"5 3 * * *", 24},        {"0 1,2 * * *", 23}};
  for (const auto& [schedule, hours] : cases) EXPECT_EQ(LongestGap(schedule), absl::Hours(hours)) << schedule;
  for (const char* other : {"0 3 1 * *", "0 3 * * 1", "", "x", "0 25 * * *", "0 */0 * * *", "0 1-5 * * *"})
    EXPECT_EQ(LongestGap(other), absl::InfiniteDuration()) << other;
}

}  // namespace
}  // namespace devstats::domain
