#include "common/unit/execute.h"

#include "common/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/common/unit/fake_unit.h"

namespace devstats {
namespace {

using ::testing::HasSubstr;

class ExecuteTest : public ::testing::Test {
 protected:
  void SetUp() override {
    db_ = *Database::Open(":memory:", {Journal::Schema()});
    journal_ = std::make_unique<Journal>(db_.get(), &SystemClock());
  }

  FakeUnit Make(std::map<std::string, std::string> desired) {
    return FakeUnit("u", dir_.path(), std::move(desired));
  }

  ExecuteOptions Approve(Unit& unit) {
    return {.key = {"op", unit.id()},
            .payload = DigestOf(unit.Inputs()),
            .approved = PlanUnit(unit),
            .boot_id = "boot-1"};
  }

  void World(const std::string& name, const std::string& value) {
    ASSERT_TRUE(WriteFileAtomic(dir_.path() + "/" + name, value).ok());
  }
  std::string World(const std::string& name) {
    return ReadFile(dir_.path() + "/" + name).value_or("<absent>");
  }

  void LeaveIntent(const ExecuteOptions& options, const UnitPlan& plan, const std::string& boot = "boot-1") {
    ASSERT_TRUE(
        journal_
            ->WriteIntent({.key = options.key,
                           .payload = options.payload,
                           .boot_id = boot,
                           .intent = {{"attempt", 1}, {"witness", {{"chosen", 7}}}, {"plan", ToJson(plan)}}})
            .ok());
  }

  TempDir dir_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(ExecuteTest, MakesTheApprovedChangesOnceAndThenFindsNothingToDo) {
  FakeUnit unit = Make({{"a", "1"}, {"b", "2"}});
  auto options = Approve(unit);
  auto first = Execute(unit, *journal_, options);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->outcome, Outcome::kChanged);
  EXPECT_EQ(World("a"), "1");
  EXPECT_EQ(unit.witness, (Json{{"chosen", 1}}));
  auto second = Execute(unit, *journal_, options);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->outcome, Outcome::kUnchanged);
  EXPECT_EQ(unit.applied, 1);
}

TEST_F(ExecuteTest, NothingToDoLeavesNoTraceInTheJournal) {
  World("a", "1");
  FakeUnit unit = Make({{"a", "1"}});
  ASSERT_TRUE(Execute(unit, *journal_, Approve(unit)).ok());
  EXPECT_TRUE(journal_->Steps("op")->empty());
}

TEST_F(ExecuteTest, AWorldThatMovedSinceThePlanIsRefusedAndLeftAlone) {
  World("a", "0");
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  World("a", "somebody else's");
  auto result = Execute(unit, *journal_, options);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(HintOf(result.status()), HasSubstr("devstatsctl plan"));
  EXPECT_EQ(World("a"), "somebody else's");
}

TEST_F(ExecuteTest, AWorldMovedByThisRunIsPlannedAgainWithinTheRule) {
  World("a", "0");
  FakeUnit unit = Make({{"a", "1"}, {"b", "2"}});
  auto options = Approve(unit);
  World("a", "moved");
  options.moved = true;
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kChanged);
  EXPECT_EQ(World("a"), "1");
}

TEST_F(ExecuteTest, AForeignThingInAnAmendmentWaitsForApproval) {
  FakeUnit planned = Make({{"a", "1"}});
  auto options = Approve(planned);
  World("b", "foreign");
  FakeUnit unit = Make({{"a", "1"}, {"b", "2"}});
  unit.owner = Change::FOREIGN;
  options.moved = true;
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kNeedsApproval);
  EXPECT_EQ(World("b"), "foreign");
  EXPECT_EQ(unit.applied, 0);
}

TEST_F(ExecuteTest, ADeferredUnitGoesOnUnaskedWhenItOnlyCreates) {
  FakeUnit unit = Make({{"a", "1"}});
  UnitPlan deferred;
  deferred.set_state(UnitPlan::DEFERRED);
  deferred.set_inputs(DigestOf(unit.Inputs()));
  auto options = Approve(unit);
  options.approved = deferred;
  int amended = 0;
  options.amended = [&](const UnitPlan& plan) {
    amended += CountChanges(plan);
    return absl::OkStatus();
  };
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kChanged);
  EXPECT_EQ(amended, 1);
}

