// {{range}}: over what, in which order, and how turns end.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Range, GoesOverListsMapsAndIntegers) {
  const RenderedCase cases[] = {
      {"{{ range list 1 2 }}{{ . }};{{ end }}", "1;2;"},
      {R"({{ range $i, $e := list "x" "y" }}{{ $i }}={{ $e }};{{ end }})", "0=x;1=y;"},
      {R"({{ range $e := strlist "x" "y" }}{{ $e }}{{ . }};{{ end }})", "xx;yy;"},
      {R"({{ range dict "b10" 1 "b9" 2 "B" 3 "a" 4 }}{{ . }}{{ end }})", "3412"},
      {R"({{ range $k, $v := dict "b10" 1 "b9" 2 "B" 3 "é" 4 "a" 5 }}{{ $k }}={{ $v }};{{ end }})",
       "B=3;a=5;b10=1;b9=2;é=4;"},
      {"{{ range $k, $v := strmap }}{{ $k }}{{ $v }}{{ end }}", "kv"},
      {R"({{ range 3 }}{{ . }}{{ end }}{{ range $x := i64 2 }}{{ printf "%T" $x }}{{ end }}{{ range u64 1 }}{{ printf "%T" . }}{{ end }})",
       "012int64int64uint64"},
      {R"({{ range $i, $b := bytes "ab" }}{{ $i }}{{ $b }}{{ printf "%T" $b }};{{ end }})",
       "097uint8;198uint8;"},
      {"{{ range . }}{{ . }};{{ break }}{{ end }}", "{ob 7 map[a:b] <nil> [x]};"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Range, GoesOverNothingElse) {
  const RenderedCase cases[] = {
      {R"({{ range "abc" }}x{{ end }})",
       R"(! template: t:1:9: executing "t" at <"abc">: range can't iterate over abc)"},
      {"{{ range 2.0 }}x{{ end }}",
       R"(! template: t:1:9: executing "t" at <2.0>: range can't iterate over 2)"},
      {"{{ range .Values.n }}x{{ end }}",
       R"(! template: t:1:16: executing "t" at <.Values.n>: range can't iterate over 3)"},
      {"{{ range true }}x{{ end }}",
       R"(! template: t:1:9: executing "t" at <true>: range can't iterate over true)"},
      {"{{ range .Obj }}x{{ end }}",
       R"(! template: t:1:9: executing "t" at <.Obj>: range can't iterate over {ob 7 map[a:b] <nil> [x]})"},
      {"{{ range .Ptr }}x{{ end }}",
       R"(! template: t:1:9: executing "t" at <.Ptr>: range can't iterate over {p 0 map[] 3 []})"},
      {"{{ range $a, $b := 3 }}{{ end }}",
       R"(! template: t:1:19: executing "t" at <3>: can't use 3 to iterate over more than one variable)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Range, HasAnElse) {
  const RenderedCase cases[] = {
      {"{{ range 0 }}x{{ else }}none{{ end }}", "none"},
      {"{{ range -3 }}x{{ else }}none{{ end }}", "none"},
      {"{{ range list }}x{{ else }}{{ .Values.name }}{{ end }}", "moss"},
      {"{{ range dict }}x{{ else }}none{{ end }}", "none"},
      {"{{ range .Values.zz }}x{{ else }}none{{ end }}", "none"},
      {"{{ range .Values.nul }}x{{ end }}", ""},
      {"{{ range .Ptr.List }}x{{ else }}none{{ end }}", "none"},
      {R"({{ range bytes "" }}x{{ else }}none{{ end }})", "none"},
      {"{{ range $x := list }}{{ else }}{{ $x }}{{ end }}", "[]"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Range, BreaksAndContinues) {
  const RenderedCase cases[] = {
      {R"({{ range list "x" "y" "z" }}{{ if eq . "y" }}{{ break }}{{ end }}{{ . }}{{ end }})", "x"},
      {R"({{ range list "x" "y" "z" }}{{ if eq . "y" }}{{ continue }}{{ end }}{{ . }}{{ end }})", "xz"},
      {R"({{ range list 1 2 }}{{ range list "a" "b" }}{{ if eq . "b" }}{{ break }}{{ end }}{{ . }}{{ end }}{{ . }}{{ end }})",
       "a1a2"},
      {"{{ range 5 }}{{ with . }}{{ if eq . 3 }}{{ break }}{{ end }}{{ continue }}{{ end }}{{ . }}{{ end }}",
       "0"},
      {R"({{ range $k, $v := dict "a" 1 "b" 2 }}{{ $k }}{{ break }}{{ end }})", "a"},
      {"{{ range list 1 2 }}{{ range list }}{{ else }}{{ continue }}{{ end }}after{{ end }}", ""},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Range, ABreakInElseOnlyEndsTheRangeThatIsEmpty) {
  // Odd, but so Go has it.
  const RenderedCase cases[] = {
      {"{{ range list 1 2 }}{{ range list }}{{ else }}{{ break }}{{ end }}after{{ end }}", "afterafter"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Range, AssignsVariables) {
  const RenderedCase cases[] = {
      {R"({{ $i := "z" }}{{ $e := "z" }}{{ range $i, $e = list "x" "y" }}{{ end }}{{ $i }}{{ $e }})", "1y"},
      {"{{ $x := 1 }}{{ range $x = list }}{{ end }}{{ $x }}", "[]"},
      {"{{ $x := 1 }}{{ range $x = 4 }}{{ end }}{{ $x }}", "3"},
      {"{{ range $x = list 1 }}{{ end }}",
       R"(! template: t:1:19: executing "t" at <1>: undefined variable: $x)"},
      {"{{ range $i, $e := list 1 2 }}{{ $e }}{{ $i = 9 }}{{ $i }};{{ end }}", "19;29;"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Range, GoesOverWhatWasThereAtTheBeginning) {
  const RenderedCase cases[] = {
      {R"({{ $m := dict "a" 1 "b" 2 }}{{ range $k, $v := $m }}{{ $k }}{{ $v }}{{ $_ := set $m (print "z" $k) 1 }}{{ $_ := set $m "b" 9 }}{{ end }}{{ len $m }})",
       "a1b24"},
      {R"({{ range .Values.list }}{{ $_ := set $.Values "list" 1 }}{{ . }};{{ end }}{{ .Values.list }})",
       "1;x;<no value>;map[k:v];1"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
