// What tokens are, seen through what templates print and which errors they give.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Lexer, TrimsWhatIsAskedFor) {
  const RenderedCase cases[] = {
      {R"(a   {{- "b" }}  c)", "ab  c"},
      {"a {{ \"b\" -}}   \n\t c", "a bc"},
      {"a \n {{- \"b\" -}} \n c", "abc"},
      {"{{ 5 }}{{-3 }}", "5-3"},
      {"{{- -1 -}}", "-1"},
      {"a\r\n{{- \"b\" -}}\r\nc", "abc"},
      {"a\014{{- \"b\" }}", "a\014b"},
      {"a {{-\n \"b\"\n-}} c", "abc"},
      {"{{1 -}}x{{- 1}}", "1x1"},
      {"{{1  -}}x", "1x"},
      {R"(x {{- "{{" -}} y)", "x{{y"},
      {"\n\nx", "\n\nx"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Lexer, SkipsComments) {
  const RenderedCase cases[] = {
      {"a{{/* note */}}b", "ab"},
      {"a {{- /* note */ -}} b", "ab"},
      {"a {{- /* note */}} b", "a b"},
      {"a {{/* note */ -}} b", "a b"},
      {"a{{/**/}}b", "ab"},
      {"{{/* a\nb */}}{{ x }}", R"(! template: t:2: function "x" not defined)"},
      {"a{{ /* note */ }}b", R"(! template: t:1: unexpected "/" in command)"},
      {"a\n{{/* note }}b", "! template: t:2: unclosed comment"},
      {"a{{/* x */ y}}b", "! template: t:1: comment ends before closing delimiter"},
      {"a{{/* x */ }}b", "! template: t:1: comment ends before closing delimiter"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Lexer, NamesMayHaveLettersOfAnyScript) {
  const RenderedCase cases[] = {
      {"{{ $größe := 4 }}{{ $größe }}", "4"},
      {"{{ .世界 }}", "<no value>"},
      {"{{ 世界 }}", R"(! template: t:1: function "世界" not defined)"},
      {"{{ .a-b }}", "! template: t:1: bad character U+002D '-'"},
      {"{{ $x+1 }}", "! template: t:1: bad character U+002B '+'"},
      {"{{ .a\342\200\213 }}", "! template: t:1: bad character U+200B"},
      {"{{ a.b:c }}", R"(! template: t:1: function "a" not defined)"},
      {"{{ .x.5 }}", R"(! template: t:1: unexpected ".5" in operand)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Lexer, SaysWhatItCannotRead) {
  const RenderedCase cases[] = {
      {"{{", "! template: t:1: unclosed action"},
      {"{{-", R"(! template: t:1: illegal number syntax: "-")"},
      {"{{- ", "! template: t:1: unclosed action"},
      {"{{ \x7f }}", "! template: t:1: unrecognized character in action: U+007F"},
      {"{{.", R"(! template: t:1: illegal number syntax: ".")"},
      {"{{ $", "! template: t:1: unclosed action"},
      {R"({{ ")", "! template: t:1: unterminated quoted string"},
      {"{{ \"a\nb\" }}", "! template: t:1: unterminated quoted string"},
      {"{{ \"a\\\n\" }}", "! template: t:1: unterminated quoted string"},
      {"{{ 'a }}", "! template: t:1: unterminated character constant"},
      {"{{ `a", "! template: t:1: unterminated raw quoted string"},
      {"\n{{ 1 - }}", R"(! template: t:2: illegal number syntax: "-")"},
      {"{{ 1- }}", R"(! template: t:1: bad number syntax: "1-")"},
      {"{{ 1 -}", R"(! template: t:1: illegal number syntax: "-")"},
      {"{{ : }}", "! template: t:1: expected :="},
      {"{{ $x :1 }}", R"(! template: t:1: undefined variable "$x")"},
      {"{{ # }}", R"(! template: t:1: unexpected "#" in command)"},
      {"{{ , }}", R"(! template: t:1: unexpected "," in command)"},
      {"{{\001}}", "! template: t:1: unrecognized character in action: U+0001"},
      {"{{ \342\200\250 }}", "! template: t:1: unrecognized character in action: U+2028"},
      {"{{ é§ }}", "! template: t:1: bad character U+00A7 '§'"},
      {"{{ § }}", "! template: t:1: unrecognized character in action: U+00A7 '§'"},
      {"{{ (1 }}", "! template: t:1: unclosed left paren"},
      {"{{ 1) }}", "! template: t:1: unexpected right paren"},
      {"{{ if\ntrue", "! template: t:2: unclosed action started at t:1"},
      {"{{ if true }}\n{{ else if \"a\n\" }}{{ end }}", "! template: t:2: unterminated quoted string"},
      {"{{ print \"a\"\n`b }}", "! template: t:2: unterminated raw quoted string in action started at t:1"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Lexer, ShowsTokensCutAtTenCharacters) {
  const RenderedCase cases[] = {
      {"{{ define abcdefghijk }}", R"(! template: t:1: unexpected "abcdefghij"... in define clause)"},
      {"{{ define abcdefghij }}", R"(! template: t:1: unexpected "abcdefghij" in define clause)"},
      {"{{ define ééééééééééé }}", R"(! template: t:1: unexpected "éééééééééé"... in define clause)"},
      {"{{ template 123456789012 }}", R"(! template: t:1: unexpected "1234567890"... in template clause)"},
      {"{{ template if }}", "! template: t:1: unexpected <if> in template clause"},
      {"{{ template . }}", "! template: t:1: unexpected <.> in template clause"},
      {"{{ template", "! template: t:1: unclosed action"},
      {"{{ 1 := 2 }}", R"(! template: t:1: unexpected ":=" in operand)"},
      {"{{ 1 = 2 }}", R"(! template: t:1: unexpected "=" in operand)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
