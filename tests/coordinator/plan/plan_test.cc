#include "coordinator/plan/plan.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/common/unit/fake_unit.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

class PlanTest : public ::testing::Test {
 protected:
  Plan Make(bool destructive = false, absl::Status observe = absl::OkStatus()) {
    auto unit = std::make_unique<FakeUnit>("host@a", dir_.path(), std::map<std::string, std::string>{{"x", "1"}});
    unit->destructive = destructive;
    unit->observe_error = observe;
    std::vector<GraphNode> nodes;
    nodes.push_back({.unit = std::move(unit), .needs = {}, .world = {}});
    return MakePlan(*Graph::Make(std::move(nodes)), scope_, now_);
  }
  absl::Status Check(const Plan& plan, const std::string& confirm = "", absl::Duration later = absl::ZeroDuration()) {
    return CheckPlan(plan, scope_, confirm, now_ + later);
  }

  TempDir dir_;
  PlanScope scope_{.cluster_id = "c1", .spec_digest = "d1", .only = "", .node = ""};
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
};

TEST_F(PlanTest, HoldsEveryUnitWithWhatItWouldChange) {
  const Plan plan = Make();
  ASSERT_EQ(plan.units_size(), 1);
  EXPECT_EQ(plan.units(0).unit(), "host@a");
  EXPECT_EQ(plan.units(0).state(), UnitPlan::READY);
  ASSERT_EQ(plan.units(0).changes_size(), 1);
  EXPECT_EQ(plan.created(), "2027-01-15T08:00:00Z");
  EXPECT_EQ(plan.expires(), "2027-01-16T08:00:00Z");
  EXPECT_TRUE(Check(plan).ok());
}

TEST_F(PlanTest, TheDigestIsOfTheWorldNotOfTheTime) {
  const Plan first = Make();
  now_ += absl::Hours(1);
  EXPECT_EQ(PlanDigest(first), PlanDigest(Make()));
  ASSERT_TRUE(WriteFileAtomic(dir_.path() + "/x", "2").ok());
  EXPECT_NE(PlanDigest(first), PlanDigest(Make()));
}

TEST_F(PlanTest, AWarningMakesNoOtherPlan) {
  Plan plan = Make(true);
  const std::string digest = PlanDigest(plan);
  plan.mutable_units(0)->add_warnings("look out");
  UnitPlan* part = plan.mutable_units(0)->add_parts();
  const std::string with_part = PlanDigest(plan);
  part->add_warnings("there, too");
  EXPECT_EQ(PlanDigest(plan), with_part);
  plan.mutable_units(0)->clear_parts();
  EXPECT_EQ(PlanDigest(plan), digest);
  EXPECT_TRUE(Check(plan, digest).ok());  // who has confirmed the plan has confirmed this one
}

TEST_F(PlanTest, RefusesAnotherClustersPlan) {
  const Plan plan = Make();
  scope_.cluster_id = "c2";
  EXPECT_THAT(std::string(Check(plan).message()), HasSubstr("made for cluster c1; this is c2"));
}

TEST_F(PlanTest, RefusesThePlanOfAnotherSpec) {
  const Plan plan = Make();
  scope_.spec_digest = "d2";
  EXPECT_THAT(std::string(Check(plan).message()), HasSubstr("another cluster.yaml"));
}

TEST_F(PlanTest, ExpiresAfterADay) {
  const Plan plan = Make();
  EXPECT_TRUE(Check(plan, "", kPlanLifetime).ok());
  const absl::Status late = Check(plan, "", kPlanLifetime + absl::Seconds(1));
  EXPECT_THAT(std::string(late.message()), HasSubstr("expired at 2027-01-16T08:00:00Z"));
  EXPECT_EQ(HintOf(late), "make a new plan: devstatsctl plan");
}

TEST_F(PlanTest, AUnitThatCannotBeObservedFailsThePlan) {
  const Plan plan = Make(false, absl::UnavailableError("no answer"));
  EXPECT_EQ(plan.units(0).state(), UnitPlan::UNKNOWN);
  EXPECT_THAT(std::string(Check(plan).message()), HasSubstr("host@a: no answer"));
}

TEST_F(PlanTest, WhatDestroysWantsExactlyItsDigest) {
  const Plan plan = Make(true);
  const absl::Status asked = Check(plan);
  EXPECT_TRUE(absl::IsFailedPrecondition(asked));
  EXPECT_THAT(HintOf(asked), HasSubstr("--confirm " + PlanDigest(plan)));
  EXPECT_FALSE(Check(plan, "yes").ok());
  EXPECT_TRUE(Check(plan, PlanDigest(plan)).ok());
}

}  // namespace
}  // namespace devstats::coordinator
