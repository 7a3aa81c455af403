#include "coordinator/chart/render/dependencies.h"

#include "coordinator/chart/data/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/render/test_chart.h"

namespace devstats::chart {
namespace {

using Files = std::map<std::string, std::string>;

constexpr char kShow[] = "# {{ .Template.Name }} {{ toJson .Values }}\n";

// A chart `top` with its dependencies as given and `kid` below.
Files WithKid(const std::string& dependencies, const std::string& values, const std::string& kid_values) {
  return {{"Chart.yaml", "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies: " + dependencies + "\n"},
          {"values.yaml", values},
          {"templates/a.yaml", kShow},
          {"charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.2.3\n"},
          {"charts/kid/values.yaml", kid_values},
          {"charts/kid/templates/a.yaml", kShow}};
}

std::vector<std::string> LinesOf(const Files& files, const Value& values = Value::MakeMap()) {
  std::vector<std::string> lines;
  const auto rendered =
      RenderTemplates(testing::MakeChart(files), values, testing::Options(), FixedEnvironment());
  if (!rendered.ok()) return {std::string(rendered.status().message())};
  for (const ChartFile& file : *rendered) lines.push_back(file.data.substr(2, file.data.size() - 3));
  return lines;
}

Value Json(const char* text) { return *ReadJson(text, Limits()); }

TEST(Dependencies, AreCompatibleAsSemverSays) {
  EXPECT_TRUE(IsCompatible("^1.0.0", "1.9.0"));
  EXPECT_FALSE(IsCompatible("^1.0.0", "2.0.0"));
  EXPECT_FALSE(IsCompatible("abc", "1.0.0"));
  EXPECT_FALSE(IsCompatible("*", "x"));
}

TEST(Dependencies, ConditionsBeatTags) {
  const std::string declared = "[{name: kid, version: '*', condition: 'none.x,kid.on', tags: [t]}]";
  EXPECT_EQ(LinesOf(WithKid(declared, "tags: {t: false}\nkid: {'on': true}\n", "{}")).size(), 2u);
  EXPECT_EQ(LinesOf(WithKid(declared, "tags: {t: false}\n", "{}")).size(), 1u);
  EXPECT_EQ(LinesOf(WithKid(declared, "kid: {'on': maybe}\n", "{}")).size(), 2u);
  EXPECT_EQ(LinesOf(WithKid(declared, "{}", "'on': false")).size(), 1u);
  EXPECT_EQ(LinesOf(WithKid(declared, "tags: {t: true}\n", "{}"), Json(R"({"kid":{"on":false}})")).size(),
            1u);
}

TEST(Dependencies, OneTrueTagIsEnough) {
  const std::string declared = "[{name: kid, version: '*', tags: [a, b]}]";
  EXPECT_EQ(LinesOf(WithKid(declared, "tags: {a: false, b: true}\n", "{}")).size(), 2u);
  EXPECT_EQ(LinesOf(WithKid(declared, "tags: {a: false}\n", "{}")).size(), 1u);
  EXPECT_EQ(LinesOf(WithKid(declared, "tags: {a: 'no way'}\n", "{}")).size(), 2u);
}

TEST(Dependencies, AliasesMakeCopies) {
  const Files files =
      WithKid("[{name: kid, version: '*', alias: one}, {name: kid, version: '*', alias: two}]",
              "one: {a: 5}\n", "a: 1\n");
  EXPECT_THAT(LinesOf(files),
              ::testing::ElementsAre(
                  R"(top/charts/two/templates/a.yaml {"a":1,"global":{}})",
                  R"(top/charts/one/templates/a.yaml {"a":5,"global":{}})",
                  R"(top/templates/a.yaml {"one":{"a":5,"global":{}},"two":{"a":1,"global":{}}})"));
}

TEST(Dependencies, AnotherVersionIsThereButNotAsDeclared) {
  EXPECT_THAT(LinesOf(WithKid("[{name: kid, version: 9.x.x, alias: other, condition: kid.on}]",
                              "kid: {'on': false}\n", "a: 1\n")),
              ::testing::Contains(R"(top/charts/kid/templates/a.yaml {"a":1,"global":{},"on":false})"));
}

// Helm leaves the parent of what an alias has below it where it was.
TEST(Dependencies, WhatLiesBelowAnAliasKeepsItsPath) {
  Files files = WithKid("[{name: kid, version: '*', alias: one}]", "{}", "{}");
  files["charts/kid/charts/grand/Chart.yaml"] = "apiVersion: v2\nname: grand\nversion: 1.0.0\n";
  files["charts/kid/charts/grand/templates/a.yaml"] = kShow;
  EXPECT_THAT(LinesOf(files),
              ::testing::Contains(R"(top/charts/kid/charts/grand/templates/a.yaml {"global":{}})"));
}

TEST(Dependencies, WithoutAListNothingBelowIsDecided) {
  Files files = WithKid("null", "kid: {grand: {'on': false}}\n", "{}");
  files["charts/kid/Chart.yaml"] =
      "apiVersion: v2\nname: kid\nversion: 1.0.0\ndependencies: [{name: grand, version: '*', condition: "
      "grand.on}]\n";
  files["charts/kid/charts/grand/Chart.yaml"] = "apiVersion: v2\nname: grand\nversion: 1.0.0\n";
  files["charts/kid/charts/grand/templates/a.yaml"] = kShow;
  EXPECT_EQ(LinesOf(files).size(), 3u);
  files["Chart.yaml"] = "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies: []\n";
  EXPECT_EQ(LinesOf(files).size(), 2u);
}

TEST(Dependencies, ImportsGoUnderTheParentsOwnValues) {
  EXPECT_EQ(
      LinesOf(WithKid("[{name: kid, version: '*', import-values: [{child: data, parent: x.z}, e]}]",
                      "x: {z: {a: mine}}\n", "data: {a: kid, b: kid}\nexports: {e: {top: 1}}\n"))[1],
      R"(top/templates/a.yaml {"kid":{"data":{"a":"kid","b":"kid"},"exports":{"e":{"top":1}},"global":{}},)"
      R"("top":1,"x":{"z":{"a":"mine","b":"kid"}}})");
}

TEST(Dependencies, WarnOfWhatIsNotThere) {
  std::vector<std::string> warnings;
  RenderOptions options = testing::Options();
  options.warn = [&](const std::string& text) { warnings.push_back(text); };
  const auto rendered = Render(
      testing::MakeChart(WithKid(
          "[{name: kid, version: '*', condition: kid.a, import-values: [{child: none, parent: x}, nope]}]",
          "{}", "a: text\n")),
      Value::MakeMap(), options, FixedEnvironment());
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  EXPECT_THAT(warnings, ::testing::ElementsAre(
                            "Warning: Condition path 'kid.a' for chart kid returned non-bool value",
                            "Warning: ImportValues missing table from chart kid: \"none\" is not a table",
                            "Warning: ImportValues missing table: \"exports\" is not a table"));
}

TEST(Dependencies, RenderingLeavesTheChartAlone) {
  const auto chart = testing::MakeChart(WithKid("[{name: kid, version: '*', alias: one, import-values: [e]}]",
                                                "a: 1\n", "exports: {e: {b: 1}}\n"));
  for (int i = 0; i < 2; ++i) {
    const auto rendered = Render(chart, Value::MakeMap(), testing::Options(), FixedEnvironment());
    ASSERT_TRUE(rendered.ok()) << rendered.status();
    EXPECT_EQ(rendered->chart->dependencies[0]->name(), "one");
    EXPECT_EQ(rendered->chart->metadata.dependencies[0]->name, "one");
    EXPECT_NE(rendered->chart->values.Find("b"), nullptr);
    EXPECT_EQ(chart->dependencies[0]->name(), "kid");
    EXPECT_EQ(chart->metadata.dependencies[0]->name, "kid");
    EXPECT_EQ(chart->values.Find("b"), nullptr);
  }
}

TEST(Dependencies, TypesMustMatch) {
  EXPECT_EQ(LinesOf(WithKid("[{name: kid, version: '*'}]", "kid: text\n", "{}"))[0],
            "type mismatch on kid: %!t(string=text)");
}

}  // namespace
}  // namespace devstats::chart
