#include "agent/resources/shell.h"

#include "agent/resources/kubectl.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ShellTest : public ::testing::Test {
 protected:
  void Installed(const std::string& completion = "# completion 1\n") {
    box_.commands.On({Kubectl::kProgram, "completion", "bash"}, completion);
  }
  ShellResource Make() { return ShellResource(v1::Shell(), box_.host.get()); }
  Box box_;
};

TEST_F(ShellTest, WritesCompletionAndAlias) {
  Installed();
  ShellResource shell = Make();
  EXPECT_THAT(PathsOf(PlanUnit(shell)), ElementsAre(ShellResource::kCompletion, ShellResource::kAlias));
  ASSERT_TRUE(RunUnit(box_, shell).ok());
  EXPECT_EQ(box_.Read(ShellResource::kCompletion), "# completion 1\n");
  EXPECT_THAT(box_.Read(ShellResource::kAlias), HasSubstr("alias k=kubectl\n"));
  EXPECT_THAT(box_.Read(ShellResource::kAlias), HasSubstr("complete -o default -F __start_kubectl k\n"));
  EXPECT_EQ(RunUnit(box_, shell, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(ShellTest, ANewKubectlBringsItsOwnCompletion) {
  Installed();
  ShellResource shell = Make();
  ASSERT_TRUE(RunUnit(box_, shell).ok());
  Installed("# completion 2\n");
  const UnitPlan plan = PlanUnit(shell);
  ASSERT_THAT(PathsOf(plan), ElementsAre(ShellResource::kCompletion));
  EXPECT_EQ(plan.changes(0).owner(), Change::OURS);
  ASSERT_TRUE(RunUnit(box_, shell, {.operation = "op-2"}).ok());
  EXPECT_EQ(box_.Read(ShellResource::kCompletion), "# completion 2\n");
}

TEST_F(ShellTest, IsPlannedBeforeKubectlIsThereAndThePlanStillFitsAfterwards) {
  ShellResource shell = Make();
  const UnitPlan approved = PlanUnit(shell);
  EXPECT_EQ(approved.changes_size(), 2);
  EXPECT_THAT(HintOf(RunUnit(box_, shell).status()), HasSubstr("package"));
  Installed();
  auto done = RunUnit(box_, shell, {.approved = approved});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
}

TEST_F(ShellTest, SomebodyElsesCompletionIsAForeignChange) {
  Installed();
  box_.Write(ShellResource::kCompletion, "# theirs\n");
  ShellResource shell = Make();
  EXPECT_EQ(PlanUnit(shell).changes(0).owner(), Change::FOREIGN);
}

}  // namespace
}  // namespace devstats::agent
