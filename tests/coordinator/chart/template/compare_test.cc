// eq, ne, lt, le, gt and ge.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Compare, Equality) {
  const RenderedCase cases[] = {
      {R"({{ eq 1 2 3 1 }} {{ eq "a" "b" "c" }} {{ eq true true }} {{ eq 1.0 1.0 }} {{ eq 1i 1i }})",
       "true false true true true"},
      {R"({{ ne 1 2 }} {{ ne "a" "a" }} {{ ne "a" nil }})", "true false true"},
      {"{{ eq (i64 3) 3 }} {{ eq (u64 3) 3 (i64 3) }} {{ eq (u64 18446744073709551615) -1 }} {{ eq -1 (u64 "
       "18446744073709551615) }}",
       "true true false false"},
      {"{{ eq .Values.n 3.0 }}", "true"},
      {"{{ eq 1 }}",
       R"(! template: t:1:3: executing "t" at <eq 1>: error calling eq: missing argument for comparison)"},
      {R"({{ eq 1 "1" }})",
       R"(! template: t:1:3: executing "t" at <eq 1 "1">: error calling eq: incompatible types for comparison: int and string)"},
      {"{{ eq .Values.n 3 }}",
       R"(! template: t:1:3: executing "t" at <eq .Values.n 3>: error calling eq: incompatible types for comparison: float64 and int)"},
      {"{{ eq 1 true }}",
       R"(! template: t:1:3: executing "t" at <eq 1 true>: error calling eq: incompatible types for comparison: int and bool)"},
      {R"({{ eq "a" (list) }})",
       R"(! template: t:1:3: executing "t" at <eq "a" (list)>: error calling eq: incompatible types for comparison: string and []interface {})"},
      {R"({{ eq 1 1 "a" }})", "true"},
      {R"({{ eq 2 1 "a" }})",
       R"(! template: t:1:3: executing "t" at <eq 2 1 "a">: error calling eq: incompatible types for comparison: int and string)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Compare, EqualityWithNil) {
  const RenderedCase cases[] = {
      {R"({{ eq nil nil }} {{ eq .Values.zz nil }} {{ eq nil "a" }} {{ eq "a" .Values.zz }})",
       "true true false false"},
      {"{{ eq list nil }} {{ eq .Ptr.List nil }} {{ eq nil .Ptr.Labels }} {{ eq .Obj.Labels nil }}",
       "false true true false"},
      {"{{ eq .Ptr nil }} {{ eq .Obj nil }} {{ eq nop nil }}", "false false true"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Compare, EqualityOfOthers) {
  const RenderedCase cases[] = {
      {"{{ eq . . }}",
       R"(! template: t:1:3: executing "t" at <eq . .>: error calling eq: non-comparable type map[Obj:{ob %!s(int=7) map[a:b] <nil> [x]} Ptr:%!s(*main.Obj=&{p 0 map[] 3 []}) Values:map[a:map[b:map[c:deep]] f:%!s(float64=1.5) list:[%!s(float64=1) x <nil> map[k:v]] n:%!s(float64=3) name:moss nul:<nil>]]: main.Values)"},
      {"{{ eq list list }}",
       R"(! template: t:1:3: executing "t" at <eq list list>: error calling eq: non-comparable type []: []interface {})"},
      {"{{ eq .Obj.List .Obj.List }}",
       R"(! template: t:1:3: executing "t" at <eq .Obj.List .Obj.List>: error calling eq: non-comparable type [x]: []string)"},
      {"{{ eq .Ptr.List .Obj.List }}", "false"},
      {"{{ eq .Ptr .Ptr }}", "true"},
      {"{{ eq .Obj .Obj }}",
       R"(! template: t:1:3: executing "t" at <eq .Obj .Obj>: error calling eq: non-comparable type {ob %!s(int=7) map[a:b] <nil> [x]}: main.Obj)"},
      {"{{ eq .Obj .Obj.List }}",
       R"(! template: t:1:3: executing "t" at <eq .Obj .Obj.List>: error calling eq: non-comparable types {ob %!s(int=7) map[a:b] <nil> [x]}: main.Obj, []string: [x])"},
      {"{{ eq dict list }}",
       R"(! template: t:1:3: executing "t" at <eq dict list>: error calling eq: non-comparable types map[]: map[string]interface {}, []interface {}: [])"},
      {"{{ eq .Ptr .Obj }}",
       R"(! template: t:1:3: executing "t" at <eq .Ptr .Obj>: error calling eq: non-comparable types &{p %!s(int=0) map[] %!s(int=3) []}: *main.Obj, main.Obj: {ob 7 map[a:b] <nil> [x]})"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Compare, Order) {
  const RenderedCase cases[] = {
      {"{{ lt 1 2 }} {{ lt 2 1 }} {{ le 2 2 }} {{ gt 3 2 }} {{ ge 2 3 }}", "true false true true false"},
      {R"({{ lt "abc" "abd" }} {{ lt "Z" "a" }} {{ lt "10" "9" }} {{ le "a" "a" }})", "true true true true"},
      {"{{ lt 1.5 2.5 }} {{ gt 1.5 2.5 }}", "true false"},
      {"{{ lt (u64 3) -1 }} {{ lt -1 (u64 3) }} {{ le 3 (u64 3) }} {{ lt (u64 3) (u64 4) }} {{ ge (u64 "
       "18446744073709551615) 1 }}",
       "false true true true true"},
      {"{{ lt 1 2.0 }}",
       R"(! template: t:1:3: executing "t" at <lt 1 2.0>: error calling lt: incompatible types for comparison: int and float64)"},
      {"{{ lt true false }}",
       R"(! template: t:1:3: executing "t" at <lt true false>: error calling lt: invalid type for comparison)"},
      {"{{ lt nil 1 }}",
       R"(! template: t:1:3: executing "t" at <lt nil 1>: error calling lt: invalid type for comparison)"},
      {"{{ lt 1 nil }}",
       R"(! template: t:1:3: executing "t" at <lt 1 nil>: error calling lt: invalid type for comparison)"},
      {"{{ gt .Values.n 2 }}",
       R"(! template: t:1:3: executing "t" at <gt .Values.n 2>: error calling gt: incompatible types for comparison: float64 and int)"},
      {"{{ lt 1i 2i }}",
       R"(! template: t:1:3: executing "t" at <lt 1i 2i>: error calling lt: invalid type for comparison)"},
      {"{{ ge list list }}",
       R"(! template: t:1:3: executing "t" at <ge list list>: error calling ge: invalid type for comparison)"},
      {R"({{ le "a" 1 }})",
       R"(! template: t:1:3: executing "t" at <le "a" 1>: error calling le: incompatible types for comparison: string and int)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
