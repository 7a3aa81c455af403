#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Get;
using functest::Printed;

TEST(Strings, CutBytes) {
  EXPECT_EQ(Printed("trunc", 2, "abc"), "ab");
  EXPECT_EQ(Printed("trunc", -2, "abc"), "bc");
  EXPECT_EQ(Printed("trunc", -5, "abc"), "abc");
  EXPECT_EQ(Printed("trunc", 1, "é"), "\xc3");
  EXPECT_EQ(Printed("substr", 1, 2, "abc"), "b");
  EXPECT_EQ(Printed("substr", 1, -1, "abc"), "bc");
  EXPECT_EQ(Printed("substr", -1, 2, "abc"), "ab");
}

TEST(Strings, CutBeyondTheEndAsGoPanics) {
  EXPECT_EQ(Printed("substr", 5, 9, "abc"), "ERROR: runtime error: slice bounds out of range [5:3]");
  EXPECT_EQ(Printed("substr", 2, 1, "abc"), "ERROR: runtime error: slice bounds out of range [2:1]");
  EXPECT_EQ(Printed("substr", -1, 9, "abc"),
            "ERROR: runtime error: slice bounds out of range [:9] with length 3");
  EXPECT_EQ(Printed("substr", -1, -2, "abc"), "ERROR: runtime error: slice bounds out of range [:-2]");
}

TEST(Strings, Trim) {
  EXPECT_EQ(Printed("trim", "\u2003\t a\u00a0"), "a");
  EXPECT_EQ(Printed("trimAll", "éx", "xéaéx"), "a");
  EXPECT_EQ(Printed("trimAll", "", "a"), "a");
  EXPECT_EQ(Printed("trimPrefix", "a", "aab"), "ab");
  EXPECT_EQ(Printed("trimSuffix", "ab", "b"), "b");
}

TEST(Strings, RepeatAndIndentAreLimited) {
  EXPECT_EQ(Printed("repeat", 3, "ab"), "ababab");
  EXPECT_EQ(Printed("repeat", -1, "ab"), "ERROR: strings: negative Repeat count");
  EXPECT_EQ(Printed("repeat", Value::Int(int64_t{1} << 62), "abc"),
            "ERROR: strings: Repeat output length overflow");
  EXPECT_EQ(Printed("repeat", 1'000'000'000, "a"), "ERROR: too much text");
  EXPECT_EQ(Printed("indent", 2, "a\n\nb"), "  a\n  \n  b");
  EXPECT_EQ(Printed("nindent", 1, ""), "\n ");
  EXPECT_EQ(Printed("indent", 500'000, std::string(100, '\n')), "ERROR: too much text");
  EXPECT_EQ(Printed("replace", "", std::string(1 << 20, 'x'), std::string(1 << 20, 'y')),
            "ERROR: too much text");
  EXPECT_EQ(Printed("wrapWith", 1, std::string(1 << 20, 'x'), std::string(1 << 10, 'y')),
            "ERROR: too much text");
}

TEST(Strings, ListsOfHugeTextsAreLimited) {
  const Value big = Value::String(std::string(1 << 20, 'x'));
  const Value list = Value::MakeList(List(10, big));
  EXPECT_EQ(Printed("join", ",", list), "ERROR: too much text");
  EXPECT_EQ(Printed("toStrings", list), "ERROR: too much text");
  EXPECT_EQ(Printed("splitList", "", std::string(1 << 20, 'x')), "ERROR: too much text");
}

TEST(Strings, QuoteShowsValuesAndSkipsNil) {
  EXPECT_EQ(Printed("quote", "a\"\n", 1, Value(), Value::Bytes("b")), "\"a\\\"\\n\" \"1\" \"b\"");
  EXPECT_EQ(Printed("squote", "it's", Value(), Value::Bytes("b")), "'it's' '[98]'");
  EXPECT_EQ(Printed("cat", 1, Value(), "x", true), "1 x true");
}

TEST(Strings, JoinTakesAnything) {
  EXPECT_EQ(Printed("join", "-", Value::MakeList({Value::Int(1), Value(), Value::String("a")})), "1-a");
  EXPECT_EQ(Printed("join", "-", 5), "5");
  EXPECT_EQ(Printed("join", "-", Value()), "");
  EXPECT_EQ(Printed("join", "-", Value::Bytes("ab")), "97-98");
}

TEST(Strings, Split) {
  EXPECT_EQ(Printed("split", ",", "a,b"), "map[_0:a _1:b]");
  EXPECT_EQ(Printed("splitn", ",", 0, "a,b"), "map[]");
  EXPECT_EQ(Printed("splitn", "", 2, "éab"), "map[_0:é _1:ab]");
  EXPECT_EQ(Get("split", ",", "").type(), &types::kStringMap);
  EXPECT_EQ(Get("splitList", ",", "").list().size(), 1u);
  EXPECT_EQ(Get("splitList", "", "").list().size(), 0u);
  EXPECT_EQ(Get("splitList", "", "a\xff").list().size(), 2u);
}

TEST(Strings, AbbreviateCountsBytes) {
  EXPECT_EQ(Printed("abbrev", 3, "abcdef"), "abcdef");
  EXPECT_EQ(Printed("abbrev", 5, "abcdef"), "ab...");
  EXPECT_EQ(Printed("abbrevboth", 4, 9, "abcdefghijklmnop"), "abcdef...");
  EXPECT_EQ(Printed("abbrevboth", 5, 10, "1234 5678 9123"), "...5678...");
  EXPECT_EQ(Printed("abbrevboth", 99, 8, "abcdefghijklmnop"), "...lmnop");
  EXPECT_EQ(Printed("abbrevboth", -3, 8, "abcdefghijklmnop"), "abcde...");
}

TEST(Strings, Predicates) {
  EXPECT_EQ(Printed("contains", "b", "abc"), "true");
  EXPECT_EQ(Printed("hasPrefix", "abcd", "abc"), "false");
  EXPECT_EQ(Printed("hasSuffix", "bc", "abc"), "true");
  EXPECT_EQ(Printed("plural", "one", "many", 1), "one");
  EXPECT_EQ(Printed("plural", "one", "many", -1), "many");
}

}  // namespace
}  // namespace devstats::chart
