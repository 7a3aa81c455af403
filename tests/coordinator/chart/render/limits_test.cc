// Charts that ask for too much are refused soon, with an error that names the limit.
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/values/set_line.h"
#include "gmock/gmock.h"
#include "tests/common/sanitizers.h"
#include "tests/coordinator/chart/render/test_chart.h"

namespace devstats::chart {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr size_t kFewBytes = 4 << 20;

std::string RepeatedText(absl::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) absl::StrAppend(&out, text);
  return out;
}

// What a template makes of itself within small limits, or its error.
std::string LimitedText(absl::string_view text, const std::function<void(Limits&)>& change = nullptr) {
  FixedEnvironment environment;
  environment.all_limits.output_bytes = kFewBytes;
  environment.all_limits.steps = 1'000'000;
  if (change) change(environment.all_limits);
  const auto chart = testing::MakeChart({{"templates/t.yaml", std::string(text)}});
  const auto rendered = RenderTemplates(chart, Value::MakeMap(), testing::Options(), environment);
  return rendered.ok() ? rendered->front().data : std::string(rendered.status().message());
}

// Error texts are not as long as what they complain of.
void ExpectTooMuch(absl::string_view text, absl::string_view limit = "exceeded the limit of") {
  const absl::Time start = absl::Now();
  const std::string error = LimitedText(text);
  EXPECT_THAT(error.substr(0, 4096),
              AnyOf(HasSubstr("limit"), HasSubstr("more than"), HasSubstr("longer than"),
                    HasSubstr("too deeply"), HasSubstr("overflow"), HasSubstr("maximum")))
      << text.substr(0, 200);
  EXPECT_TRUE(absl::StrContains(error, limit)) << error.substr(0, 400);
  EXPECT_LT(error.size(), 3u << 20) << text.substr(0, 200);
  EXPECT_LT(absl::Now() - start, absl::Seconds(20)) << text.substr(0, 200);
}

// A list of two, each of which is a list of two ... 40 levels deep.
constexpr absl::string_view kLaughs =
    "{{ $x := list \"lol\" }}{{ range until 40 }}{{ $x = list $x $x }}{{ end }}";

TEST(ChartLimits, PrintingWhatIsSharedEnds) {
  for (const absl::string_view use :
       {"{{ $x }}", "{{ print $x }}", "{{ printf \"%v\" $x }}", "{{ println 1 $x }}", "{{ html $x }}",
        "{{ js $x }}", "{{ urlquery $x }}", "{{ quote $x }}", "{{ squote $x }}", "{{ cat 1 $x }}",
        "{{ toString $x }}", "{{ printf \"%[1]v %[1]v\" $x }}", "{{ printf \"%d\" $x }}",
        "{{ printf \"x\" $x }}"})
    ExpectTooMuch(absl::StrCat(kLaughs, use), "exceeded the limit of 4194304 bytes of output");
}

TEST(ChartLimits, WritingWhatIsSharedEnds) {
  for (const absl::string_view use :
       {"toYaml", "toYamlPretty", "toJson", "toPrettyJson", "toRawJson", "mustToJson"})
    ExpectTooMuch(absl::StrCat(kLaughs, "{{ ", use, " $x }}"), "more than");
  ExpectTooMuch(absl::StrCat(kLaughs, "{{ dict \"a\" $x | toToml }}"), "toml: more than");
}

TEST(ChartLimits, OtherUsesOfWhatIsSharedEnd) {
  for (const absl::string_view use :
       {"{{ deepCopy $x }}", "{{ dict \"a\" $x | deepCopy }}", "{{ mustDeepCopy $x }}", "{{ dict $x 1 }}",
        "{{ toStrings $x }}", "{{ join \",\" $x }}", "{{ sortAlpha $x }}"})
    ExpectTooMuch(absl::StrCat(kLaughs, use));
  // An error shows only the beginning of what it is about.
  const std::string error = LimitedText(absl::StrCat(kLaughs, "{{ eq $x $x }}"));
  EXPECT_THAT(error.substr(0, 300), HasSubstr("error calling eq: non-comparable type"));
  EXPECT_LT(error.size(), 2u << 20);
  EXPECT_EQ(LimitedText(absl::StrCat(kLaughs, "{{ toDecimal $x }}")), "0");
  EXPECT_EQ(LimitedText(absl::StrCat(kLaughs, "{{ int $x }}")), "0");
}

