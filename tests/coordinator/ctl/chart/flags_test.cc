#include "coordinator/ctl/chart/flags.h"

#include "CLI/CLI.hpp"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::ctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct FlagsRead {
  std::vector<std::string> list, slice;
  std::string error, help;
};

FlagsRead ReadFlags(std::vector<std::string> words) {
  FlagsRead out;
  CLI::App app;
  ListFlag(app, "--list", out.list, "X", "a list");
  SliceFlag(app, "-s,--slice", out.slice, "X", "a slice");
  IgnoredFlags(app, {"--wait", "--atomic"});
  IgnoredOptions(app, {"--timeout", "-l,--labels"});
  RefusedFlags(app, {"--verify", "--prov"}, "not done here");
  out.help = app.help();
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    out.error = error.what();
  }
  return out;
}

TEST(HelmFlags, AListTakesEachValueAsItStands) {
  EXPECT_THAT(ReadFlags({"--list", "a,b", "--list", "", "--list", "\"c\""}).list,
              ElementsAre("a,b", "", "\"c\""));
  EXPECT_THAT(ReadFlags({"--list", "a", "b"}).error, Not(IsEmpty())) << "one value each time";
}

TEST(HelmFlags, ASliceIsALineOfCsv) {
  const auto slice = [](const std::string& line) { return ReadFlags({"--slice", line}).slice; };
  EXPECT_THAT(slice("a,b"), ElementsAre("a", "b"));
  EXPECT_THAT(slice(""), IsEmpty());
  EXPECT_THAT(slice("a,,b,"), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(slice("\"a,b\",c"), ElementsAre("a,b", "c"));
  EXPECT_THAT(slice("\"a\"\"b\",c"), ElementsAre("a\"b", "c"));
  EXPECT_THAT(slice("\"\"\"\""), ElementsAre("\""));
  EXPECT_THAT(slice("\"\""), ElementsAre(""));
  EXPECT_THAT(slice("x\"y,z"), ElementsAre("x\"y", "z")) << "quotes count at the beginning only";
  EXPECT_THAT(ReadFlags({"-s", "a,b", "-s", "c"}).slice, ElementsAre("a", "b", "c"));
}

TEST(HelmFlags, WhatIsIgnoredIsTakenWithItsValue) {
  const FlagsRead read = ReadFlags({"--wait", "--timeout", "5m", "-l", "a=b", "--list", "x", "--atomic"});
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.list, ElementsAre("x"));
  EXPECT_THAT(ReadFlags({"--timeout"}).error, Not(IsEmpty()));
  EXPECT_THAT(read.help, Not(HasSubstr("--timeout")));
  EXPECT_THAT(read.help, Not(HasSubstr("--wait")));
  EXPECT_THAT(read.help, HasSubstr("--list X"));
}

TEST(HelmFlags, WhatIsRefusedSaysWhy) {
  EXPECT_THAT(ReadFlags({"--prov"}).error, HasSubstr("--prov: not done here"));
  EXPECT_THAT(ReadFlags({"--verify"}).error, HasSubstr("--verify: not done here"));
}

}  // namespace
}  // namespace devstats::ctl
