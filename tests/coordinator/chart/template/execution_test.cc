// What holds an execution together: limits, depth, and values that change while they are used.
#include <pthread.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/sanitizers.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string Repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

absl::Status StatusOf(const std::string& text, const Limits& limits) {
  return ExecuteTexts({text}, limits).status();
}

// On a stack as large as renderings have.
std::string RenderedDeep(const std::string& text) {
  struct Job {
    const std::string& text;
    std::string out;
  } job{text, {}};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, Usage::kStackBytes + (32 << 20));
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    auto& mine = *static_cast<Job*>(argument);
    TemplateSet set(TemplateFunctions(), {});
    EXPECT_TRUE(set.Parse("t", mine.text).ok());
    Usage usage{Limits()};
    std::string out;
    const auto status = set.Execute("t", TemplateDot(), FixedEnvironment(), usage, out);
    mine.out = status.ok() ? out : std::string(status.message());
    return nullptr;
  };
  EXPECT_EQ(pthread_create(&thread, &attributes, run, &job), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  return job.out;
}

TEST(Execution, CountsSteps) {
  Limits limits;
  limits.steps = 1000;
  for (const char* text : {"{{ range 1000000 }}{{ end }}", "{{ range 1000000 }}x{{ end }}",
                           "{{ range i64 9223372036854775807 }}{{ end }}",
                           R"({{ define "d" }}{{ template "d" }}{{ end }}{{ template "d" }})"}) {
    const absl::Status status = StatusOf(text, limits);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << text;
    EXPECT_THAT(std::string(status.message()), StartsWith("template: t:1:")) << text;
    EXPECT_THAT(std::string(status.message()), EndsWith(": exceeded the limit of 1000 steps")) << text;
  }
  EXPECT_TRUE(StatusOf("{{ range 200 }}x{{ end }}", limits).ok());
}

TEST(Execution, CountsStepsOfWhatManyVariablesCost) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&text, "{{ $v", i, " := $v0 }}");
  Limits limits;
  limits.steps = 1'000'000;
  const absl::Status status = StatusOf("{{ $v0 := 1 }}" + text, limits);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

TEST(Execution, CountsOutput) {
  Limits limits;
  limits.output_bytes = 1000;
  const std::string too_much[] = {
      "{{ range 101 }}0123456789{{ end }}",
      R"({{ define "d" }}{{ range 101 }}0123456789{{ end }}{{ end }}{{ $x := include "d" . }})",
      R"({{ $x := "0123456789" }}{{ range 20 }}{{ $x = print $x $x }}{{ end }})",
      R"({{ tpl "{{ range 101 }}0123456789{{ end }}" . }})",
  };
  for (const std::string& text : too_much) {
    const absl::Status status = StatusOf(text, limits);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("exceeded the limit of 1000 bytes of output"))
        << text;
  }
  EXPECT_TRUE(StatusOf("{{ range 100 }}0123456789{{ end }}", limits).ok());
}

TEST(Execution, WhatWasPrintedStaysWithinTheLimit) {
  Limits limits;
  limits.output_bytes = 15;
  TemplateSet set(TemplateFunctions(), limits);
  ASSERT_TRUE(set.Parse("t", "0123456789{{ list 1 2 3 4 5 6 7 8 }}").ok());
  Usage usage(limits);
  std::string out;
  EXPECT_FALSE(set.Execute("t", Value(), FixedEnvironment(limits), usage, out).ok());
  EXPECT_EQ(out, "0123456789");
}

TEST(Execution, UsageGoesOnFromTemplateToTemplate) {
  Limits limits;
  limits.output_bytes = 15;
  TemplateSet set(TemplateFunctions(), limits);
  ASSERT_TRUE(set.Parse("t", "0123456789").ok());
  Usage usage(limits);
  std::string out;
  EXPECT_TRUE(set.Execute("t", Value(), FixedEnvironment(limits), usage, out).ok());
  EXPECT_EQ(usage.output_bytes(), 10u);
  EXPECT_EQ(usage.steps(), 1u);
  EXPECT_FALSE(set.Execute("t", Value(), FixedEnvironment(limits), usage, out).ok());
}

TEST(Execution, IncludesNestAThousandDeep) {
  const std::string out = RenderedDeep(R"({{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }})");
  EXPECT_THAT(out, EndsWith(R"(<include "r" .>: error calling include: rendering template has a nested )"
                            "reference name: r: unable to execute template"));
  size_t levels = 0;
  for (size_t at = 0; (at = out.find("error calling include", at)) != std::string::npos; ++at) ++levels;
  EXPECT_EQ(levels, 1002u);
}

TEST(Execution, AnIncludeThatWasLeftDoesNotCount) {
  Limits limits;
  limits.recursion = 3;
  EXPECT_TRUE(
      StatusOf(R"({{ define "a" }}{{ end }}{{ range 100 }}{{ include "a" . }}{{ end }})", limits).ok());
  // Four within one another.
  const std::string nested = R"({{ define "a" }}{{ if . }}{{ include "a" (slice . 1) }}{{ end }}{{ end }})";
  EXPECT_TRUE(StatusOf(nested + R"({{ include "a" "123" }})", limits).ok());
  EXPECT_THAT(std::string(StatusOf(nested + R"({{ include "a" "1234" }})", limits).message()),
              HasSubstr("nested reference name: a"));
}

TEST(Execution, TemplatesNestAHundredThousandDeep) {
  if (!kDeepStacks) GTEST_SKIP() << "deeper than ThreadSanitizer can follow";
  EXPECT_EQ(
      RenderedDeep(R"({{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }})"),
      R"(template: t:1:28: executing "r" at <{{template "r"}}>: exceeded maximum template depth (100000))");
}