TEST_F(ExecuteTest, ADeferredUnitThatWouldDestroyWaits) {
  FakeUnit unit = Make({{"a", "1"}});
  unit.destructive = true;
  auto options = Approve(unit);
  options.approved.Clear();
  options.approved.set_state(UnitPlan::DEFERRED);
  options.approved.set_inputs(DigestOf(unit.Inputs()));
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kNeedsApproval);
  EXPECT_EQ(unit.applied, 0);
}

TEST_F(ExecuteTest, ADeferredUnitWithOtherInputsIsNotTheApprovedOne) {
  FakeUnit approved = Make({{"a", "1"}}), unit = Make({{"a", "2"}});
  auto options = Approve(unit);
  options.approved.Clear();
  options.approved.set_state(UnitPlan::DEFERRED);
  options.approved.set_inputs(DigestOf(approved.Inputs()));
  EXPECT_EQ(Execute(unit, *journal_, options).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ExecuteTest, AnOpenIntentIsContinuedWithItsWitness) {
  FakeUnit unit = Make({{"a", "1"}, {"b", "2"}});
  auto options = Approve(unit);
  LeaveIntent(options, options.approved);
  World("a", "1");  // half of it was done before the cut
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kResumed);
  EXPECT_EQ(unit.settled, 1);
  EXPECT_EQ(unit.witness, (Json{{"chosen", 7}}));
  EXPECT_EQ(unit.witnesses, 0);
}

TEST_F(ExecuteTest, AnActThatEndedBeforeTheCutIsFoundFinished) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  LeaveIntent(options, options.approved);
  World("a", "1");
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kResumed);
  EXPECT_EQ(unit.applied, 0);
  EXPECT_EQ((*journal_->Find(options.key))->state, StepRecord::State::kDone);
}

TEST_F(ExecuteTest, AnActCutByARebootIsRepeated) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  LeaveIntent(options, options.approved, "boot-0");
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kRepeated);
}

TEST_F(ExecuteTest, AResumeDoesNotReachBeyondWhatWasApproved) {
  FakeUnit planned = Make({{"a", "1"}});
  auto options = Approve(planned);
  LeaveIntent(options, options.approved);
  World("b", "foreign");
  FakeUnit unit = Make({{"a", "1"}, {"b", "2"}});
  unit.owner = Change::FOREIGN;
  EXPECT_EQ(Execute(unit, *journal_, options)->outcome, Outcome::kNeedsApproval);
  EXPECT_EQ(World("b"), "foreign");
}

TEST_F(ExecuteTest, TheSameKeyWithAnotherPayloadIsRefused) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  LeaveIntent(options, options.approved);
  options.payload = "another";
  EXPECT_EQ(Execute(unit, *journal_, options).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(unit.applied, 0);
}

TEST_F(ExecuteTest, ADoneIsNotBelievedWithoutLooking) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  ASSERT_TRUE(Execute(unit, *journal_, options).ok());
  World("a", "changed back");
  auto again = Execute(unit, *journal_, options);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->outcome, Outcome::kChanged);
  EXPECT_EQ(World("a"), "1");
}

TEST_F(ExecuteTest, AnActAfterADoneOneIsTheNextAttempt) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  ASSERT_TRUE(Execute(unit, *journal_, options).ok());
  EXPECT_EQ(unit.attempt, 1);
  for (int attempt = 2; attempt < 4; ++attempt) {
    World("a", "changed back");
    ASSERT_TRUE(Execute(unit, *journal_, options).ok());
    EXPECT_EQ(unit.attempt, attempt);
  }
}

TEST_F(ExecuteTest, WhatIsGoneOnWithAfterACutIsTheSameAttempt) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  LeaveIntent(options, options.approved);
  ASSERT_TRUE(Execute(unit, *journal_, options).ok());
  EXPECT_EQ(unit.attempt, 1);
}

