#include "coordinator/chart/loader/ignore.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

bool IgnoresFile(absl::string_view rules, absl::string_view path) {
  const auto parsed = IgnoreRules::Parse(rules);
  return parsed.ok() && parsed->Ignores(path, false);
}
bool IgnoresFolder(absl::string_view rules, absl::string_view path) {
  const auto parsed = IgnoreRules::Parse(rules);
  return parsed.ok() && parsed->Ignores(path, true);
}

TEST(Ignore, WithoutRulesOnlyHiddenTemplates) {
  const IgnoreRules rules;
  EXPECT_TRUE(rules.Ignores("templates/.x", false));
  EXPECT_FALSE(rules.Ignores("templates/sub/.x", false));
  EXPECT_FALSE(rules.Ignores("templates", true));
  EXPECT_FALSE(rules.Ignores(".x", false));
}

TEST(Ignore, DefaultsHoldBesideAFile) {
  EXPECT_TRUE(IgnoresFile("a\n", "templates/.x"));
  EXPECT_FALSE(IgnoresFile("", "x"));
}

TEST(Ignore, WithoutASlashTheNameCounts) {
  EXPECT_TRUE(IgnoresFile("*.txt", "a/b/c.txt"));
  EXPECT_FALSE(IgnoresFile("*.txt", "a/b/c.tx"));
  EXPECT_TRUE(IgnoresFile("b?", "x/ba"));
}

TEST(Ignore, WithASlashTheWholePathCounts) {
  EXPECT_TRUE(IgnoresFile("a/*.txt", "a/b.txt"));
  EXPECT_FALSE(IgnoresFile("a/*.txt", "x/a/b.txt"));
  EXPECT_TRUE(IgnoresFile("/a.txt", "a.txt"));
  EXPECT_FALSE(IgnoresFile("/a.txt", "b/a.txt"));
}

TEST(Ignore, ASlashAtTheEndMeansFolders) {
  EXPECT_TRUE(IgnoresFolder("docs/", "a/docs"));
  EXPECT_FALSE(IgnoresFile("docs/", "docs"));
  EXPECT_TRUE(IgnoresFolder("/docs/", "docs"));
  EXPECT_FALSE(IgnoresFolder("/docs/", "a/docs"));
  EXPECT_FALSE(IgnoresFolder("/", "a"));
}

TEST(Ignore, ANegatedRuleIgnoresAllElse) {
  EXPECT_TRUE(IgnoresFile("!*.yaml", "README.md"));
  EXPECT_FALSE(IgnoresFile("!*.yaml", "a.yaml"));
  EXPECT_TRUE(IgnoresFile("!docs/", "docs"));
  EXPECT_TRUE(IgnoresFile("!*.yaml\na.*", "a.yaml"));
}

TEST(Ignore, CommentsBlanksAndByteOrderMarks) {
  EXPECT_FALSE(IgnoresFile("# a\n\n  \n", "a"));
  EXPECT_TRUE(IgnoresFile("\xEF\xBB\xBF  a \r\n", "a"));
  EXPECT_FALSE(IgnoresFile("*", "."));
  EXPECT_FALSE(IgnoresFile("*", ""));
}

TEST(Ignore, RefusesWhatItCannotDo) {
  EXPECT_EQ(IgnoreRules::Parse("a\n**/b").status().message(), "double-star (**) syntax is not supported");
  EXPECT_EQ(IgnoreRules::Parse("[").status().message(), "syntax error in pattern");
  EXPECT_EQ(IgnoreRules::Parse(std::string(70'000, 'a')).status().message(), "bufio.Scanner: token too long");
}

}  // namespace
}  // namespace devstats::chart