TEST(Execution, EndsBeforeTheStackDoes) {
  if (!kDeepStacks) GTEST_SKIP() << "deeper than ThreadSanitizer can follow";
  // A thousand names, each of which may be entered a thousand times.
  std::string text;
  for (int i = 0; i < 1000; ++i)
    absl::StrAppend(&text, "{{ define \"r", i, "\" }}{{ include \"r", (i + 1) % 1000, "\" . }}{{ end }}");
  EXPECT_THAT(RenderedDeep(text + R"({{ include "r0" . }})"), EndsWith(": exceeded the limit of the stack"));
  EXPECT_THAT(Rendered(text + R"({{ include "r0" . }})"), EndsWith(": exceeded the limit of the stack"));
}

TEST(Execution, TplWithinTplEnds) {
  EXPECT_THAT(RenderedDeep(R"({{ $d := dict }}{{ $_ := set $d "x" "{{ tpl .x . }}" }}{{ tpl $d.x $d }})"),
              EndsWith("tpl nests too deep, or its text is too long"));
}

// Only its own text is parsed, however much there is besides.
TEST(Execution, TplCostsWhatItsTextDoes) {
  std::vector<std::string> texts = {R"({{ range 20000 }}{{ tpl "{{ include \"d7\" . }}" . }}{{ end }})", ""};
  for (int i = 0; i < 2000; ++i) absl::StrAppend(&texts[1], "{{ define \"d", i, "\" }}", i, "{{ end }}");
  EXPECT_EQ(Rendered(texts), Repeated("7", 20'000));
}

TEST(Execution, BlocksNestAThousandDeep) {
  const auto nested = [](int blocks) {
    return Rendered(Repeated("{{ if 1 }}", blocks) + "x" + Repeated("{{ end }}", blocks));
  };
  EXPECT_EQ(nested(1000), "x");
  EXPECT_EQ(nested(1001), "! template: t:1: blocks nest deeper than 1000");
  const auto parentheses = [](int depth) {
    return Rendered("{{ " + Repeated("(", depth) + "1" + Repeated(")", depth) + " }}");
  };
  EXPECT_EQ(parentheses(1000), "1");
  EXPECT_EQ(parentheses(1001), "! template: t:1: max expression depth exceeded");
  EXPECT_EQ(Rendered("{{ if 0 }}" + Repeated("{{ else if 0 }}", 400) + "{{ else }}x{{ end }}"), "x");
}

TEST(Execution, ValuesLiveWhileTheyAreUsed) {
  const RenderedCase cases[] = {
      {R"({{ with .Values.a }}{{ $_ := set $.Values "a" 1 }}{{ .b }}{{ end }})", "map[c:deep]"},
      {R"({{ range .Values.a }}{{ $_ := set $.Values "a" 1 }}{{ . }}{{ end }})", "map[c:deep]"},
      {R"({{ list .Values.a (set .Values "a" 9).a .Values.a }})", "[map[b:map[c:deep]] 9 9]"},
      {R"({{ .Values.a | ident | list (set .Values "a" 7).a }})", "[7 map[b:map[c:deep]]]"},
      {R"({{ define "q" }}{{ $_ := set $.v "a" 3 }}{{ .w }}{{ end }}{{ template "q" dict "v" .Values "w" .Values.a }})",
       "map[b:map[c:deep]]"},
      {R"({{ or (index .Values "a").b (set .Values "a" 1) }}{{ (.Values.AsMap.a).b.c }})", "map[c:deep]deep"},
      {R"({{ (dict "a" (dict "b" "x")).a.b | upper }}{{ print (dict "a" "y").a }})", "Xy"},
      {R"({{ $x := "v" }}{{ with $y := $x }}{{ $z := $y }}{{ $x = 1 }}{{ . }}{{ $z }}{{ end }}{{ $x }})",
       "vv1"},
      {R"({{ $x := .Values }}{{ $x.Echo ($a := 1) ($b := 2) ($c := 3) ($d := 4) ($e := 5) $x.name }})",
       "1 2 3 4 5moss"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Execution, SetsMayMoveAndBeExecutedAgain) {
  TemplateSet first(TemplateFunctions(), {});
  ASSERT_TRUE(first.Parse("t", R"({{ define "d" }}"{{ . }}"{{ end }}{{ template "d" 1 }})").ok());
  const TemplateSet set(std::move(first));
  EXPECT_TRUE(set.Has("d"));
  EXPECT_FALSE(set.Has("e"));
  Usage usage{Limits()};
  std::string out;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(set.Execute("t", Value(), FixedEnvironment(), usage, out).ok());
  EXPECT_EQ(out, R"("1""1")");
  EXPECT_EQ(set.Execute("e", Value(), FixedEnvironment(), usage, out).message(),
            R"(template: no template "e" associated with template "gotpl")");
}

TEST(Execution, TakesBytesThatAreNoUtf8) {
  EXPECT_EQ(Rendered("\xff{{ `\xff` }}{{ \"\xff\" }}\xfe"), "\xff\xff\xEF\xBF\xBD\xfe");
  EXPECT_EQ(Rendered("{{ \xff }}"),
            "! template: t:1: unrecognized character in action: U+FFFD '\xEF\xBF\xBD'");
  EXPECT_EQ(Rendered("{{ .a\xff }}"), "! template: t:1: bad character U+FFFD '\xEF\xBF\xBD'");
}

}  // namespace
}  // namespace devstats::chart
