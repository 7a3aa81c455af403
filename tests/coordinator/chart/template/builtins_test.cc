// The functions of the language.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Builtins, Len) {
  const RenderedCase cases[] = {
      {R"({{ len "héllo" }} {{ len (list 1 2) }} {{ len (dict "a" 1) }} {{ len (bytes "abc") }} {{ len .Ptr.List }})",
       "6 2 1 3 0"},
      {"{{ len nil }}",
       R"(! template: t:1:3: executing "t" at <len nil>: error calling len: reflect: call of reflect.Value.Type on zero Value)"},
      {"{{ len .Values.zz }}",
       R"(! template: t:1:3: executing "t" at <len .Values.zz>: error calling len: len of nil pointer)"},
      {"{{ len (.Values.zz) }}",
       R"(! template: t:1:3: executing "t" at <len (.Values.zz)>: error calling len: reflect: call of reflect.Value.Type on zero Value)"},
      {"{{ .Values.zz | len }}",
       R"(! template: t:1:16: executing "t" at <len>: error calling len: reflect: call of reflect.Value.Type on zero Value)"},
      {"{{ $x := .Values.zz }}{{ len $x }}",
       R"(! template: t:1:25: executing "t" at <len $x>: error calling len: reflect: call of reflect.Value.Type on zero Value)"},
      {"{{ range list nil }}{{ len . }}{{ end }}",
       R"(! template: t:1:23: executing "t" at <len .>: error calling len: len of nil pointer)"},
      {"{{ range $x := list nil }}{{ len $x }}{{ end }}",
       R"(! template: t:1:29: executing "t" at <len $x>: error calling len: len of nil pointer)"},
      {"{{ len 3 }}", R"(! template: t:1:3: executing "t" at <len 3>: error calling len: len of type int)"},
      {"{{ len .Obj }}",
       R"(! template: t:1:3: executing "t" at <len .Obj>: error calling len: len of type main.Obj)"},
      {"{{ len .Ptr }}",
       R"(! template: t:1:3: executing "t" at <len .Ptr>: error calling len: len of type main.Obj)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Builtins, Index) {
  const RenderedCase cases[] = {
      {R"({{ index .Values "a" "b" "c" }} {{ index (list "a" "b") 1 }} {{ index "abc" 1 }} {{ index (bytes "a") 0 }})",
       "deep b 98 97"},
      {R"({{ index .Obj.Labels "a" }}[{{ index .Obj.Labels "zz" }}][{{ index .Values "zz" }}]{{ index .Values }})",
       "b[][<no value>]map[a:map[b:map[c:deep]] f:1.5 list:[1 x <nil> map[k:v]] n:3 name:moss nul:<nil>]"},
      {"{{ index (list 1) (u64 0) }}", "1"},
      {R"({{ index .Values "zz" "y" }})",
       R"(! template: t:1:3: executing "t" at <index .Values "zz" "y">: error calling index: index of nil pointer)"},
      {"{{ index (list) 0 }}",
       R"(! template: t:1:3: executing "t" at <index (list) 0>: error calling index: reflect: slice index out of range)"},
      {"{{ index (list 1) 2 }}",
       R"(! template: t:1:3: executing "t" at <index (list 1) 2>: error calling index: index out of range: 2)"},
      {"{{ index (list 1) -1 }}",
       R"(! template: t:1:3: executing "t" at <index (list 1) -1>: error calling index: index out of range: -1)"},
      {R"({{ index "abc" 3 }})",
       R"(! template: t:1:3: executing "t" at <index "abc" 3>: error calling index: reflect: string index out of range)"},
      {R"({{ index (bytes "a") 1 }})",
       R"(! template: t:1:3: executing "t" at <index (bytes "a") 1>: error calling index: reflect: slice index out of range)"},
      {R"({{ index (list 1) "a" }})",
       R"(! template: t:1:3: executing "t" at <index (list 1) "a">: error calling index: cannot index slice/array with type string)"},
      {"{{ index (list 1) .Values.n }}",
       R"(! template: t:1:3: executing "t" at <index (list 1) .Values.n>: error calling index: cannot index slice/array with type float64)"},
      {"{{ index (list 1) nil }}",
       R"(! template: t:1:3: executing "t" at <index (list 1) nil>: error calling index: cannot index slice/array with nil)"},
      {"{{ index .Values 1 }}",
       R"(! template: t:1:3: executing "t" at <index .Values 1>: error calling index: value has type int; should be string)"},
      {"{{ index .Values nil }}",
       R"(! template: t:1:3: executing "t" at <index .Values nil>: error calling index: value is nil; should be of type string)"},
      {"{{ index nil }}",
       R"(! template: t:1:3: executing "t" at <index nil>: error calling index: index of untyped nil)"},
      {"{{ index .Values.zz 1 }}",
       R"(! template: t:1:3: executing "t" at <index .Values.zz 1>: error calling index: index of untyped nil)"},
      {"{{ index 5 0 }}",
       R"(! template: t:1:3: executing "t" at <index 5 0>: error calling index: can't index item of type int)"},
      {"{{ index .Ptr 0 }}",
       R"(! template: t:1:3: executing "t" at <index .Ptr 0>: error calling index: can't index item of type main.Obj)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Builtins, Slice) {
  const RenderedCase cases[] = {
      {R"({{ slice "abcdef" 2 4 }} {{ slice "abc" }} {{ slice "abc" 1 }} {{ slice (list 1 2 3) 1 }} {{ slice (bytes "abc") 1 2 }} {{ slice (list 1 2 3) 0 1 2 }})",
       "cd abc bc [2 3] [98] [1]"},
      {R"({{ slice "abc" 0 1 2 }})",
       R"(! template: t:1:3: executing "t" at <slice "abc" 0 1 2>: error calling slice: cannot 3-index slice a string)"},
      {R"({{ slice "abc" 4 }})",
       R"(! template: t:1:3: executing "t" at <slice "abc" 4>: error calling slice: index out of range: 4)"},
      {R"({{ slice "abc" 2 1 }})",
       R"(! template: t:1:3: executing "t" at <slice "abc" 2 1>: error calling slice: invalid slice index: 2 > 1)"},
      {"{{ slice nil 1 }}",
       R"(! template: t:1:3: executing "t" at <slice nil 1>: error calling slice: slice of untyped nil)"},
      {"{{ slice 1 1 }}",
       R"(! template: t:1:3: executing "t" at <slice 1 1>: error calling slice: can't slice item of type int)"},
      {"{{ slice (list 1) .Values.n }}",
       R"(! template: t:1:3: executing "t" at <slice (list 1) .Values.n>: error calling slice: cannot index slice/array with type interface {})"},
      {R"({{ slice (list 1) "a" }})",
       R"(! template: t:1:3: executing "t" at <slice (list 1) "a">: error calling slice: cannot index slice/array with type string)"},
      {"{{ slice (list 1) 0 1 1 1 }}",
       R"(! template: t:1:3: executing "t" at <slice (list 1) 0 1 1 1>: error calling slice: too many slice indexes: 4)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Builtins, Print) {
  const RenderedCase cases[] = {
      {R"({{ print nil true 1.5 nil }}|{{ print "a" 1 2 "b" }}|{{ print }})", "<nil> true 1.5 <nil>|a1 2b|"},
      {R"({{ println "a" 1 "b" }}|{{ println }}|)", "a 1 b\n|\n|"},
      {R"({{ printf "%s-%d-%v" "a" 1 nil }})", "a-1-<nil>"},
      {R"({{ printf "%d" "a" }})", "%!d(string=a)"},
      {R"({{ printf "%v %v" 1 }})", "1 %!v(MISSING)"},
      {R"({{ "%v" | printf }})", "%!v(MISSING)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Builtins, PrintsAsAnActionDoes) {
  const RenderedCase cases[] = {
      {R"({{ .Values.a }}{{ list 1 nil "a" }}{{ dict "a" nil }}{{ true }}{{ .Obj }}{{ .Ptr }}{{ bytes "a" }})",
       "map[b:map[c:deep]][1 <nil> a]map[a:<nil>]true{ob 7 map[a:b] <nil> [x]}{p 0 map[] 3 []}[97]"},
      {R"({{ html nil }}|{{ html .Values.zz }}|{{ html nil 1 "a" 2 3 }}|{{ html .Ptr }}|{{ js nil }})",
       R"(&lt;no value&gt;|&lt;no value&gt;|&lt;no value&gt;1a2 3|{p 0 map[] 3 []}|\u003Cno value\u003E)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Builtins, Escape) {
  const RenderedCase cases[] = {
      {R"({{ html "<a b='c' d=\"e\">&\x00é" }})", "&lt;a b=&#39;c&#39; d=&#34;e&#34;&gt;&amp;\357\277\275é"},
      {R"({{ js "it's \"<b>\" & \\ \n=\x1f\x7f" }})",
       R"(it\'s \"\u003Cb\u003E\" \u0026 \\ \u000A\u003D\u001F)"},
      {R"({{ js "é\u2028\U0001F600\u00ad" }})", "é\\u2028😀\\u00AD"},
      {R"({{ urlquery "a b&c=d/é+~-_.*" }})", "a+b%26c%3Dd%2F%C3%A9%2B~-_.%2A"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