TEST(ChartLimits, EqualListsThatAreSharedAreComparedOnce) {
  const std::string twice = absl::StrCat(kLaughs, absl::StrReplaceAll(kLaughs, {{"$x", "$y"}}));
  EXPECT_EQ(
      LimitedText(
          absl::StrCat(twice, "{{ deepEqual $x $y }} {{ has $x (list $y) }} {{ len (uniq (list $x $y)) }}"),
          [](Limits& limits) { limits.output_bytes = 64 << 20; }),
      "true true 1");
}

TEST(ChartLimits, SharedMapsEndToo) {
  const absl::string_view maps =
      "{{ $x := dict }}{{ range until 40 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}";
  for (const absl::string_view use :
       {"{{ $x }}", "{{ toYaml $x }}", "{{ toJson $x }}", "{{ deepCopy $x }}",
        "{{ merge (dict) $x (deepCopy $x) }}", "{{ mergeOverwrite (deepCopy $x) $x }}"})
    ExpectTooMuch(absl::StrCat(maps, use), "");
  ExpectTooMuch(absl::StrCat(maps, "{{ toToml $x }}"), "toml: more than");
}

TEST(ChartLimits, MapsThatHoldThemselvesEnd) {
  const absl::string_view cycle =
      "{{ $m := dict \"k\" 1 }}{{ $_ := set $m \"a\" $m }}{{ $_ := set $m \"b\" (list $m $m) }}";
  for (const absl::string_view use : {"{{ $m }}", "{{ quote $m }}", "{{ deepCopy $m }}"})
    ExpectTooMuch(absl::StrCat(cycle, use), "");
  EXPECT_EQ(LimitedText(absl::StrCat(cycle, "{{ toYaml $m }}|{{ toJson $m }}")), "|");
}

TEST(ChartLimits, FunctionsThatMakeMuchOfLittle) {
  for (const absl::string_view text :
       {"{{ repeat 1000000000 \"x\" }}",
        "{{ repeat 9223372036854775807 \"x\" }}",
        "{{ indent 1000000000 \"x\" }}",
        "{{ nindent 1000000000 \"x\" }}",
        "{{ indent 10000 (repeat 10000 \"\\n\") }}",
        "{{ until 2000000 }}",
        "{{ until 9223372036854775807 | len }}",
        "{{ untilStep 0 9223372036854775807 1 | len }}",
        "{{ untilStep 0 -9223372036854775807 -1 | len }}",
        "{{ seq 1 900000000 }}",
        "{{ replace \"a\" (repeat 10000 \"b\") (repeat 10000 \"a\") }}",
        "{{ replace \"\" (repeat 10000 \"b\") (repeat 10000 \"a\") }}",
        "{{ regexReplaceAll \"a\" (repeat 10000 \"a\") (repeat 10000 \"b\") }}",
        "{{ regexReplaceAll \"\" (repeat 10000 \"a\") (repeat 10000 \"$0b\") }}",
        "{{ join (repeat 10000 \"x\") (until 10000) }}",
        "{{ wrapWith 1 (repeat 10000 \"x\") (repeat 10000 \"y\") }}",
        "{{ splitList \"\" (repeat 1000000 \"x\") }}",
        "{{ printf \"%999999d\" 1 | repeat 100 }}",
        "{{ randAlpha 1000000000 }}",
        "{{ randBytes 1000000000 }}"})
    ExpectTooMuch(text, "");
  for (const absl::string_view text : {"{{ range until 100000 }}{{ printf \"%9999d\" . }}{{ end }}",
                                       "{{ range until 1000 }}{{ toString (until 10000) }}{{ end }}"})
    ExpectTooMuch(text);
}

