#include "coordinator/nodes/phase_unit.h"

#include "common/status.h"
#include "common/unit/execute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using agent::v1::StepStatus;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PhaseUnitTest : public ::testing::Test {
 protected:
  PhaseUnitTest() {
    spec_.set_phase("host");
    (*spec_.mutable_sysctl()->mutable_values())["a"] = "1";
    UnitPlan* part = agent_.plan.add_resources();
    part->set_unit("sysctl");
    part->set_state(UnitPlan::READY);
    Change* c = part->add_changes();
    c->set_path("a");
    c->set_action(Change::UPDATE);
    c->set_owner(Change::OURS);
    c->set_after("1");
    agent_.step.set_state(StepStatus::DONE);
  }
  absl::StatusOr<Execution> Run() {
    PhaseUnit unit({.node = "node-1", .spec = spec_}, &agent_);
    return Run(unit);
  }
  absl::StatusOr<Execution> Run(PhaseUnit& unit) {
    return Execute(unit, journal_,
                   {.key = {"op-1", unit.id()},
                    .payload = DigestOf(unit.Inputs()),
                    .approved = approved_ ? *approved_ : PlanUnit(unit),
                    .boot_id = "boot-1",
                    .progress = [this](absl::string_view m) { progress_.push_back(std::string(m)); }});
  }

  std::string Journalled() {
    auto record = journal_.Find({"op-1", "host@node-1"});
    return record.ok() && *record ? (*record)->payload + (*record)->intent.dump() + (*record)->result.dump()
                                  : "none";
  }

  FakeAgent agent_;
  agent::v1::PhaseSpec spec_;
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Journal::Schema()});
  Journal journal_{db_.get(), &SystemClock()};
  std::optional<UnitPlan> approved_;
  std::vector<std::string> progress_;
};

TEST_F(PhaseUnitTest, IsNamedAfterPhaseAndNodeAndShowsTheAgentsDiff) {
  PhaseUnit unit({.node = "node-1", .spec = spec_}, &agent_);
  EXPECT_EQ(unit.id(), "host@node-1");
  const UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(plan.parts_size(), 1);
  EXPECT_EQ(plan.parts(0).unit(), "sysctl");
  EXPECT_EQ(CountChanges(plan), 1);
}

TEST_F(PhaseUnitTest, AppliesWhatWasApprovedUnderItsKey) {
  auto done = Run();
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  ASSERT_EQ(agent_.applied.size(), 1u);
  EXPECT_EQ(agent_.applied[0].operation(), "op-1");
  EXPECT_EQ(agent_.applied[0].step(), "host@node-1");
  EXPECT_EQ(agent_.applied[0].attempt(), 1u);
  EXPECT_EQ(agent_.applied[0].approved(0).changes(0).path(), "a");
  EXPECT_THAT(progress_, ElementsAre("sysctl: setting a"));
}

