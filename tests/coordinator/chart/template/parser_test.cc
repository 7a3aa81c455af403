// Structure: what is accepted, what is refused and with which words.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Parser, BlocksNest) {
  const RenderedCase cases[] = {
      {"{{ if false }}a{{ else if eq 1 1 }}b{{ else }}c{{ end }}", "b"},
      {"{{ with 0 }}1{{ else with 2 }}{{ . }}{{ else }}3{{ end }}", "2"},
      {"{{ if 0 }}{{ else if 0 }}{{ else if 0 }}{{ else }}{{ if 1 }}x{{ end }}{{ end }}", "x"},
      {R"({{ "a" | }})", "a"},
      {"{{ ((1)) }}{{ (1) | print (2) }}", "12 1"},
      {"{{ print\n 1\n 2 }}", "1 2"},
      {"a }} b { { }", "a }} b { { }"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, BlocksMustBeClosed) {
  const RenderedCase cases[] = {
      {"{{ if 1 }}\n\n{{ if 2 }}{{ end }}\n", "! template: t:4: unexpected EOF"},
      {"{{ end }}", "! template: t:1: unexpected {{end}}"},
      {"a\n{{ else }}", "! template: t:2: unexpected {{else}}"},
      {"{{ if 1 }}{{ else }}{{ else }}{{ end }}", "! template: t:1: expected end; found {{else}}"},
      {"{{ if }}{{ end }}", "! template: t:1: missing value for if"},
      {"{{ range }}{{ end }}", "! template: t:1: missing value for range"},
      {"{{ with 1 }}{{ else if 1 }}{{ end }}", "! template: t:1: unexpected <if> in input"},
      {"{{ if 1 }}{{ else with 1 }}{{ end }}", "! template: t:1: unexpected <with> in input"},
      {"{{ range 1 }}{{ else if 1 }}{{ end }}", "! template: t:1: unexpected <if> in input"},
      {"{{ end 1 }}", R"(! template: t:1: unexpected "1" in end)"},
      {"{{ if 1 }}{{ else 1 }}{{ end }}", R"(! template: t:1: unexpected "1" in else)"},
      {"{{ define \"x\" }}\n", "! template: t:2: unexpected EOF"},
      {R"({{ define "x" }}{{ else }}{{ end }})", "! template: t:1: unexpected {{else}} in define clause"},
      {"{{ block \"x\" . }}\n{{ else }}{{ end }}", "! template: t:1: unexpected {{else}} in block clause"},
      {R"({{ if 1 }}{{ define "d" }}x{{ end }}{{ end }})", "! template: t:1: unexpected <define> in command"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, BreaksOnlyOutOfRanges) {
  const RenderedCase cases[] = {
      {"{{ break }}", "! template: t:1: {{break}} outside {{range}}"},
      {"{{ if 1 }}{{ continue }}{{ end }}", "! template: t:1: {{continue}} outside {{range}}"},
      {"{{ range 1 }}{{ break 1 }}{{ end }}", R"(! template: t:1: unexpected "1" in {{break}})"},
      {"{{ range 1 }}{{ else }}{{ break }}{{ end }}", "! template: t:1: {{break}} outside {{range}}"},
      {R"({{ range 1 }}{{ block "x" . }}{{ break }}{{ end }}{{ end }})",
       "! template: t:1: {{break}} outside {{range}}"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, PipelinesHaveCommands) {
  const RenderedCase cases[] = {
      {"{{ }}", "! template: t:1: missing value for command"},
      {"{{ | 1 }}", R"(! template: t:1: unexpected "|" in command)"},
      {"{{ 1 || 2 }}", R"(! template: t:1: unexpected "|" in command)"},
      {"{{ 1 | 2 }}", "! template: t:1: non executable command in pipeline stage 2"},
      {R"({{ 1 | "a" }})", "! template: t:1: non executable command in pipeline stage 2"},
      {"{{ 1 | nil }}", "! template: t:1: non executable command in pipeline stage 2"},
      {"{{ 1 | . }}", "! template: t:1: non executable command in pipeline stage 2"},
      {"{{ () }}", "! template: t:1: missing value for parenthesized pipeline"},
      {"{{ print(1)(2) }}", R"(! template: t:1: unexpected "(" in operand)"},
      {"{{ list 1, 2 }}", R"(! template: t:1: unexpected "," in operand)"},
      {"{{ 1 2 3 := }}", R"(! template: t:1: unexpected ":=" in operand)"},
      {"{{ (if) }}", "! template: t:1: unexpected <if> in parenthesized pipeline"},
      {"{{ range . . }}{{ end }}",
       R"(! template: t:1:9: executing "t" at <.>: can't give argument to non-function .)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, NamesMustBeKnown) {
  const RenderedCase cases[] = {
      {"{{ x }}", R"(! template: t:1: function "x" not defined)"},
      {"a\n{{ .x | nope }}", R"(! template: t:2: function "nope" not defined)"},
      {"{{ $x }}", R"(! template: t:1: undefined variable "$x")"},
      {"{{ $x.y }}", R"(! template: t:1: undefined variable "$x")"},
      {"{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", R"(! template: t:1: undefined variable "$x")"},
      {"{{ range $x := list }}{{ end }}{{ $x }}", R"(! template: t:1: undefined variable "$x")"},
      {"{{ with $x := 1 }}{{ else }}{{ $x }}{{ end }}|{{ if $y := 0 }}{{ else }}{{ $y }}{{ end }}", "|0"},
      {R"({{ define "d" }}{{ $x }}{{ end }}{{ $x := 1 }})", R"(! template: t:1: undefined variable "$x")"},
      {R"({{ $x := 1 }}{{ define "d" }}{{ $x }}{{ end }})", R"(! template: t:1: undefined variable "$x")"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, DeclaresOneVariableOrTwo) {
  const RenderedCase cases[] = {
      {"{{ $a, $b := 1 }}", "! template: t:1: too many declarations in command"},
      {"{{ $a, $b = 1 }}", "! template: t:1: too many declarations in command"},
      {"{{ range $a, $b, $c := list }}{{ end }}", "! template: t:1: too many declarations in range"},
      {"{{ range $a, 1 := list }}{{ end }}", "! template: t:1: range can only initialize variables"},
      {"{{ range $a, }}{{ end }}", "! template: t:1: missing value for range"},
      {"{{ range $a, $b }}{{ end }}", R"(! template: t:1: undefined variable "$b")"},
      {"{{ with $a, $b := 1 }}{{ end }}", "! template: t:1: too many declarations in with"},
      {"{{ $x:=1}}{{$x}}", "1"},
      {"{{ $x := }}", "! template: t:1: missing value for command"},
      {"{{ 1 | $x := 2 }}", R"(! template: t:1: undefined variable "$x")"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, FieldsFollowWhatHasFields) {
  const RenderedCase cases[] = {
      {"{{ true.x }}", R"(! template: t:1: unexpected . after term "true")"},
      {R"({{ "a".x }})", R"(! template: t:1: unexpected . after term "\"a\"")"},
      {"{{ 1.x }}", R"(! template: t:1: bad number syntax: "1.x")"},
      {"{{ nil.x }}", R"(! template: t:1: unexpected . after term "nil")"},
      {"{{ ..x }}", R"(! template: t:1: unexpected . after term ".")"},
      {"{{ (nil).x }}", R"(! template: t:1:4: executing "t" at <nil>: nil is not a command)"},
      {"{{ nop.x }}", R"(! template: t:1:3: executing "t" at <nop>: nil pointer evaluating interface {}.x)"},
      {"{{ .a .b }}", R"(! template: t:1:3: executing "t" at <.a>: a is not a method but has arguments)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Parser, TemplatesHaveNames) {
  const RenderedCase cases[] = {
      {"{{ define foo }}x{{ end }}", R"(! template: t:1: unexpected "foo" in define clause)"},
      {R"({{ define "x" . }}{{ end }})", "! template: t:1: unexpected <.> in define clause"},
      {R"({{ define "a\q" }}{{ end }})", "! template: t:1: invalid syntax"},
      {"{{ template }}", R"(! template: t:1: unexpected "}}" in template clause)"},
      {"{{ template x }}", R"(! template: t:1: unexpected "x" in template clause)"},
      {R"({{ template (print "x") }})", R"(! template: t:1: unexpected "(" in template clause)"},
      {R"({{ block "x" }}y{{ end }})", "! template: t:1: missing value for block clause"},
      {R"({{ upper (template "d") }})", "! template: t:1: unexpected <template> in parenthesized pipeline"},
      {"{{ define `r` }}{{ . }}{{ end }}{{ template `r` 5 }}", "5"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
