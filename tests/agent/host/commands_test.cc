#include "agent/host/commands.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CommandStatusTest, ExitZeroIsOkWhateverItSaid) {
  EXPECT_TRUE(CommandStatus("mkfs", {0, "done", "warning", false}).ok());
}

TEST(CommandStatusTest, AFailureCarriesTheLastWords) {
  const absl::Status status = CommandStatus("apt-get", {100, "1\n2\n3\n4\n5\n\nE: no space\n", "", false});
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("apt-get failed (exit 100): 2\n3\n4\n5\nE: no space"));
}

TEST(CommandStatusTest, ErrorsComeBeforeOutputAndControlCharactersDoNotReachTheTerminal) {
  const std::string text(CommandStatus("x", {1, "out", "err\x1b[2J", false}).message());
  EXPECT_THAT(text, HasSubstr("err"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("out")));
}

TEST(CommandStatusTest, SilenceIsSaid) {
  EXPECT_THAT(std::string(CommandStatus("x", {137, "", "", false}).message()),
              HasSubstr("exit 137) and said nothing"));
}

}  // namespace
}  // namespace devstats::agent