TEST(ChartLimits, NumbersWithoutBounds) {
  EXPECT_EQ(LimitedText("{{ printf \"%999999999d\" 1 }}"), "%!(NOVERB)%!(EXTRA int=1)");
  EXPECT_EQ(LimitedText("{{ trunc 9223372036854775807 \"abc\" }}{{ trunc -9223372036854775807 \"abc\" }}"),
            "abcabc");
  EXPECT_EQ(LimitedText("{{ substr 0 9223372036854775807 \"abc\" }}"), "abc");
  EXPECT_THAT(LimitedText("{{ substr 9223372036854775807 -1 \"abc\" }}"),
              HasSubstr("slice bounds out of range"));
  EXPECT_EQ(LimitedText("{{ abbrev 9223372036854775807 \"abc\" }}"), "abc");
  EXPECT_EQ(LimitedText("{{ wrap 9223372036854775807 \"abc\" }}"), "abc");
  EXPECT_THAT(LimitedText("{{ indent -9223372036854775808 \"abc\" }}"), HasSubstr("negative Repeat count"));
  EXPECT_THAT(LimitedText("{{ slice (list 1) 0 9223372036854775807 }}"), HasSubstr("out of"));
  EXPECT_THAT(LimitedText("{{ index (list 1) 9223372036854775807 }}"), HasSubstr("out of range"));
  EXPECT_EQ(LimitedText("{{ chunk 9223372036854775807 (list 1 2) }}"), "[[1 2]]");
}

TEST(ChartLimits, StepsEnd) {
  ExpectTooMuch("{{ range 10000 }}{{ range 10000 }}{{ end }}{{ end }}",
                "exceeded the limit of 1000000 steps");
  ExpectTooMuch("{{ range 9000000000000000000 }}{{ end }}", "exceeded the limit of 1000000 steps");
}

// Nothing is printed, but everything is kept.
TEST(ChartLimits, MemoryEnds) {
  for (const absl::string_view text :
       {"{{ $m := dict }}{{ range until 100000 }}{{ $_ := set $m (toString .) . }}{{ end }}",
        "{{ $l := list }}{{ range until 100000 }}{{ $l = append $l . }}{{ end }}",
        "{{ $m := dict }}{{ range until 100000 }}{{ $m = dict \"a\" $m }}{{ end }}",
        "{{ $l := list }}{{ $j := printf \"[%s0]\" (repeat 10000 \"[],\") }}{{ range until 100000 }}"
        "{{ $l = append $l (fromJsonArray $j) }}{{ end }}"})
    ExpectTooMuch(text);
}

TEST(ChartLimits, RegularExpressions) {
  const absl::Time start = absl::Now();
  EXPECT_EQ(LimitedText("{{ regexMatch \"^(a+)+$\" (print (repeat 50000 \"a\") \"b\") }}"), "false");
  EXPECT_THAT(LimitedText("{{ mustRegexMatch \"((a{1000}){1000}){1000}\" \"a\" }}"),
              HasSubstr("mustRegexMatch"));
  EXPECT_THAT(LimitedText("{{ mustRegexMatch (repeat 100000 \"(\") \"a\" }}"), HasSubstr("mustRegexMatch"));
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
}

TEST(ChartLimits, NestedSources) {
  const auto in = [](absl::string_view open, absl::string_view middle, absl::string_view close) {
    return absl::StrCat(RepeatedText(open, 100'000), middle, RepeatedText(close, 100'000));
  };
  EXPECT_THAT(LimitedText(absl::StrCat("{{", in("(", "1", ")"), "}}")).substr(0, 300),
              HasSubstr("max expression depth"));
  EXPECT_THAT(LimitedText(in("{{if 1}}", "x", "{{end}}")).substr(0, 300),
              HasSubstr("blocks nest deeper than"));
  EXPECT_THAT(LimitedText(in("{{if 1}}{{else ", "", "")).substr(0, 300), HasSubstr("parse error"));
  const std::string lists =
      absl::StrCat("{{ $t := printf \"%s1%s\" (repeat 100000 \"[\") (repeat 100000 \"]\") }}");
  EXPECT_THAT(LimitedText(absl::StrCat(lists, "{{ fromYamlArray $t }}")), HasSubstr("exceeded max depth"));
  EXPECT_THAT(LimitedText(absl::StrCat(lists, "{{ fromJsonArray $t }}")), HasSubstr("exceeded max depth"));
  EXPECT_NE(LimitedText("{{ fromToml (printf \"a = %s\" (repeat 100000 \"[\")) }}"), "");
  EXPECT_THAT(LimitedText("{{ fromYamlArray (repeat 100000 \"- \") }}"), HasSubstr("exceeded max depth"));
}

