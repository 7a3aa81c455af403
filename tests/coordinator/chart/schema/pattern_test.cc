#include "coordinator/chart/schema/pattern.h"

#include "gtest/gtest.h"

namespace devstats::chart::schema {
namespace {

bool PatternMatches(absl::string_view pattern, absl::string_view text) {
  const auto compiled = CompilePattern(pattern);
  EXPECT_TRUE(compiled.ok()) << pattern << ": " << compiled.status();
  return compiled.ok() && RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), **compiled);
}

TEST(Pattern, MatchesAnywhere) {
  EXPECT_TRUE(PatternMatches("b", "abc"));
  EXPECT_FALSE(PatternMatches("^b", "abc"));
  EXPECT_TRUE(PatternMatches("^\\p{L}+$", "äÖ"));
  EXPECT_FALSE(PatternMatches("a$", "a\n"));
}

TEST(Pattern, NamesGroupsAsGoDoes) {
  EXPECT_TRUE(PatternMatches("^(?<year>\\d+)-(?P<month>\\d+)$", "2020-01"));
  EXPECT_TRUE(PatternMatches("^[(?<x>]+$", "(?<"));
  EXPECT_TRUE(PatternMatches("^[](?<x>]+$", "](?<"));
  EXPECT_TRUE(PatternMatches("^[[:alpha:](?<x>]+$", "a(?<"));
  EXPECT_TRUE(PatternMatches("^\\(?<x>$", "(<x>"));
  EXPECT_TRUE(PatternMatches("^\\Q(?<x>a\\E$", "(?<x>a"));
}

TEST(Pattern, WritesNothingItself) {
  ::testing::internal::CaptureStderr();
  EXPECT_FALSE(CompilePattern("a(").ok());
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Pattern, SaysWhatIsWrongAsGoDoes) {
  const std::pair<const char*, const char*> cases[] = {
      {"(", "missing closing ): `(`"},
      {"a)", "unexpected ): `a)`"},
      {"x[a", "missing closing ]: `[a`"},
      {"a**", "invalid nested repetition operator: `**`"},
      {"*", "missing argument to repetition operator: `*`"},
      {"a{1001}", "invalid repeat count: `{1001}`"},
      {"[z-a]", "invalid character class range: `z-a`"},
      {"[[:foo:]]", "invalid character class range: `[:foo:]`"},
      {"\\y", "invalid escape sequence: `\\y`"},
      {"\\", "trailing backslash at end of expression: ``"},
      {"^(?!x)", "invalid or unsupported Perl syntax: `(?!`"},
      {"(?<=a)b", "invalid named capture: `(?<=a)b`"},
      {"(?<a-b>x)", "invalid named capture: `(?<a-b>`"},
      {"(?P<n", "invalid named capture: `(?P<n`"},
      {"\\pX", "invalid character class range: `\\pX`"},
      {"(?<", "invalid or unsupported Perl syntax: `(?<`"},
      {"(?<a", "invalid named capture: `(?<a`"},
      {"(?<>x)", "invalid named capture: `(?<>`"},
      {"(?<n>", "missing closing ): `(?P<n>`"},
  };
  for (const auto& [pattern, why] : cases)
    EXPECT_EQ(CompilePattern(pattern).status().message(), absl::StrCat("error parsing regexp: ", why))
        << pattern;
}

}  // namespace
}  // namespace devstats::chart::schema
