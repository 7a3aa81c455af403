// What every Commands promises: run on the fake in unit tests and on the real one in a box.
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/host/commands.h"
#include "common/files.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::agent {

class CommandsWorld {
 public:
  virtual ~CommandsWorld() = default;
  virtual Commands& commands() = 0;
};

class CommandsContract : public ::testing::TestWithParam<std::function<std::unique_ptr<CommandsWorld>()>> {
 protected:
  ~CommandsContract() override {
    for (const char* operation : {"op", "op-2"})
      EXPECT_TRUE(world_->commands().ForgetOperation(operation).ok());
  }
  // Runs a line for the shell as a command of the step.
  absl::StatusOr<ProcessResult> Shell(const std::string& line, const StepKey& key = {"op", "host@n/x"}) {
    return Run({.label = "x", .argv = {"/bin/sh", "-c", line}}, key);
  }
  absl::StatusOr<ProcessResult> Run(const Command& command, const StepKey& key = {"op", "host@n/x"}) {
    return world_->commands().Run(key, command,
                                  [this](absl::string_view line) { lines_.emplace_back(line); });
  }
  // A line for the shell that leaves a trace of each time it runs.
  std::string Trace() const { return "echo ran >> " + dir_.path() + "/trace"; }
  std::string Traces() const { return ReadFile(dir_.path() + "/trace").value_or(""); }

  TempDir dir_;
  std::vector<std::string> lines_;
  const std::unique_ptr<CommandsWorld> world_ = GetParam()();
};

TEST_P(CommandsContract, TellsTheOutputOfBothStreamsAndTheExitCode) {
  auto result = Shell("echo one; echo two >&2; exit 3");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->out, "one\ntwo\n");
  EXPECT_THAT(lines_, ::testing::ElementsAre("one", "two"));
}

TEST_P(CommandsContract, ASignalIsAnExitCodeOfItsOwn) {
  auto result = Shell("kill -9 $$");
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 128 + 9);
}

TEST_P(CommandsContract, TheSameCommandOfAStepRunsOnceAndKeepsItsResult) {
  const std::string line = Trace() + "; echo result; exit 4";
  auto first = Shell(line), second = Shell(line);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(second->exit_code, 4);
  EXPECT_EQ(second->out, "result\n");
  EXPECT_EQ(Traces(), "ran\n");
}

TEST_P(CommandsContract, AnotherLabelStepOrOperationIsAnotherCommand) {
  const StepKey key{"op", "host@n/x"};
  ASSERT_TRUE(Run({.label = "a", .argv = {"/bin/sh", "-c", Trace()}}, key).ok());
  ASSERT_TRUE(Run({.label = "b", .argv = {"/bin/sh", "-c", Trace()}}, key).ok());
  ASSERT_TRUE(Run({.label = "a", .argv = {"/bin/sh", "-c", Trace()}}, {"op", "host@n/y"}).ok());
  ASSERT_TRUE(Run({.label = "a", .argv = {"/bin/sh", "-c", Trace()}}, {"op-2", "host@n/x"}).ok());
  EXPECT_EQ(Traces(), "ran\nran\nran\nran\n");
}

TEST_P(CommandsContract, WhatIsForgottenRunsAgain) {
  ASSERT_TRUE(Shell(Trace() + "; exit 1").ok());
  ASSERT_TRUE(world_->commands().Forget({"op", "host@n/x"}).ok());
  ASSERT_TRUE(Shell(Trace()).ok());
  EXPECT_EQ(Traces(), "ran\nran\n");
  ASSERT_TRUE(Shell(Trace(), {"op-2", "host@n/x"}).ok());
  ASSERT_TRUE(world_->commands().ForgetOperation("op").ok());
  ASSERT_TRUE(Shell(Trace()).ok());
  ASSERT_TRUE(Shell(Trace(), {"op-2", "host@n/x"}).ok());
  EXPECT_EQ(Traces(), "ran\nran\nran\nran\n");
}

TEST_P(CommandsContract, InputComesToStandardInput) {
  auto result = Run({.label = "x", .argv = {"/bin/cat"}, .input = "a secret\n"});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->out, "a secret\n");
}

TEST_P(CommandsContract, TheEnvironmentIsCleanAndWordsAreTakenAsTheyAre) {
  ::setenv("DEVSTATS_CONTRACT_OURS", "1", 1);
  auto result = Run({.label = "env",
                     .argv = {"/bin/sh", "-c", "env; echo \"word=$0\"", "$HOME %n ${X}"},
                     .environment = {"GIVEN=with blank"}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->out, ::testing::HasSubstr("LC_ALL=C.UTF-8\n"));
  EXPECT_THAT(result->out, ::testing::HasSubstr("PATH=/usr/local/sbin:"));
  EXPECT_THAT(result->out, ::testing::HasSubstr("GIVEN=with blank\n"));
  EXPECT_THAT(result->out, ::testing::HasSubstr("word=$HOME %n ${X}\n"));
  EXPECT_THAT(result->out, ::testing::Not(::testing::HasSubstr("DEVSTATS_CONTRACT_OURS")));
}

TEST_P(CommandsContract, TooLongIsStoppedAndDeadlineExceeded) {
  auto result =
      Run({.label = "x", .argv = {"/bin/sh", "-c", "sleep 1000"}, .timeout = absl::Milliseconds(300)});
  EXPECT_TRUE(absl::IsDeadlineExceeded(result.status())) << result.status();
}

TEST_P(CommandsContract, AProgramThatIsNotThereIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(Run({.label = "x", .argv = {"/usr/bin/no-such-program"}}).status()));
}

TEST_P(CommandsContract, ObservingKeepsNothing) {
  for (int i = 0; i < 2; ++i) {
    auto result = world_->commands().Observe({"/bin/sh", "-c", Trace()});
    ASSERT_TRUE(result.ok()) << result.status();
  }
  EXPECT_EQ(Traces(), "ran\nran\n");
  EXPECT_TRUE(world_->commands().Settle({"op", "host@n/x"}).ok());
}

}  // namespace devstats::agent
