#include "agent/host/transient_commands.h"

#include <set>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::agent {
namespace {

using ::testing::MatchesRegex;
using ::testing::StartsWith;

TEST(CommandUnitTest, NamesAreWhatSystemdTakesAndAlwaysTheSame) {
  const StepKey key{"op-1", "host@node-1/packages"};
  const std::string unit = CommandUnit(key, "install-1");
  EXPECT_THAT(unit, MatchesRegex("devstats-cmd-[0-9a-f]{16}-[0-9a-f]{16}-install-1"));
  EXPECT_EQ(unit, CommandUnit(key, "install-1"));
  const std::string strange = CommandUnit({std::string(300, 'x'), "a/b\n%i"}, std::string(300, '/') + "\n%n");
  EXPECT_LE(strange.size() + std::string(".service").size(), 255u);
  EXPECT_THAT(strange, MatchesRegex("[A-Za-z0-9_-]+"));
}

TEST(CommandUnitTest, DifferentThingsHaveDifferentNames) {
  std::set<std::string> names;
  for (const char* operation : {"a", "b"})
    for (const char* step : {"a", "b"})
      for (const char* label : {"a/b", "a_b", "a b"}) names.insert(CommandUnit({operation, step}, label));
  EXPECT_EQ(names.size(), 12u);
}

TEST(CommandUnitTest, PrefixesHoldTheirOwnAndNoOthers) {
  const std::string unit = CommandUnit({"op", "step"}, "x");
  EXPECT_THAT(unit, StartsWith(CommandPrefix(StepKey{"op", "step"})));
  EXPECT_THAT(unit, StartsWith(CommandPrefix("op")));
  EXPECT_FALSE(absl::StartsWith(CommandUnit({"op", "step2"}, "x"), CommandPrefix(StepKey{"op", "step"})));
  EXPECT_FALSE(absl::StartsWith(CommandUnit({"op2", "step"}, "x"), CommandPrefix("op")));
}

TEST(TransientCommandsTest, WhatNeverRanIsForgottenWithoutAskingSystemd) {
  TempDir dir;
  TransientCommands commands(dir.path() + "/output");
  EXPECT_TRUE(commands.ForgetOperation("op").ok());
  EXPECT_TRUE(commands.Forget({"op", "step"}).ok());
  EXPECT_TRUE(commands.Settle({"op", "step"}).ok());
}

TEST(TransientCommandsTest, ARelativePathIsRefused) {
  TempDir dir;
  TransientCommands commands(dir.path());
  EXPECT_EQ(
      commands.Run({"op", "s"}, {.label = "x", .argv = {"true"}}, [](absl::string_view) {}).status().code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(commands.Run({"op", "s"}, {.label = "x"}, [](absl::string_view) {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace devstats::agent
