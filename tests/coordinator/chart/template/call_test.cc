// Calls: how many arguments, of which types, and what becomes of nil.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Call, CountsArguments) {
  const RenderedCase cases[] = {
      {R"({{ upper "a" "b" }})",
       R"(! template: t:1:3: executing "t" at <upper>: wrong number of args for upper: want 1 got 2)"},
      {"{{ upper }}",
       R"(! template: t:1:3: executing "t" at <upper>: wrong number of args for upper: want 1 got 0)"},
      {R"({{ "a" | upper "b" }})",
       R"(! template: t:1:9: executing "t" at <upper>: wrong number of args for upper: want 1 got 2)"},
      {"{{ join }}",
       R"(! template: t:1:3: executing "t" at <join>: wrong number of args for join: want at least 1 got 0)"},
      {R"({{ "x" | join }})", ""},
      {"{{ hasKey (dict) }}",
       R"(! template: t:1:3: executing "t" at <hasKey>: wrong number of args for hasKey: want 2 got 1)"},
      {"{{ nop 1 }}",
       R"(! template: t:1:3: executing "t" at <nop>: wrong number of args for nop: want 0 got 1)"},
      {"{{ 1 | nop }}",
       R"(! template: t:1:7: executing "t" at <nop>: wrong number of args for nop: want 0 got 1)"},
      {"{{ printf }}",
       R"(! template: t:1:3: executing "t" at <printf>: wrong number of args for printf: want at least 1 got 0)"},
      {"{{ eq }}",
       R"(! template: t:1:3: executing "t" at <eq>: wrong number of args for eq: want at least 1 got 0)"},
      {"{{ and }}",
       R"(! template: t:1:3: executing "t" at <and>: wrong number of args for and: want at least 1 got 0)"},
      {"{{ not 1 2 }}",
       R"(! template: t:1:3: executing "t" at <not>: wrong number of args for not: want 1 got 2)"},
      {"{{ ne 1 2 3 }}",
       R"(! template: t:1:3: executing "t" at <ne>: wrong number of args for ne: want 2 got 3)"},
      {"{{ 1 | ne 1 2 }}",
       R"(! template: t:1:7: executing "t" at <ne>: wrong number of args for ne: want 2 got 3)"},
      {"{{ len }}",
       R"(! template: t:1:3: executing "t" at <len>: wrong number of args for len: want 1 got 0)"},
      {"{{ call }}",
       R"(! template: t:1:3: executing "t" at <call>: wrong number of args for call: want at least 1 got 0)"},
      {R"({{ include "x" }})",
       R"(! template: t:1:3: executing "t" at <include>: wrong number of args for include: want 2 got 1)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, TakesConstantsOfTheTypeOrOfNone) {
  const RenderedCase cases[] = {
      {"{{ upper 3 }}", R"(! template: t:1:9: executing "t" at <3>: expected string; found 3)"},
      {"{{ upper true }}", R"(! template: t:1:9: executing "t" at <true>: expected string; found true)"},
      {"{{ upper nil }}", R"(! template: t:1:9: executing "t" at <nil>: cannot assign nil to string)"},
      {R"({{ repeat "x" "a" }})",
       R"(! template: t:1:10: executing "t" at <"x">: expected integer; found "x")"},
      {R"({{ boo "true" }})", R"(! template: t:1:7: executing "t" at <"true">: expected bool; found "true")"},
      {"{{ f64 true }}", R"(! template: t:1:7: executing "t" at <true>: expected float; found true)"},
      {R"({{ u64 "a" }})",
       R"(! template: t:1:7: executing "t" at <"a">: expected unsigned integer; found "a")"},
      {R"({{ hasKey "a" "b" }})",
       R"(! template: t:1:10: executing "t" at <"a">: can't handle "a" for arg of type map[string]interface {})"},
      {R"({{ hasKey true "b" }})",
       R"(! template: t:1:10: executing "t" at <true>: can't handle true for arg of type map[string]interface {})"},
      {R"({{ first "a" }})",
       R"(! template: t:1:9: executing "t" at <"a">: can't handle "a" for arg of type []interface {})"},
      {"{{ first 1 }}",
       R"(! template: t:1:9: executing "t" at <1>: can't handle 1 for arg of type []interface {})"},
      {R"({{ join "," "a" 1 }})", R"(! template: t:1:16: executing "t" at <1>: expected string; found 1)"},
      {R"({{ 1 | join "," }})",
       R"(! template: t:1:12: executing "t" at <",">: wrong type for value; expected string; got int)"},
      {"{{ 1 | join }}",
       R"(! template: t:1:7: executing "t" at <join>: wrong type for value; expected string; got int)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, DoesNotConvertValues) {
  const RenderedCase cases[] = {
      {"{{ upper .Values.n }}",
       R"(! template: t:1:16: executing "t" at <.Values.n>: wrong type for value; expected string; got float64)"},
      {"{{ i64 .Values.n }}",
       R"(! template: t:1:14: executing "t" at <.Values.n>: wrong type for value; expected int64; got float64)"},
      {R"({{ repeat (i64 2) "x" }})",
       R"(! template: t:1:15: executing "t" at <2>: wrong type for value; expected int; got int64)"},
      {"{{ .Values.n | upper }}",
       R"(! template: t:1:15: executing "t" at <upper>: wrong type for value; expected string; got float64)"},
      {"{{ upper .Obj }}",
       R"(! template: t:1:9: executing "t" at <.Obj>: wrong type for value; expected string; got main.Obj)"},
      {"{{ upper . }}",
       R"(! template: t:1:9: executing "t" at <.>: wrong type for value; expected string; got main.Values)"},
      {R"({{ join "," .Values.name .Values.n }})",
       R"(! template: t:1:32: executing "t" at <.Values.n>: wrong type for value; expected string; got float64)"},
      {"{{ range list 1 }}{{ upper . }}{{ end }}",
       R"(! template: t:1:27: executing "t" at <.>: wrong type for value; expected string; got int)"},
      {"{{ range list 1 }}{{ . | upper }}{{ end }}",
       R"(! template: t:1:25: executing "t" at <upper>: wrong type for value; expected string; got int)"},
      {R"({{ first (strlist "a") }})",
       R"(! template: t:1:18: executing "t" at <"a">: wrong type for value; expected []interface {}; got []string)"},
      {R"({{ hasKey .Obj.Labels "a" }})",
       R"(! template: t:1:14: executing "t" at <.Obj.Labels>: wrong type for value; expected map[string]interface {}; got map[string]string)"},
      {R"({{ upper (bytes "a") }})",
       R"(! template: t:1:16: executing "t" at <"a">: wrong type for value; expected string; got []uint8)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, TakesAMapByAnyOfItsNames) {
  const RenderedCase cases[] = {
      {R"({{ hasKey .Values "a" }}{{ hasKey .Values.AsMap "a" }})", "truetrue"},
      {R"({{ printf "%T %T" .Values (set .Values "x" 1) }})", "main.Values map[string]interface {}"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, TakesNilWhereGoHasNil) {
  const RenderedCase cases[] = {
      {"{{ upper .Values.zz }}",
       R"(! template: t:1:16: executing "t" at <.Values.zz>: wrong type for value; expected string; got interface {})"},
      {"{{ .Values.zz | upper }}",
       R"(! template: t:1:16: executing "t" at <upper>: invalid value; expected string)"},
      {"{{ upper (.Values.zz) }}",
       R"(! template: t:1:17: executing "t" at <.Values.zz>: invalid value; expected string)"},
      {"{{ upper nop }}",
       R"(! template: t:1:9: executing "t" at <nop>: wrong type for value; expected string; got interface {})"},
      {"{{ nop | upper }}", R"(! template: t:1:9: executing "t" at <upper>: invalid value; expected string)"},
      {R"({{ hasKey nil "a" }}{{ hasKey (.Values.zz) "b" }}[{{ first nil }}])", "falsefalse[<no value>]"},
      {R"({{ hasKey .Values.zz "b" }})",
       R"(! template: t:1:17: executing "t" at <.Values.zz>: wrong type for value; expected map[string]interface {}; got interface {})"},
      {R"({{ hasKey nop "b" }})",
       R"(! template: t:1:10: executing "t" at <nop>: wrong type for value; expected map[string]interface {}; got interface {})"},
      {R"({{ "b" | hasKey nil }})", "false"},
      {"{{ .Values.zz | first }}", "<no value>"},
      {R"({{ set nil "a" 1 }})",
       R"(! template: t:1:3: executing "t" at <set nil "a" 1>: error calling set: assignment to entry in nil map)"},
      {"{{ ident nil }}{{ .Values.zz | ident }}", "<no value><no value>"},
      {"{{ list nil .Values.zz }}", "[<nil> <nil>]"},
      {"{{ range list nil }}{{ upper . }}{{ end }}",
       R"(! template: t:1:29: executing "t" at <.>: wrong type for value; expected string; got interface {})"},
      {"{{ range list nil }}{{ . | upper }}{{ end }}",
       R"(! template: t:1:27: executing "t" at <upper>: invalid value; expected string)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, ShowsErrorsOfFunctions) {
  const RenderedCase cases[] = {
      {R"({{ fail "x" }})",
       R"(! template: t:1:3: executing "t" at <fail "x">: error calling fail: FAILED x)"},
      {"\n  {{ \"y\" | fail }}",
       R"(! template: t:2:11: executing "t" at <fail>: error calling fail: FAILED y)"},
      {R"({{ upper (fail "deep") }})",
       R"(! template: t:1:10: executing "t" at <fail "deep">: error calling fail: FAILED deep)"},
      {R"({{ if fail "x" }}{{ end }})",
       R"(! template: t:1:6: executing "t" at <fail "x">: error calling fail: FAILED x)"},
      {"{{ nop | fail }}", R"(! template: t:1:9: executing "t" at <fail>: invalid value; expected string)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, ValuesAreNoFunctions) {
  const RenderedCase cases[] = {
      {"{{ call nil }}",
       R"(! template: t:1:3: executing "t" at <call nil>: error calling call: call of nil)"},
      {"{{ call 1 }}",
       R"(! template: t:1:3: executing "t" at <call 1>: error calling call: non-function 1 of type int)"},
      {"{{ 1 | call }}",
       R"(! template: t:1:7: executing "t" at <call>: error calling call: non-function <int Value> of type int)"},
      {R"({{ "s" | call }})",
       R"(! template: t:1:9: executing "t" at <call>: error calling call: non-function s of type string)"},
      {"{{ call .Values.zz }}",
       R"(! template: t:1:3: executing "t" at <call .Values.zz>: error calling call: call of nil)"},
      {"{{ call .Values.zz.y }}",
       R"(! template: t:1:15: executing "t" at <.Values.zz.y>: nil pointer evaluating interface {}.y)"},
      {"{{ call (list 1 2) 3 }}",
       R"(! template: t:1:3: executing "t" at <call (list 1 2) 3>: error calling call: non-function list 1 2 of type []interface {})"},
      {"{{ nop | call }}", R"(! template: t:1:9: executing "t" at <call>: error calling call: call of nil)"},
      {"{{ call .Values.Count }}",
       R"(! template: t:1:3: executing "t" at <call .Values.Count>: error calling call: non-function .Values.Count of type int)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Call, AndOrStopWhereTheyKnow) {
  const RenderedCase cases[] = {
      {R"({{ and 1 0 2 }} {{ and 1 2 3 }} {{ and "" 1 }})", "0 3 "},
      {R"({{ or 0 "" "x" }} {{ or 0 "" }} {{ or false nil 0 }})", "x  0"},
      {R"({{ or "yes" (fail "never") }}{{ and 0 (fail "never") }})", "yes0"},
      {R"({{ and true (fail "reached") }})",
       R"(! template: t:1:13: executing "t" at <fail "reached">: error calling fail: FAILED reached)"},
      {"{{ 1 | and 0 }} {{ 0 | or 2 }} {{ 3 | and 1 2 }} {{ .Values.zz | or 0 }}", "0 2 3 <no value>"},
      {"{{ if and .Values.zz .Values.zz.y }}a{{ else }}b{{ end }}", "b"},
      {"[{{ and nil }}|{{ or nil }}|{{ not nil }}|{{ and 1 nil }}]",
       "[<no value>|<no value>|true|<no value>]"},
      {"{{ or .Values.zz.x 1 }}",
       R"(! template: t:1:13: executing "t" at <.Values.zz.x>: nil pointer evaluating interface {}.x)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
