// Templates that define, replace and execute one another; include and tpl.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Set, LaterDefinitionsReplaceUnlessTheyAreBlank) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ template "r" . }})", R"({{ define "r" }}a{{ end }})", R"({{ define "r" }}b{{ end }})"}, "b"},
      {{R"({{ template "r" . }})", R"({{ define "r" }}a{{ end }})",
        R"({{ define "r" }} {{/* c */}} {{ end }})"},
       "a"},
      {{R"({{ template "r" . }})", R"({{ define "r" }} {{ end }})", R"({{ define "r" }}b{{ end }})"}, "b"},
      {{R"([{{ template "r" . }}])", R"({{ define "r" }}  {{ end }})", R"({{ define "r" }}b{{ end }})"},
       "[b]"},
      {{"z", R"({{ define "t" }}x{{ end }})"}, "x"},
      {{"z", R"({{ define "t" }} {{ end }})"}, "z"},
      {{R"({{ include "u" . }})", R"({{ define "u" }}x{{ end }})", R"({{ define "u" }}{{/*e*/}}{{ end }})"},
       "x"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Set, OneTextDefinesANameOnce) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{"{{ define \"d\" }}1{{ end }}\n{{ define \"d\" }}2{{ end }}"},
       R"(! template: t:2: template: multiple definition of template "d")"},
      {{R"({{ define "d" }}1{{ end }}{{ define "d" }} {{ end }}{{ template "d" }})"}, "1"},
      {{R"({{ define "d" }} {{ end }}{{ define "d" }}1{{ end }}{{ template "d" }})"}, "1"},
      {{R"({{ block "b" . }}one{{ end }}{{ define "b" }}two{{ end }})"},
       R"(! template: t:1: template: multiple definition of template "b")"},
      {{R"({{ define "t" }}x{{ end }})"}, "x"},
      {{R"({{ define "t" }}x{{ end }}y)"},
       R"(! template: t:1: template: multiple definition of template "t")"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Set, TemplatesExecuteTemplates) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ define "hi" }}hi {{ . }}{{ end }}{{ template "hi" "bo" }})"}, "hi bo"},
      {{R"({{ define "d" }}{{ . }}|{{ printf "%v" . }}{{ end }}{{ template "d" }})"}, "<no value>|<nil>"},
      {{R"({{ block "b" "v" }}[{{ . }}]{{ end }})"}, "[v]"},
      {{R"({{ block "x" . }}{{ block "y" 2 }}{{ . }}{{ end }}{{ end }})"}, "2"},
      {{R"({{ define "d" }}{{ . }}{{ end }}{{ template "d" "a" | upper }})"}, "A"},
      {{R"({{ template "nope" 1 | print }})"},
       R"(! template: t:1:12: executing "t" at <{{template "nope" 1 | print}}>: template "nope" not defined)"},
      {{R"({{ define "c" }}{{ .n }}{{ with .next }},{{ template "c" . }}{{ end }}{{ end }}{{ template "c" (dict "n" 1 "next" (dict "n" 2)) }})"},
       "1,2"},
      {{R"({{ define "d" }}{{ .x }}{{ end }}{{ template "d" nil }})"},
       R"(! template: t:1:49: executing "t" at <nil>: nil is not a command)"},
      {{R"({{ if 1 }}{{ template "d" ($x := 5) }}{{ $x }}{{ end }}{{ define "d" }}{{ . }}{{ end }})"}, "55"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Include, IsATemplateAsText) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ define "p" }}<{{ . }}>{{ end }}{{ include "p" "q" | upper }})"}, "<Q>"},
      {{R"({{ include "p" .Values.zz }}{{ define "p" }}[{{ . }}]{{ end }})"}, "[<no value>]"},
      {{R"({{ include "no.such" . }})"},
       R"(! template: t:1:3: executing "t" at <include "no.such" .>: error calling include: template: no template "no.such" associated with template "gotpl")"},
      {{"{{ define \"w\" }}\n a \n{{ end }}[{{ include \"w\" . }}]"}, "[\n a \n]"},
      {{R"({{ include "u" 3 }})", "{{ . }}"}, "3"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Include, ErrorsNameEveryLevel) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ include "f" . }})", "{{ define \"f\" }}\n{{ fail \"boo\\nx\" }}{{ end }}"},
       "! template: t:1:3: executing \"t\" at <include \"f\" .>: error calling include: template: u:2:3: "
       "executing \"f\" at <fail \"boo\\nx\">: error calling fail: FAILED boo\nx"},
      {{R"({{ define "i" }}{{ index (list 1) 4 }}{{ end }}{{ define "j" }}{{ include "i" . }}{{ end }}{{ include "j" . }})"},
       R"(! template: t:1:94: executing "t" at <include "j" .>: error calling include: template: t:1:66: executing "j" at <include "i" .>: error calling include: template: t:1:19: executing "i" at <index (list 1) 4>: error calling index: index out of range: 4)"},
      {{"x\n{{ template \"d\" . }}", R"({{ define "d" }}é{{ .x.y }}{{ end }})"},
       R"(! template: u:1:23: executing "d" at <.x.y>: nil pointer evaluating interface {}.y)"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Tpl, ExpandsText) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ tpl "{{ .Values.name | upper }}" . }} {{ tpl "plain" . }})"}, "MOSS plain"},
      {{R"([{{ tpl "{{ .Values.zz }}<no value>" . }}])"}, "[]"},
      {{R"({{ tpl "<no <no value>value>" 1 }})"}, "<no value>"},
      {{R"({{ tpl "{{ . }}{{ $ }}" 5 }})"}, "55"},
      {{R"({{ $x := 1 }}{{ tpl "{{ $x }}" . }})"},
       R"(! template: t:1:16: executing "t" at <tpl "{{ $x }}" .>: error calling tpl: cannot parse template "{{ $x }}": template: gotpl:1: undefined variable "$x")"},
      {{R"({{ tpl "{{ .x.y }}" (dict "q" 1) }})"},
       R"(! template: t:1:3: executing "t" at <tpl "{{ .x.y }}" (dict "q" 1)>: error calling tpl: error during tpl function execution for "{{ .x.y }}": template: gotpl:1:5: executing "gotpl" at <.x.y>: nil pointer evaluating interface {}.y)"},
      {{R"({{ tpl "{{ if }}" . }})"},
       R"(! template: t:1:3: executing "t" at <tpl "{{ if }}" .>: error calling tpl: cannot parse template "{{ if }}": template: gotpl:1: missing value for if)"},
      {{R"({{ tpl "a\n{{ nosuch }}" . }})"},
       R"(! template: t:1:3: executing "t" at <tpl "a\n{{ nosuch }}" .>: error calling tpl: cannot parse template "a\n{{ nosuch }}": template: gotpl:2: function "nosuch" not defined)"},
      {{R"({{ tpl "{{ tpl \"{{ .x.y }}\" . }}" . }})"},
       R"(! template: t:1:3: executing "t" at <tpl "{{ tpl \"{{ .x.y }}\" . }}" .>: error calling tpl: error during tpl function execution for "{{ tpl \"{{ .x.y }}\" . }}": template: gotpl:1:3: executing "gotpl" at <tpl "{{ .x.y }}" .>: error calling tpl: error during tpl function execution for "{{ .x.y }}": template: gotpl:1:5: executing "gotpl" at <.x.y>: nil pointer evaluating interface {}.y)"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Tpl, SeesAllTemplatesAndHidesItsOwn) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ define "o" }}O{{ . }}{{ end }}{{ tpl "{{ include \"o\" 3 }}{{ template \"o\" 4 }}" . }})"},
       "O3O4"},
      {{R"({{ define "o" }}old{{ end }}{{ tpl "{{ define \"o\" }}new{{ end }}{{ include \"o\" . }}" . }} {{ include "o" . }})"},
       "new old"},
      {{R"({{ tpl "{{ define \"z\" }}Z{{ end }}{{ include \"z\" 1 }}" . }}{{ include "z" 1 }})"},
       R"(! template: t:1:66: executing "t" at <include "z" 1>: error calling include: template: no template "z" associated with template "gotpl")"},
      {{R"({{ tpl "{{ define \"b\" }} {{ end }}[{{ include \"b\" . }}]" . }}{{ define "b" }}B{{ end }})"},
       "[B]"},
      {{R"({{ define "a" }}A{{ include "b" . }}{{ end }}{{ define "b" }}B{{ end }}{{ tpl "{{ define \"b\" }}mid{{ end }}{{ tpl \"{{ define \\\"b\\\" }}in{{ end }}{{ include \\\"a\\\" . }}\" . }}{{ include \"a\" . }}" . }}{{ include "a" . }})"},
       "AinAmidAB"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

TEST(Tpl, IsCalledGotpl) {
  const struct {
    std::vector<std::string> texts;
    const char* result;
  } cases[] = {
      {{R"({{ tpl "{{ define \"gotpl\" }}x{{ end }}" . }})"}, "x"},
      {{R"({{ tpl "{{ define \"gotpl\" }}x{{ end }}y" . }})"},
       R"(! template: t:1:3: executing "t" at <tpl "{{ define \"gotpl\" }}x{{ end }}y" .>: error calling tpl: cannot parse template "{{ define \"gotpl\" }}x{{ end }}y": template: gotpl:1: template: multiple definition of template "gotpl")"},
      {{R"({{ define "gotpl" }}G{{ end }}{{ include "gotpl" . }}{{ tpl "" . }}{{ tpl "{{ define \"x\" }}[{{ template \"gotpl\" 7 }}]{{ end }}{{ if eq . 1 }}{{ template \"x\" }}{{ end }}{{ . }}" 1 }})"},
       "G[7]1"},
  };
  for (const auto& [texts, result] : cases) EXPECT_EQ(Rendered(texts), result) << texts[0];
}

}  // namespace
}  // namespace devstats::chart
