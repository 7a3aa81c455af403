#include "coordinator/kube/units/difference.h"

namespace devstats::coordinator {
namespace {

std::vector<std::string> Told(const Json& before, const Json& after) {
  std::vector<std::string> out;
  for (const FieldDifference& d : DifferencesOf(before, after)) {
    out.push_back(absl::StrCat(d.path, ": ", d.before, " -> ", d.after));
  }
  return out;
}

TEST(Difference, NamesExactlyWhatDiffers) {
  using ::testing::ElementsAre;
  EXPECT_THAT(Told({{"a", 1}}, {{"a", 1}}), ElementsAre());
  EXPECT_THAT(Told({{"a", 1}, {"b", 2}}, {{"a", "x"}, {"c", true}}),
              ElementsAre(".a: 1 -> x", ".b: 2 -> ", ".c:  -> true"));
  EXPECT_THAT(Told({{"l", {{{"n", 1}}, {{"n", 2}}}}}, {{"l", {{{"n", 1}}, {{"n", 3}}}}}),
              ElementsAre(".l[1].n: 2 -> 3"));
  EXPECT_THAT(Told({{"l", {1, 2}}}, {{"l", {1}}}), ElementsAre(".l: [1,2] -> [1]"));
  EXPECT_THAT(Told({{"m", Json::object()}}, {{"m", {{"a.b/c", "v"}}}}), ElementsAre(".m[\"a.b/c\"]:  -> v"));
}

TEST(Difference, LongValuesAreCutButStayApart) {
  const std::string same(1000, 'x');
  const auto a = DifferencesOf({{"a", same + "1"}}, {{"a", same + "2"}});
  ASSERT_EQ(a.size(), 1u);
  EXPECT_LT(a[0].before.size(), 400u);
  EXPECT_NE(a[0].before, a[0].after);
}

TEST(Difference, NoSecretIsShown) {
  const Json before{{"kind", "Secret"}, {"data", {{"k", "b2xk"}}}, {"type", "a"}};
  const Json after{{"kind", "Secret"}, {"data", {{"k", "bmV3"}, {"l", "bmV3"}}}, {"type", "b"}};
  EXPECT_THAT(Told(before, after), ::testing::ElementsAre(".data.k: (hidden) -> (another, hidden)",
                                                          ".data.l:  -> (another, hidden)", ".type: a -> b"));
}

TEST(Difference, WhatTheServerKeepsIsNoDifference) {
  const Json live{{"metadata",
                   {{"name", "a"},
                    {"uid", "1"},
                    {"resourceVersion", "2"},
                    {"generation", 3},
                    {"managedFields", {1}},
                    {"creationTimestamp", "now"},
                    {"labels", {{"a", "b"}}}}},
                  {"status", {{"ready", true}}},
                  {"spec", {{"x", 1}}}};
  EXPECT_EQ(WithoutServerFields(live),
            (Json{{"metadata", {{"name", "a"}, {"labels", {{"a", "b"}}}}}, {"spec", {{"x", 1}}}}));
  EXPECT_EQ(WithoutServerFields(Json{{"metadata", 1}}), (Json{{"metadata", 1}}));
}

}  // namespace
}  // namespace devstats::coordinator
