#include "coordinator/chart/functions/go_regex.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

bool GoRegexMatches(absl::string_view pattern, absl::string_view text) {
  const auto compiled = GoRegex::Compile(pattern);
  EXPECT_TRUE(compiled.ok()) << pattern << ": " << compiled.status();
  return compiled.ok() && compiled->Matches(text);
}

TEST(GoRegex, MatchesAnywhere) {
  EXPECT_TRUE(GoRegexMatches("b", "abc"));
  EXPECT_FALSE(GoRegexMatches("^b", "abc"));
  EXPECT_TRUE(GoRegexMatches("^\\p{L}+$", "äÖ"));
  EXPECT_FALSE(GoRegexMatches("a$", "a\n"));
  EXPECT_TRUE(GoRegexMatches("^\\p{Letter}\\x{fffd}$", "a\xff"));
}

TEST(GoRegex, NamesGroupsAsGoDoes) {
  EXPECT_TRUE(GoRegexMatches("^(?<year>\\d+)-(?P<month>\\d+)$", "2020-01"));
  EXPECT_TRUE(GoRegexMatches("^[(?<x>]+$", "(?<"));
  EXPECT_TRUE(GoRegexMatches("^[](?<x>]+$", "](?<"));
  EXPECT_TRUE(GoRegexMatches("^[[:alpha:](?<x>]+$", "a(?<"));
  EXPECT_TRUE(GoRegexMatches("^\\(?<x>$", "(<x>"));
  EXPECT_TRUE(GoRegexMatches("^\\Q(?<x>a\\E$", "(?<x>a"));
}

TEST(GoRegex, SaysWhatIsWrongAsGoDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"(", "missing closing ): `(`"},
      {"a)", "unexpected ): `a)`"},
      {"x[a", "missing closing ]: `[a`"},
      {"a**", "invalid nested repetition operator: `**`"},
      {"*", "missing argument to repetition operator: `*`"},
      {"a{1001}", "invalid repeat count: `{1001}`"},
      {"[z-a]", "invalid character class range: `z-a`"},
      {"[[:foo:]]", "invalid character class range: `[:foo:]`"},
      {"\\C", "invalid escape sequence: `\\C`"},
      {"\\y", "invalid escape sequence: `\\y`"},
      {"\\", "trailing backslash at end of expression: ``"},
      {"^(?!x)", "invalid or unsupported Perl syntax: `(?!`"},
      {"(?<=a)b", "invalid named capture: `(?<=a)b`"},
      {"(?<a-b>x)", "invalid named capture: `(?<a-b>`"},
      {"(?P<n", "invalid named capture: `(?P<n`"},
      {"\\pX", "invalid character class range: `\\pX`"},
  };
  for (const auto& [pattern, why] : cases)
    EXPECT_EQ(GoRegex::Compile(pattern).status().message(), absl::StrCat("error parsing regexp: ", why))
        << pattern;
}

}  // namespace
}  // namespace devstats::chart