TEST_F(ExecuteTest, WhatWasRightWhenPlannedIsPlannedAgainWithinTheRule) {
  World("a", "1");
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  int amended = 0;
  options.amended = [&](const UnitPlan& plan) {
    amended += CountChanges(plan);
    return absl::OkStatus();
  };
  World("a", "drifted");
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kChanged);
  EXPECT_EQ(amended, 1);
  EXPECT_EQ(World("a"), "1");
}

TEST_F(ExecuteTest, WhatWasRightWhenPlannedAndIsForeignNowWaits) {
  for (const bool destructive : {false, true}) {
    World("a", "1");
    FakeUnit unit = Make({{"a", "1"}});
    auto options = Approve(unit);
    unit.destructive = destructive;
    unit.owner = destructive ? Change::OURS : Change::FOREIGN;
    World("a", "somebody else's");
    auto result = Execute(unit, *journal_, options);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->outcome, Outcome::kNeedsApproval);
    EXPECT_EQ(World("a"), "somebody else's");
  }
}

TEST_F(ExecuteTest, AUnitThatIsInNoPlanIsNotTakenForOneThatWasRight) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  options.approved = UnitPlan();
  EXPECT_FALSE(Execute(unit, *journal_, options).ok());
  EXPECT_EQ(unit.applied, 0);
}

TEST_F(ExecuteTest, AFailureIsKeptAndARetryIsTheNextAttempt) {
  FakeUnit unit = Make({{"a", "1"}});
  unit.apply_error = absl::InternalError("no space");
  auto options = Approve(unit);
  EXPECT_EQ(Execute(unit, *journal_, options).status(), absl::InternalError("no space"));
  EXPECT_EQ((*journal_->Find(options.key))->state, StepRecord::State::kFailed);
  unit.apply_error = absl::OkStatus();
  ASSERT_TRUE(Execute(unit, *journal_, options).ok());
  EXPECT_EQ(unit.attempt, 2);
  EXPECT_TRUE(unit.moved);
}

TEST_F(ExecuteTest, AnApplyThatSaysOkAndDidNothingIsAnError) {
  FakeUnit unit = Make({{"a", "1"}});
  unit.lazy = true;
  auto result = Execute(unit, *journal_, Approve(unit));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("1 differences remain, first a"));
}

TEST_F(ExecuteTest, AnAbortedApplyAsksForApprovalOfWhatIsThere) {
  FakeUnit unit = Make({{"a", "1"}});
  unit.apply_error = absl::AbortedError("more than approved");
  auto result = Execute(unit, *journal_, Approve(unit));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kNeedsApproval);
  EXPECT_EQ(result->plan.changes_size(), 1);
}

TEST_F(ExecuteTest, AnApplyThatWasStoppedIsNoFailureAndGoesOnLater) {
  FakeUnit unit = Make({{"a", "1"}});
  unit.apply_error = absl::CancelledError("stopped");
  auto options = Approve(unit);
  options.go_on = [] { return false; };
  EXPECT_TRUE(absl::IsCancelled(Execute(unit, *journal_, options).status()));
  EXPECT_EQ((*journal_->Find(options.key))->state, StepRecord::State::kIntent);
  unit.apply_error = absl::OkStatus();
  options.go_on = [] { return true; };
  auto result = Execute(unit, *journal_, options);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, Outcome::kResumed);
  EXPECT_EQ(unit.attempt, 1);
}

TEST_F(ExecuteTest, ACancelThatNobodyAskedForIsAFailure) {
  FakeUnit unit = Make({{"a", "1"}});
  unit.apply_error = absl::CancelledError("by the server");
  const auto options = Approve(unit);
  EXPECT_TRUE(absl::IsCancelled(Execute(unit, *journal_, options).status()));
  EXPECT_EQ((*journal_->Find(options.key))->state, StepRecord::State::kFailed);
}

TEST_F(ExecuteTest, WhatCannotBeObservedIsNotTouched) {
  FakeUnit unit = Make({{"a", "1"}});
  auto options = Approve(unit);
  unit.observe_error = absl::UnavailableError("away");
  EXPECT_FALSE(Execute(unit, *journal_, options).ok());
  EXPECT_EQ(unit.applied, 0);
}

}  // namespace
}  // namespace devstats
