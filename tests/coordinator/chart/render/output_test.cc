#include "coordinator/chart/render/output.h"

#include "coordinator/chart/render/release_name.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/render/test_chart.h"

namespace devstats::chart {
namespace {

std::string Output(const OutputOptions& options) {
  const auto rendered =
      testing::RenderChart({{"templates/a.yaml", "kind: A\n"},
                            {"templates/sub/b.yaml", "kind: B\n"},
                            {"templates/h.yaml", "kind: H\nmetadata: {annotations: {helm.sh/hook: test}}\n"},
                            {"crds/c.yaml", "kind: C"}});
  EXPECT_TRUE(rendered.ok()) << rendered.status();
  const auto output = TemplateOutput(*rendered, options);
  return output.ok() ? *output : std::string(output.status().message());
}

const char* const kA = "---\n# Source: top/templates/a.yaml\nkind: A\n";
const char* const kB = "---\n# Source: top/templates/sub/b.yaml\nkind: B\n";
const char* const kHook =
    "---\n# Source: top/templates/h.yaml\nkind: H\nmetadata: {annotations: {helm.sh/hook: test}}\n";
const char* const kCrd = "---\n# Source: top/crds/c.yaml\nkind: C\n";

TEST(Output, IsManifestsThenHooks) {
  EXPECT_EQ(Output({}), absl::StrCat(kA, kB, kHook));
  EXPECT_EQ(Output({.include_crds = true}), absl::StrCat(kCrd, kA, kB, kHook));
  EXPECT_EQ(Output({.no_hooks = true}), absl::StrCat(kA, kB));
  EXPECT_EQ(Output({.skip_tests = true}), absl::StrCat(kA, kB));
}

TEST(Output, ShowsOnlyWhatIsAskedFor) {
  EXPECT_EQ(Output({.show_only = {"templates/sub/*", "templates/a.yaml"}}), absl::StrCat(kB, kA));
  EXPECT_EQ(Output({.show_only = {"templates/*.yaml"}}), absl::StrCat(kA, kHook));
  EXPECT_EQ(Output({.show_only = {"templates/none.yaml"}}),
            "could not find template templates/none.yaml in chart");
}

TEST(Output, OfNothingIsALineEnd) {
  const auto rendered = testing::RenderChart({});
  EXPECT_EQ(*TemplateOutput(*rendered, {}), "\n");
}

TEST(ReleaseName, FollowsKubernetes) {
  EXPECT_TRUE(CheckReleaseName("a-b.c1").ok());
  EXPECT_TRUE(CheckReleaseName(std::string(53, 'a')).ok());
  EXPECT_EQ(CheckReleaseName("").message(), "release name \"\": no name provided");
  for (const std::string& name : {std::string("A"), std::string("a_b"), std::string("-a"),
                                  std::string("a..b"), std::string("a."), std::string(54, 'a')})
    EXPECT_THAT(std::string(CheckReleaseName(name).message()),
                ::testing::HasSubstr("invalid release name, must match"))
        << name;
}

TEST(ReleaseName, ComesFromATemplate) {
  EXPECT_EQ(*ReleaseNameFromTemplate("{{ \"ABC\" | lower }}-x", FixedEnvironment()), "abc-x");
  EXPECT_FALSE(ReleaseNameFromTemplate("{{", FixedEnvironment()).ok());
}

}  // namespace
}  // namespace devstats::chart