TEST(ChartLimits, NestedValues) {
  const absl::string_view deep = "{{ $x := list }}{{ range until 5000 }}{{ $x = list $x }}{{ end }}";
  EXPECT_EQ(LimitedText(absl::StrCat(deep, "{{ toYaml $x }}{{ toJson $x }}")), "");
  EXPECT_EQ(LimitedText(absl::StrCat(deep, "{{ deepEqual $x (list $x) }}")), "false");
  EXPECT_THAT(LimitedText(absl::StrCat(deep, "{{ deepCopy $x }}")), HasSubstr("nest too deeply"));
  EXPECT_LT(LimitedText(absl::StrCat(deep, "{{ $x }}")).size(), 2100u);
}

TEST(ChartLimits, Recursion) {
  if (!kDeepStacks) GTEST_SKIP() << "deeper than ThreadSanitizer can follow";
  ExpectTooMuch("{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", "");
  EXPECT_THAT(LimitedText("{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}"),
              HasSubstr("nested reference name"));
  // With much on the stack at each level.
  const std::string blocks = absl::StrCat(
      "{{ define \"a\" }}", RepeatedText("{{ with 1 }}{{ range list 1 }}", 200), "{{ template \"a\" . }}",
      RepeatedText("{{ end }}{{ end }}", 200), "{{ end }}{{ template \"a\" . }}");
  ExpectTooMuch(blocks, "");
  const std::string parentheses =
      absl::StrCat("{{ define \"a\" }}{{ ", RepeatedText("(print ", 400), "(include \"a\" .)",
                   RepeatedText(")", 400), " }}{{ end }}{{ include \"a\" . }}");
  EXPECT_THAT(LimitedText(parentheses).substr(0, 1 << 20),
              AnyOf(HasSubstr("nested reference name"), HasSubstr("limit of")));
  EXPECT_THAT(LimitedText("{{ $s := \"{{ tpl . . }}\" }}{{ tpl $s $s }}").substr(0, 1 << 20),
              HasSubstr("tpl nests too deep"));
}

TEST(ChartLimits, AliasesInValues) {
  std::string yaml = "a0: &a0 [lol, lol]\n";
  for (int i = 1; i < 40; ++i) absl::StrAppend(&yaml, "a", i, ": &a", i, " [*a", i - 1, ", *a", i - 1, "]\n");
  const absl::Time start = absl::Now();
  const auto value = ReadYaml(yaml, Limits());
  EXPECT_FALSE(value.ok());
  EXPECT_THAT(std::string(value.status().message()), HasSubstr("excessive aliasing"));
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST(ChartLimits, IndicesOfSet) {
  Value values = Value::MakeMap();
  EXPECT_TRUE(ApplySet("a[65536]=1", SetKind::kTyped, Limits(), values).ok());
  EXPECT_THAT(std::string(ApplySet("a[65537]=1", SetKind::kTyped, Limits(), values).message()),
              HasSubstr("65536"));
  EXPECT_FALSE(ApplySet("a[99999999999999999999]=1", SetKind::kTyped, Limits(), values).ok());
  EXPECT_FALSE(
      ApplySet(absl::StrCat("a", RepeatedText(".a", 100'000), "=1"), SetKind::kTyped, Limits(), values).ok());
  EXPECT_FALSE(
      ApplySet(absl::StrCat("a", RepeatedText("[0]", 100'000), "=1"), SetKind::kTyped, Limits(), values)
          .ok());
}

// Bytes are given back to those who render after, and maps that hold themselves are freed (a leak is an error
// where tests run with sanitizers).
TEST(ChartLimits, OneRenderingOwesNothingToAnother) {
  const std::string text =
      "{{ $m := dict }}{{ $_ := set $m \"a\" $m }}{{ $_ := merge $m (dict \"b\" (list $m)) }}"
      "{{ $n := dict \"m\" $m }}{{ $_ := set $m \"n\" $n }}{{ $_ := set $ \"all\" $ }}ok";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(LimitedText(text), "ok");
}

}  // namespace
}  // namespace devstats::chart