TEST_F(PhaseUnitTest, WhatIsComparedGoesWithPlansAndActs) {
  int asked = 0;
  PhaseWants wants{.node = "node-1", .spec = spec_};
  wants.secrets = [](const StepKey&) -> absl::StatusOr<PhaseSecrets> { return PhaseSecrets{{"token", Secret("t0ken")}}; };
  wants.compared = [&]() -> absl::StatusOr<PhaseSecrets> {
    ++asked;
    return PhaseSecrets{{"registry:r", Secret("hunter2")}};
  };
  PhaseUnit unit(wants, &agent_);
  const UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(agent_.compared.size(), 1u);
  EXPECT_EQ(agent_.compared.at("registry:r").Reveal(), "hunter2");
  EXPECT_THAT(ToJson(plan).dump(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(unit.Inputs().dump(), Not(HasSubstr("hunter2")));
  approved_ = plan;
  ASSERT_TRUE(Run(unit).ok());
  ASSERT_EQ(agent_.applied.size(), 1u);
  EXPECT_EQ(agent_.applied[0].secrets().at("registry:r"), "hunter2");
  EXPECT_EQ(agent_.applied[0].secrets().at("token"), "t0ken");
  EXPECT_EQ(asked, 4);  // planned; and by the run before, in and after the act
  EXPECT_THAT(Journalled(), Not(AnyOf(HasSubstr("hunter2"), HasSubstr("t0ken"))));
}

TEST_F(PhaseUnitTest, AStepThatIsAttachedToBringsWhatIsComparedAndMakesNothingNew) {
  PhaseWants wants{.node = "node-1", .spec = spec_};
  wants.secrets = [](const StepKey&) -> absl::StatusOr<PhaseSecrets> {
    return absl::InternalError("a token nobody needs");
  };
  wants.compared = []() -> absl::StatusOr<PhaseSecrets> {
    return PhaseSecrets{{"registry:r", Secret("hunter2")}};
  };
  PhaseUnit unit(wants, &agent_);
  agent_.left_running = true;
  StepContext context{.key = {"op-1", unit.id()}};
  context.progress = [](absl::string_view) {};
  ASSERT_TRUE(unit.Settle(context).ok());
  ASSERT_EQ(agent_.applied.size(), 1u);
  EXPECT_EQ(agent_.applied[0].secrets_size(), 1);
}

TEST_F(PhaseUnitTest, ASecretThatCannotBeHadFailsThePlan) {
  PhaseWants wants{.node = "node-1", .spec = spec_};
  wants.compared = []() -> absl::StatusOr<PhaseSecrets> {
    return Hint(absl::NotFoundError("the secret r is not set"), "devstatsctl secret set r");
  };
  PhaseUnit unit(wants, &agent_);
  const UnitPlan plan = PlanUnit(unit);
  EXPECT_EQ(plan.error(), "the secret r is not set");
  EXPECT_EQ(plan.hint(), "devstatsctl secret set r");
  EXPECT_EQ(agent_.planned.phase(), "");  // the box was not asked
}

TEST_F(PhaseUnitTest, AFailedStepIsTriedAgainUnderANewAttempt) {
  agent_.step.set_state(StepStatus::FAILED);
  agent_.step.set_code(static_cast<int>(absl::StatusCode::kFailedPrecondition));
  agent_.step.set_error("sysctl: the kernel has no parameter a");
  agent_.step.set_hint("load it");
  approved_ = PlanUnit(*std::make_unique<PhaseUnit>(PhaseWants{.node = "node-1", .spec = spec_}, &agent_));
  auto failed = Run();
  EXPECT_TRUE(absl::IsFailedPrecondition(failed.status()));
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("the kernel has no parameter a"));
  EXPECT_EQ(HintOf(failed.status()), "load it");
  agent_.step.Clear();
  agent_.step.set_state(StepStatus::DONE);
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(agent_.applied.back().attempt(), 2u);
}

TEST_F(PhaseUnitTest, DriftAfterADoneStepIsANewAttemptNotTheKeptResult) {
  const agent::v1::PlanResponse drift = agent_.plan;
  ASSERT_TRUE(Run().ok());
  agent_.plan = drift;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(agent_.applied.back().attempt(), 2u);
}

TEST_F(PhaseUnitTest, AStepThatWaitsForApprovalMakesTheUnitWait) {
  agent_.step.set_state(StepStatus::NEEDS_APPROVAL);
  agent_.step.add_amended()->set_unit("sysctl");
  auto waits = Run();
  ASSERT_TRUE(waits.ok()) << waits.status();
  EXPECT_EQ(waits->outcome, Outcome::kNeedsApproval);
}

TEST_F(PhaseUnitTest, AfterACutTheSameRequestAttachesToTheRunningStep) {
  PhaseUnit unit({.node = "node-1", .spec = spec_}, &agent_);
  const UnitPlan plan = PlanUnit(unit);
  ASSERT_TRUE(journal_
                  .WriteIntent({.key = {"op-1", unit.id()},
                                .payload = DigestOf(unit.Inputs()),
                                .boot_id = "boot-1",
                                .intent = {{"attempt", 1}, {"witness", Json::object()}, {"plan", ToJson(plan)}}})
                  .ok());
  agent_.left_running = true;
  auto done = Run();
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kResumed);
  ASSERT_EQ(agent_.applied.size(), 1u);  // attached; nothing was left to do afterwards
  EXPECT_EQ(agent_.applied[0].attempt(), 1u);
}

TEST_F(PhaseUnitTest, ABoxThatDoesNotAnswerFailsThePlan) {
  agent_.error = absl::UnavailableError("node-1: the agent does not answer");
  PhaseUnit unit({.node = "node-1", .spec = spec_}, &agent_);
  EXPECT_THAT(ErrorOf(PlanUnit(unit)), HasSubstr("does not answer"));
}

TEST_F(PhaseUnitTest, ForgetsOnTheBox) {
  ASSERT_TRUE(PhaseUnit({.node = "node-1", .spec = spec_}, &agent_).Forget("op-1").ok());
  EXPECT_THAT(agent_.forgotten, ElementsAre("op-1"));
}

TEST_F(PhaseUnitTest, WhatWasMadeForAStepIsTakenBackByItsKeyAndTheBoxForgetsEvenIfThatFails) {
  std::vector<std::string> made, taken;
  PhaseWants wants{.node = "node-1", .spec = spec_};
  wants.secrets = [&](const StepKey& key) -> absl::StatusOr<PhaseSecrets> {
    made.push_back(key.Text());
    return PhaseSecrets{{"token", Secret("abc")}};
  };
  wants.take_back = [&](const StepKey& key) {
    taken.push_back(key.Text());
    return absl::UnavailableError("no API");
  };
  PhaseUnit unit(std::move(wants), &agent_);
  StepContext context{.key = {"op-1", unit.id()}};
  context.progress = [](absl::string_view) {};
  ASSERT_TRUE(unit.Apply({}, context).ok());
  EXPECT_EQ(agent_.applied[0].secrets().at("token"), "abc");
  EXPECT_TRUE(absl::IsUnavailable(unit.Forget("op-1")));
  EXPECT_THAT(made, ElementsAre("op-1/host@node-1"));
  EXPECT_EQ(taken, made);
  EXPECT_THAT(agent_.forgotten, ElementsAre("op-1"));
}

}  // namespace
}  // namespace devstats::coordinator
