#include "tests/coordinator/chart/jsonpath/find.h"

namespace devstats::chart {
namespace {

TEST(JsonPathParser, TextAndQuotes) {
  ExpectFound("a: x", {
                          {"", ""},
                          {"no } braces", "no } braces"},
                          {"a={.a};{.a}", "a=x;x"},
                          {R"({"{"}{'}'})", "{}"},
                          {R"({"a\tb\"\u00e9\x41\101\\'"})", "a\tb\"éAA\\'"},
                          {R"({'it\'s "so"'})", R"(it's "so")"},
                          {"{\"\xff\"}\xff", "\xff\xff"},
                          {R"({"a\x41)"
                           "\xff\"}",
                           "aA\xef\xbf\xbd"},
                          {R"({"a}{.a})", "!! unterminated quoted string"},
                          {"{'a\n'}", "!! unterminated quoted string"},
                          {R"({"a\\"})", "!! unterminated quoted string"},  // what is before the backslash
                          {R"({"\'"})", "!! unquote string \"\\'\" error invalid syntax"},
                      });
}

TEST(JsonPathParser, Names) {
  ExpectFound("{a: {b: 1, b.c: 2, '*': 3, '': 4, é/f-g: 5}, 1: {x: 6}}",
              {
                  {"{.a.b}", "1"},
                  {"{ $.a.b }{@.a.b}{a.b}", "! unrecognized identifier a"},
                  {"{['a'].b}", "1"},
                  {"{['a.b']}", "1"},
                  {"{['a']['b']}", "1"},
                  {R"({.a.b\.c})", "2"},
                  {R"({.a['b\.c']})", "2"},
                  {R"({.a.\*})", "3"},
                  {"{.a.}", "4"},
                  {"{.a['']}", "4"},
                  {"{.a.é/f-g}", "5"},
                  {R"({\.a\)", "!! unrecognized character in action: U+005C '\\'"},
                  {R"({.a\)", "!! unclosed action"},
              });
}

TEST(JsonPathParser, NumbersAndWords) {
  ExpectFound("a: x", {
                          {"{1}{-2}{+3}{true}", "1-23true"},
                          {"{1.50}{-0.5}", "1.5-0.5"},
                          {"{99999999999999999999}", "1e+20"},
                          {"{1a}", "! unrecognized identifier a"},
                          {"{1..2}", "!! cannot parse number 1..2"},
                          {"{+}", "!! cannot parse number +"},
                          {"{\u0661}", "!! cannot parse number \u0661"},
                          {"{truer}", "! unrecognized identifier truer"},
                      });
}

TEST(JsonPathParser, UnclosedAndUnknown) {
  ExpectFound("a: x", {
                          {"{.a", "!! unclosed action"},
                          {"{.a\n}", "!! unclosed action"},
                          {"{*}", "!! unrecognized character in action: U+002A '*'"},
                          {"{\t.a}", "!! unrecognized character in action: U+0009"},
                          {"{\xff}", "!! unrecognized character in action: U+FFFD '\xef\xbf\xbd'"},
                          {"{.a]}", "!! unrecognized character in action: U+005D ']'"},
                          {"{[0}", "!! unterminated array"},
                          {"{[0\n]}", "!! unterminated array"},
                          {"{....}", "!! invalid multiple recursive descent"},
                          {"{[?(@.a}", "!! unterminated filter"},
                          {"{[?(@.a)}", "!! unclosed array expect ]"},
                          {"{[?(@.a==')')}", "!! unclosed array expect ]"},
                          {"{[?(@.a==')]}", "!! unterminated filter"},
                          {"{[?(==1)]}", "!! unrecognized character in action: U+003D '='"},
                          {"{[?(@.a==)]}", "!! unrecognized character in action: U+003D '='"},
                          {"{[0,'a]}", "!! invalid array index 'a"},
                      });
}

TEST(JsonPathParser, WhatStandsInBracketsEndsThere) {
  ExpectFound("{a: {b: 1}}", {{"{['a}.c']}", R"({"b":1})"},
                              {"{['a}{*']}", "!! unrecognized character in action: U+002A '*'"}});
}

TEST(JsonPathParser, LengthIsLimited) {
  Limits limits;
  limits.jsonpath_bytes = 4;
  EXPECT_EQ(FoundIn("a: x", "{.a}", limits), "x");
  EXPECT_EQ(FoundIn("a: x", "{.a} ", limits), "!! more than 4 bytes");
  EXPECT_EQ(JsonPath::Parse("{.a} ", limits).status().code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace devstats::chart
