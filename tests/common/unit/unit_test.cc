#include "common/unit/unit.h"

#include "tests/common/temp_dir.h"
#include "tests/common/unit/fake_unit.h"
#include "gtest/gtest.h"

namespace devstats {
namespace {

Change MakeChange(const std::string& path, const std::string& after, Change::Owner owner = Change::OURS) {
  Change c;
  c.set_path(path);
  c.set_action(Change::UPDATE);
  c.set_after(after);
  c.set_owner(owner);
  return c;
}

UnitPlan PlanOf(std::vector<Change> changes) {
  UnitPlan plan;
  plan.set_state(UnitPlan::READY);
  for (Change& c : changes) *plan.add_changes() = std::move(c);
  return plan;
}

UnitPlan Around(const std::string& name, UnitPlan part) {
  UnitPlan plan;
  part.set_unit(name);
  *plan.add_parts() = std::move(part);
  return plan;
}

TEST(Within, IsAboutTheThingAndItsOutcomeNotAboutWhatWasThereBefore) {
  UnitPlan approved = PlanOf({MakeChange("a", "1"), MakeChange("b", "2")});
  Change half = MakeChange("a", "1");
  half.set_before("something else");
  EXPECT_TRUE(IsWithin(PlanOf({half}), approved));
  EXPECT_TRUE(IsWithin(PlanOf({}), approved));
  EXPECT_FALSE(IsWithin(PlanOf({MakeChange("a", "9")}), approved));
  EXPECT_FALSE(IsWithin(PlanOf({MakeChange("c", "1")}), approved));
}

TEST(Within, LooksIntoParts) {
  UnitPlan approved = Around("sysctl", PlanOf({MakeChange("a", "1")}));
  EXPECT_TRUE(IsWithin(Around("sysctl", PlanOf({MakeChange("a", "1")})), approved));
  EXPECT_FALSE(IsWithin(Around("swap", PlanOf({MakeChange("a", "1")})), approved));
}

TEST(Within, ADestructiveChangeIsAnotherThanTheHarmlessOne) {
  Change wipe = MakeChange("disk", "xfs");
  UnitPlan approved = PlanOf({wipe});
  wipe.set_destructive(true);
  EXPECT_FALSE(IsWithin(PlanOf({wipe}), approved));
  EXPECT_FALSE(MayAmend(PlanOf({wipe}), approved));
  EXPECT_TRUE(IsDestructive(Around("disk", PlanOf({wipe}))));
}

TEST(Amend, OnlyCreatesOrUpdatesWhatIsOursOrAbsent) {
  EXPECT_TRUE(MayAmend(PlanOf({MakeChange("a", "1", Change::ABSENT)}), UnitPlan()));
  EXPECT_TRUE(MayAmend(PlanOf({MakeChange("a", "1", Change::OURS)}), UnitPlan()));
  EXPECT_FALSE(MayAmend(PlanOf({MakeChange("a", "1", Change::FOREIGN)}), UnitPlan()));
  EXPECT_FALSE(MayAmend(PlanOf({MakeChange("a", "1", Change::OWNER_UNSPECIFIED)}), UnitPlan()));
  Change removal = MakeChange("a", "");
  removal.set_action(Change::DELETE);
  EXPECT_FALSE(MayAmend(PlanOf({removal}), UnitPlan()));
  EXPECT_TRUE(MayAmend(PlanOf({removal}), PlanOf({removal})));
}

TEST(PlanUnit, TellsWhyAUnitCouldNotBeObserved) {
  TempDir dir;
  FakeUnit unit("u", dir.path(), {{"a", "1"}});
  unit.observe_error = Hint(absl::UnavailableError("box is off"), "switch it on");
  UnitPlan plan = PlanUnit(unit);
  EXPECT_EQ(plan.state(), UnitPlan::UNKNOWN);
  EXPECT_EQ(plan.error(), "box is off");
  EXPECT_EQ(plan.hint(), "switch it on");
  EXPECT_FALSE(IsEmpty(plan));
  const absl::Status around = StatusOf(Around("part", plan));
  EXPECT_EQ(around.message(), "part: box is off");
  EXPECT_EQ(HintOf(around), "switch it on");
}

TEST(PlanUnit, TheSameWorldHasTheSameDigests) {
  TempDir dir;
  FakeUnit unit("u", dir.path(), {{"a", "1"}});
  UnitPlan first = PlanUnit(unit), second = PlanUnit(unit);
  EXPECT_EQ(first.precondition(), second.precondition());
  EXPECT_EQ(first.inputs(), second.inputs());
  ASSERT_TRUE(WriteFileAtomic(unit.Path("a"), "0").ok());
  EXPECT_NE(PlanUnit(unit).precondition(), first.precondition());
}

class WarningUnit : public FakeUnit {
 public:
  using FakeUnit::FakeUnit;
  absl::StatusOr<Json> Observe() override {
    auto world = FakeUnit::Observe();
    if (world.ok()) (*world)[kWarnings] = warnings;
    return world;
  }
  absl::StatusOr<UnitPlan> Diff(const Json& world) const override {
    auto plan = FakeUnit::Diff(world);
    for (const Json& warning : world[kWarnings]) plan->add_warnings(warning.get<std::string>());
    return plan;
  }
  std::vector<std::string> warnings;
};

TEST(PlanUnit, WarningsAreToldAndMakeNoPlanStale) {
  TempDir dir;
  WarningUnit unit("u", dir.path(), {{"a", "1"}});
  const UnitPlan before = PlanUnit(unit);
  unit.warnings = {"look out"};
  const UnitPlan after = PlanUnit(unit);
  EXPECT_EQ(after.warnings(0), "look out");
  EXPECT_EQ(after.precondition(), before.precondition());
  EXPECT_EQ(CountChanges(after), CountChanges(before));
}

TEST(PlanUnit, AWarningAloneIsNoChange) {
  TempDir dir;
  WarningUnit unit("u", dir.path(), {});
  unit.warnings = {"look out"};
  EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
}

TEST(StatusOf, SaysWhatFailedAndHintsAtWhatToDo) {
  TempDir dir;
  FakeUnit unit("u", dir.path(), {{"a", "1"}});
  EXPECT_TRUE(StatusOf(PlanUnit(unit)).ok());
  unit.observe_error = Hint(absl::UnavailableError("no answer"), "is it on?");
  const absl::Status status = StatusOf(Around("host@a", PlanUnit(unit)));
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_EQ(status.message(), "host@a: no answer");
  EXPECT_EQ(HintOf(status), "is it on?");
}

TEST(Empty, ADeferredPartIsNotNothing) {
  UnitPlan part;
  part.set_state(UnitPlan::DEFERRED);
  EXPECT_FALSE(IsEmpty(Around("mount", part)));
  EXPECT_TRUE(IsEmpty(Around("mount", PlanOf({}))));
  EXPECT_EQ(CountChanges(Around("x", PlanOf({MakeChange("a", "1")}))), 1);
}

}  // namespace
}  // namespace devstats
