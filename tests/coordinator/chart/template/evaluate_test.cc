// Fields, methods, variables and pipelines.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Evaluate, FollowsFields) {
  const RenderedCase cases[] = {
      {"{{ .Values.a.b.c }}", "deep"},
      {"{{ $.Values.a.b.c }}{{ $x := .Values }}{{ $x.a.b }}", "deepmap[c:deep]"},
      {"{{ (.Values.a).b.c }}{{ ((.Values).a.b).c }}", "deepdeep"},
      {"{{ .Obj.Name }} {{ .Obj.Num }} {{ .Obj.Labels.a }} {{ .Obj.List }} {{ .Obj.Any }}",
       "ob 7 b [x] <no value>"},
      {"{{ .Ptr.Name }} {{ .Ptr.Labels.x }} {{ .Ptr.List }} {{ .Ptr.Any }}", "p  [] 3"},
      {"{{ strmap.k }}[{{ strmap.q }}]", "v[]"},
      {R"({{ (dict "a" (dict "b" 7)).a.b }})", "7"},
      {"{{ .Values.list }}", "[1 x <nil> map[k:v]]"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Evaluate, AMissingKeyIsNil) {
  const RenderedCase cases[] = {
      {"[{{ .Values.zz }}]", "[<no value>]"},
      {"{{ .Values.zz.y }}",
       R"(! template: t:1:10: executing "t" at <.Values.zz.y>: nil pointer evaluating interface {}.y)"},
      {"{{ .Values.nul.y }}",
       R"(! template: t:1:10: executing "t" at <.Values.nul.y>: nil pointer evaluating interface {}.y)"},
      {"{{ (.Values.zz).y }}{{ ((.Values.zz).y).z.q }}", "<no value><no value>"},
      {"{{ .Nope.x }}",
       R"(! template: t:1:8: executing "t" at <.Nope.x>: nil pointer evaluating interface {}.x)"},
      {"{{ $x := .Values.zz }}[{{ $x }}{{ $x.y.z }}]", "[<no value><no value>]"},
      {"[{{ .Obj.Labels.zz }}]", "[]"},
      {R"({{ printf "%v" .Values.zz }})", "<nil>"},
      {"{{ nop.x }}", R"(! template: t:1:3: executing "t" at <nop>: nil pointer evaluating interface {}.x)"},
      {"{{ (nop).x }}", "<no value>"},
      {"{{ range list nil }}{{ . }}{{ end }}", "<no value>"},
      {"{{ range list nil }}{{ .x }}{{ end }}",
       R"(! template: t:1:23: executing "t" at <.x>: nil pointer evaluating interface {}.x)"},
      {"{{ range $x := list nil }}{{ $x.y }}{{ end }}",
       R"(! template: t:1:31: executing "t" at <$x.y>: nil pointer evaluating interface {}.y)"},
      {"{{ with .Values.zz }}x{{ else }}none{{ end }}", "none"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Evaluate, OnlySomeThingsHaveFields) {
  const RenderedCase cases[] = {
      {"{{ .Values.n.x }}",
       R"(! template: t:1:10: executing "t" at <.Values.n.x>: can't evaluate field x in type interface {})"},
      {"{{ (.Values.n).x }}",
       R"(! template: t:1:11: executing "t" at <.Values.n>: can't evaluate field x in type float64)"},
      {"{{ .Values.list.k }}",
       R"(! template: t:1:10: executing "t" at <.Values.list.k>: can't evaluate field k in type interface {})"},
      {"{{ (.Values.list).k }}",
       R"(! template: t:1:11: executing "t" at <.Values.list>: can't evaluate field k in type []interface {})"},
      {"{{ $x := .Values.name }}{{ $x.y }}",
       R"(! template: t:1:29: executing "t" at <$x.y>: can't evaluate field y in type string)"},
      {"{{ with .Values.name }}{{ .y }}{{ end }}",
       R"(! template: t:1:26: executing "t" at <.y>: can't evaluate field y in type string)"},
      {R"({{ range list "s" }}{{ .x }}{{ end }})",
       R"(! template: t:1:23: executing "t" at <.x>: can't evaluate field x in type interface {})"},
      {R"({{ range strlist "s" }}{{ .x }}{{ end }})",
       R"(! template: t:1:26: executing "t" at <.x>: can't evaluate field x in type string)"},
      {R"({{ (upper "a").x }})",
       R"(! template: t:1:10: executing "t" at <"a">: can't evaluate field x in type string)"},
      {"{{ .Obj.Nope }}",
       R"(! template: t:1:7: executing "t" at <.Obj.Nope>: can't evaluate field Nope in type interface {})"},
      {"{{ (.Obj).nope }}",
       R"(! template: t:1:4: executing "t" at <.Obj>: can't evaluate field nope in type main.Obj)"},
      {"{{ (.Ptr).Nope }}",
       R"(! template: t:1:4: executing "t" at <.Ptr>: can't evaluate field Nope in type *main.Obj)"},
      {"{{ .Obj.Name.x }}",
       R"(! template: t:1:7: executing "t" at <.Obj.Name.x>: can't evaluate field x in type string)"},
      {"{{ list.x }}",
       R"(! template: t:1:3: executing "t" at <list>: can't evaluate field x in type []interface {})"},
      {"{{ .Obj.Any.x }}",
       R"(! template: t:1:7: executing "t" at <.Obj.Any.x>: nil pointer evaluating interface {}.x)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Evaluate, CallsMethods) {
  const RenderedCase cases[] = {
      {"{{ .Values.Count }}", "6"},
      {R"({{ (.Values.Table "a").b.c }})", "deep"},
      {R"({{ "a" | .Values.Table }})", "map[b:map[c:deep]]"},
      {"{{ .Values.AsMap.name }}", "moss"},
      {R"({{ .Values.Echo 1 "a" 2 .Values.f }})", "1a2 1.5"},
      {"{{ 3 | .Values.Echo 1 2 }}", "1 2 3"},
      {"{{ .Values.Echo }}", ""},
      {"{{ .Values.Table }}",
       R"(! template: t:1:10: executing "t" at <.Values.Table>: wrong number of args for Table: want 1 got 0)"},
      {"{{ .Values.Table 1 }}", R"(! template: t:1:17: executing "t" at <1>: expected string; found 1)"},
      {R"({{ .Values.Table "x" "y" }})",
       R"(! template: t:1:10: executing "t" at <.Values.Table>: wrong number of args for Table: want 1 got 2)"},
      {R"({{ .Values.Table "x" }})",
       R"(! template: t:1:10: executing "t" at <.Values.Table>: error calling Table: "x" is not a table)"},
      {"{{ .Values.Count.x }}",
       R"(! template: t:1:10: executing "t" at <.Values.Count.x>: can't evaluate field x in type int)"},
      {"{{ .Values.Count 1 }}",
       R"(! template: t:1:10: executing "t" at <.Values.Count>: wrong number of args for Count: want 0 got 1)"},
      {"{{ .Values.table }}", "<no value>"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Evaluate, OnlyFunctionsTakeArguments) {
  const RenderedCase cases[] = {
      {"{{ .Values .name }}",
       R"(! template: t:1:3: executing "t" at <.Values>: Values is not a method but has arguments)"},
      {"{{ .Values.name 1 }}",
       R"(! template: t:1:10: executing "t" at <.Values.name>: name is not a method but has arguments)"},
      {"{{ 1 | .Values.name }}",
       R"(! template: t:1:14: executing "t" at <.Values.name>: name is not a method but has arguments)"},
      {"{{ .Obj.Name 1 }}",
       R"(! template: t:1:7: executing "t" at <.Obj.Name>: Name has arguments but cannot be invoked as function)"},
      {"{{ 1 | .Obj.Name }}",
       R"(! template: t:1:11: executing "t" at <.Obj.Name>: Name has arguments but cannot be invoked as function)"},
      {"{{ 3 4 }}", R"(! template: t:1:3: executing "t" at <3>: can't give argument to non-function 3)"},
      {R"({{ "a" "b" }})",
       R"(! template: t:1:3: executing "t" at <"a">: can't give argument to non-function "a")"},
      {"{{ (1) 2 }}",
       R"(! template: t:1:3: executing "t" at <(1) 2>: can't give argument to non-function 1)"},
      {"{{ 1 | (upper) }}",
       R"(! template: t:1:3: executing "t" at <1>: can't give argument to non-function upper)"},
      {"{{ . 1 }}", R"(! template: t:1:3: executing "t" at <.>: can't give argument to non-function .)"},
      {"{{ true 1 }}",
       R"(! template: t:1:3: executing "t" at <true>: can't give argument to non-function true)"},
      {"{{ $x := 1 }}{{ $x 2 }}",
       R"(! template: t:1:16: executing "t" at <$x>: can't give argument to non-function $x)"},
      {"{{ $x := 1 }}{{ 2 | $x }}",
       R"(! template: t:1:20: executing "t" at <$x>: can't give argument to non-function $x)"},
      {"{{ nil }}", R"(! template: t:1:3: executing "t" at <nil>: nil is not a command)"},
      {"{{ nil | print }}", R"(! template: t:1:3: executing "t" at <nil>: nil is not a command)"},
      {"{{ $x := nil }}", R"(! template: t:1:9: executing "t" at <nil>: nil is not a command)"},
      {R"({{ template "d" 1 2 }}{{ define "d" }}{{ end }})",
       R"(! template: t:1:16: executing "t" at <1>: can't give argument to non-function 1)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Evaluate, ScopesVariables) {
  const RenderedCase cases[] = {
      {"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"},
      {"{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21"},
      {R"({{ $x := 1 }}{{ $x = "s" }}{{ $x }})", "s"},
      {"{{ $x := 0 }}{{ range list 1 2 3 }}{{ $x := . }}{{ end }}{{ $x }}", "0"},
      {"{{ with $x := .Values.name }}{{ $x }}{{ . }}{{ end }}", "mossmoss"},
      {"{{ $ = 1 }}{{ $ }}", "1"},
      {"{{ $ := 3 }}{{ $ }}{{ if 1 }}{{ $ := 4 }}{{ $ }}{{ end }}{{ $ }}", "343"},
      {"{{ $x = 1 }}", R"(! template: t:1:8: executing "t" at <1>: undefined variable: $x)"},
      {"{{ if $x = 1 }}{{ end }}", R"(! template: t:1:11: executing "t" at <1>: undefined variable: $x)"},
      {R"({{ define "d" }}{{ $ }}{{ end }}{{ template "d" "arg" }}{{ $.Values.name }})", "argmoss"},
      {R"([{{ $x := "v" }}])", "[]"},
      {"{{ print ($x := 2) $x }}{{ $x }}", "2 22"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Evaluate, AVariableIsThereOnceItsDeclarationWasEvaluated) {
  const RenderedCase cases[] = {
      {"{{ $x := 5 }}{{ or true ($x := 1) }}{{ $x }}", "true5"},
      {"{{ $x := 5 }}{{ and true ($x := 1) }}{{ $x }}", "11"},
      {"{{ or true ($x := 1) }}{{ $x }}",
       R"(! template: t:1:26: executing "t" at <$x>: undefined variable: $x)"},
      {"{{ range $i, $e := list 1 2 }}{{ or $i ($z := $e) }}{{ $z }}{{ end }}",
       R"(! template: t:1:55: executing "t" at <$z>: undefined variable: $z)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
