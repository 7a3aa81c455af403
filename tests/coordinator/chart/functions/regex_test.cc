#include "coordinator/chart/functions/regex_syntax.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Get;
using functest::Printed;

std::string RegexErrorOf(absl::string_view pattern) { return Printed("mustRegexFind", pattern, ""); }

TEST(Regex, ErrorsAreGos) {
  const std::pair<const char*, const char*> cases[] = {
      {"[a", "missing closing ]: `[a`"},
      {"a(", "missing closing ): `a(`"},
      {"a)", "unexpected ): `a)`"},
      {"*", "missing argument to repetition operator: `*`"},
      {"a|*?", "missing argument to repetition operator: `*?`"},
      {"a**", "invalid nested repetition operator: `**`"},
      {"a+{2}?", "invalid nested repetition operator: `+{2}?`"},
      {"a{1001}", "invalid repeat count: `{1001}`"},
      {"a{3,1}", "invalid repeat count: `{3,1}`"},
      {"((a{100}){10}){2}", "invalid repeat count: `{2}`"},
      {"[z-a]", "invalid character class range: `z-a`"},
      {"[[:foo:]]", "invalid character class range: `[:foo:]`"},
      {"\\p{Foo}", "invalid character class range: `\\p{Foo}`"},
      {"(?P<n", "invalid named capture: `(?P<n`"},
      {"(?<é>a)", "invalid named capture: `(?<é>`"},
      {"(?=a)", "invalid or unsupported Perl syntax: `(?=`"},
      {"(?i-", "invalid or unsupported Perl syntax: `(?i-`"},
      {"\\", "trailing backslash at end of expression: ``"},
      {"\\C", "invalid escape sequence: `\\C`"},
      {"\\1", "invalid escape sequence: `\\1`"},
      {"\\x{110000}", "invalid escape sequence: `\\x{110000`"},
      {"a\xff", "invalid UTF-8: `\xff`"},
  };
  for (const auto& [pattern, message] : cases)
    EXPECT_EQ(RegexErrorOf(pattern), absl::StrCat("ERROR: error parsing regexp: ", message)) << pattern;
  const std::string deep = std::string(1001, '(') + std::string(1001, ')');
  EXPECT_EQ(RegexErrorOf(deep),
            absl::StrCat("ERROR: error parsing regexp: expression nests too deeply: `", deep, "`"));
}

TEST(Regex, WithoutMustGoPanicsOrIsSilent) {
  EXPECT_EQ(Printed("regexFind", "a(", ""),
            "ERROR: regexp: Compile(`a(`): error parsing regexp: missing closing ): `a(`");
  EXPECT_EQ(Printed("regexFind", "`(", ""),
            "ERROR: regexp: Compile(\"`(\"): error parsing regexp: missing closing ): ``(`");
  EXPECT_EQ(Printed("regexMatch", "a(", "a("), "false");
}

TEST(Regex, WhatRe2LacksIsTranslated) {
  EXPECT_EQ(Printed("regexReplaceAll", "(?<k>a)(?P<k>b)?", "ab a", "[$k]"), "[a] [a]");
  EXPECT_EQ(Printed("regexFind", "\\p{Lowercase_Letter}+", "ABcd"), "cd");
  EXPECT_EQ(Printed("regexFind", "[\\p{greek}x]+", "aαβxb"), "αβx");
  EXPECT_EQ(Printed("regexReplaceAll", "\\pC", "a\u0378\tb", ""), "ab");
  EXPECT_EQ(Printed("regexFind", "\\Qa.b\\E+", "a.bb"), "a.bb");
  EXPECT_EQ(Printed("regexFind", "x{,2}", "x{,2}"), "x{,2}");
  EXPECT_EQ(Printed("regexFind", "[]a]+", "b]a"), "]a");
  EXPECT_EQ(Printed("regexReplaceAllLiteral", "\\B", "éé", "-"), "-é-é-");
}

TEST(Regex, BytesThatAreNoUtf8AreCharacters) {
  EXPECT_EQ(Printed("regexReplaceAll", "(.)b",
                    "\xff"
                    "bc",
                    "<$1>"),
            "<\xff>c");
  EXPECT_EQ(Printed("regexFind", "\ufffd+", "a\xff\xfe"), "\xff\xfe");
  EXPECT_EQ(Get("regexSplit", "b",
                "\xff"
                "b\xfe",
                -1)
                .list()
                .size(),
            2u);
}

TEST(Regex, EmptyMatches) {
  EXPECT_EQ(Printed("regexReplaceAll", "x*", "abxc", "-"), "-a-b-c-");
  EXPECT_EQ(Get("regexFindAll", "x*", "axb", -1).list().size(), 3u);
  EXPECT_EQ(Printed("regexSplit", "", "aé", -1), "[a é]");
  EXPECT_EQ(Printed("regexSplit", "x", "", -1), "[]");
  EXPECT_EQ(Get("regexSplit", "x", "", -1).list().size(), 1u);
}

TEST(Regex, CountsLimitResults) {
  EXPECT_EQ(Printed("regexFindAll", "a", "aaa", 2), "[a a]");
  EXPECT_EQ(Printed("regexFindAll", "a", "aaa", 0), "[]");
  EXPECT_EQ(Printed("regexSplit", ",", "a,b,c", 2), "[a b,c]");
  EXPECT_EQ(Get("regexSplit", ",", "a,b,c", 0).type(), &types::kStringList);
}

TEST(Regex, Expand) {
  const std::pair<const char*, const char*> cases[] = {
      {"$1x", ""}, {"${1}x", "ax"}, {"$$1", "$1"}, {"$", "$"}, {"${", "${"},   {"${n}", "b"}, {"$n.", "b."},
      {"$9", ""},  {"$01", ""},     {"$0", "ab"},  {"$é", ""}, {"${n", "${n"}, {"$-", "$-"},
  };
  for (const auto& [replacement, result] : cases)
    EXPECT_EQ(Printed("regexReplaceAll", "(a)(?P<n>b)", "ab", replacement), result) << replacement;
  EXPECT_EQ(Printed("regexReplaceAllLiteral", "b", "abc", "$0"), "a$0c");
}

TEST(Regex, HugeResultsAreRefused) {
  EXPECT_EQ(Printed("regexReplaceAll", "a", std::string(10'000, 'a'), std::string(100'000, 'b')),
            "ERROR: too much text");
  EXPECT_EQ(Printed("regexFindAll", "a?", std::string(1'000'000, 'a'), -1), "ERROR: too much text");
}

TEST(Regex, QuoteMeta) { EXPECT_EQ(Printed("regexQuoteMeta", "a.é-{$"), "a\\.é-\\{\\$"); }

}  // namespace
}  // namespace devstats::chart
