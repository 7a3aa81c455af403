#include "coordinator/chart/value/strconv.h"

#include <cmath>

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

TEST(FormatFloat, ShortestAndFixed) {
  EXPECT_EQ(FormatFloat(0, 'e', -1), "0e+00");
  EXPECT_EQ(FormatFloat(1e23, 'f', -1), "100000000000000000000000");
  EXPECT_EQ(FormatFloat(5e-324, 'g', -1), "5e-324");
  EXPECT_EQ(FormatFloat(123456789, 'g', -1), "1.23456789e+08");
  EXPECT_EQ(FormatFloat(100000, 'g', 17), "100000");
  EXPECT_EQ(FormatFloat(1e21, 'g', 21), "1e+21");
  EXPECT_EQ(FormatFloat(2.5, 'f', 0), "2");
  EXPECT_EQ(FormatFloat(0.1, 'f', 30), "0.100000000000000005551115123126");
  EXPECT_EQ(FormatFloat(16777216, 'g', -1, 32), "1.6777216e+07");
  EXPECT_EQ(FormatFloat(0.1, 'g', -1, 32), "0.1");
  EXPECT_EQ(FormatFloat(1.999, 'x', 1), "0x1.0p+01");
  EXPECT_EQ(FormatFloat(0, 'X', -1), "0X0P+00");
  EXPECT_EQ(FormatFloat(-INFINITY, 'f', 2), "-Inf");
}

TEST(ParseInt, BasesSignsAndUnderscores) {
  EXPECT_EQ(*ParseInt("-0x_ff", 0, 64), -255);
  EXPECT_EQ(*ParseInt("017", 0, 64), 15);
  EXPECT_EQ(*ParseInt("0b11", 0, 64), 3);
  EXPECT_EQ(*ParseInt("1_000", 0, 64), 1000);
  EXPECT_EQ(*ParseInt("zz", 36, 64), 35 * 36 + 35);
  EXPECT_EQ(*ParseInt("-9223372036854775808", 10, 64), INT64_MIN);
  EXPECT_EQ(*ParseUint("18446744073709551615", 10, 64), UINT64_MAX);
  for (absl::string_view bad : {"", "-", "1_000", "0x1", "1.5", " 1"})
    EXPECT_EQ(ParseInt(bad, 10, 64).status().code(), absl::StatusCode::kInvalidArgument) << bad;
  for (absl::string_view bad : {"08", "1__0", "_1", "1_", "0x"})
    EXPECT_FALSE(ParseInt(bad, 0, 64).ok()) << bad;
  EXPECT_EQ(ParseInt("x\"", 10, 64).status().message(),
            "strconv.ParseInt: parsing \"x\\\"\": invalid syntax");
  EXPECT_EQ(ParseInt("9223372036854775808", 10, 64).status(),
            absl::OutOfRangeError("strconv.ParseInt: parsing \"9223372036854775808\": value out of range"));
  EXPECT_FALSE(ParseInt("128", 10, 8).ok());
  EXPECT_EQ(*ParseInt("-128", 10, 8), -128);
  EXPECT_FALSE(ParseUint("+1", 10, 64).ok());
}

TEST(ParseFloat, WhatGoTakes) {
  EXPECT_EQ(*ParseFloat("+1_0.5e1"), 105);
  EXPECT_EQ(*ParseFloat(".5"), 0.5);
  EXPECT_EQ(*ParseFloat("5."), 5);
  EXPECT_EQ(*ParseFloat("0x1.8p1"), 3);
  EXPECT_EQ(*ParseFloat("1e-999999"), 0);
  EXPECT_EQ(*ParseFloat("0e999999"), 0);
  EXPECT_TRUE(std::isnan(*ParseFloat("nAn")));
  EXPECT_EQ(*ParseFloat("-Infinity"), -INFINITY);
  EXPECT_EQ(ParseFloat("1e999").status(),
            absl::OutOfRangeError("strconv.ParseFloat: parsing \"1e999\": value out of range"));
  for (absl::string_view bad : {"", ".", "e1", "1e", "0x1", "1..2", "infi", "+nan", "1_", "--1"})
    EXPECT_FALSE(ParseFloat(bad).ok()) << bad;
}

TEST(ParseBool, TheTwelveSpellings) {
  EXPECT_TRUE(*ParseBool("T"));
  EXPECT_FALSE(*ParseBool("False"));
  EXPECT_EQ(ParseBool("yes").status().message(), "strconv.ParseBool: parsing \"yes\": invalid syntax");
}

TEST(Quote, EscapesWhatIsNotPrintable) {
  EXPECT_EQ(Quote("a\"\\\n\x01\x7f\xff é\u00a0\u200b😀"), R"("a\"\\\n\x01\x7f\xff é\u00a0\u200b😀")");
  EXPECT_EQ(QuoteToAscii("é😀"), R"("\u00e9\U0001f600")");
  EXPECT_EQ(QuoteRune('\'', false), R"('\'')");
  EXPECT_EQ(QuoteRune(0xd800, false), "'\xef\xbf\xbd'");
  EXPECT_TRUE(CanBackquote("a\tb"));
  for (absl::string_view no : {"a`", "a\n", "\xff", "\ufeff"}) EXPECT_FALSE(CanBackquote(no));
}

TEST(Unquote, TheThreeLiterals) {
  EXPECT_EQ(*Unquote(R"("a\t\x41\u00e9\U0001f600\101\\\"")"), "a\tAé😀A\\\"");
  EXPECT_EQ(*Unquote("`a\\n\r`"), "a\\n");
  EXPECT_EQ(*Unquote(R"('\'')"), "'");
  for (absl::string_view bad : {"", "a", "\"", "\"a", R"("\'")", R"("\q")", R"("\400")", R"("\ud800")",
                                "'ab'", "\"a\nb\"", "`a`b`", R"("\x4")", R"("a"b")"})
    EXPECT_EQ(Unquote(bad).status(), absl::InvalidArgumentError("invalid syntax")) << bad;
}

TEST(UnquoteInside, AnyTextInEitherQuotes) {
  EXPECT_EQ(*UnquoteInside(R"(it\'s "so"\t)", '\''), "it's \"so\"\t");
  EXPECT_EQ(*UnquoteInside(R"(it's \"so\")", '"'), "it's \"so\"");
  EXPECT_EQ(*UnquoteInside("\xff", '"'), "\xff");
  for (absl::string_view bad : {R"(\')", R"(\")", "\\", R"(\q)", R"(\t")"})
    EXPECT_EQ(UnquoteInside(bad, bad == R"(\")" ? '\'' : '"').status(),
              absl::InvalidArgumentError("invalid syntax"))
        << bad;
}

}  // namespace
}  // namespace devstats::chart
