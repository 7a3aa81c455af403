#include "coordinator/chart/values/merge.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/values/show_values.h"

namespace devstats::chart {
namespace {

using namespace valuetest;
using testing::ElementsAre;
using testing::IsEmpty;

constinit const Type kNamedMap{Kind::kMap, "chartutil.Values", "map", nullptr, &types::kMap};

class Merging : public testing::Test {
 protected:
  std::string Filled(Value values, const Value& defaults, bool keep_nulls, absl::string_view path = "") {
    warnings_.clear();
    FillTables(values, defaults, path, keep_nulls, warn_);
    return Show(values);
  }
  std::vector<std::string> warnings_;
  const Warn warn_ = [this](const std::string& text) { warnings_.push_back(text); };
};

TEST_F(Merging, FilesReplaceAllButMaps) {
  const Value base = M({{"a", M({{"x", F(1)}, {"y", F(2)}})}, {"b", L({F(1)})}, {"c", M({})}});
  const Value over = M({{"a", M({{"y", Value()}, {"z", F(3)}})}, {"b", L({})}, {"c", S("s")}, {"d", M({})}});
  EXPECT_EQ(Show(MergeFiles(base, over)), "{a: {x: 1, y: null, z: 3}, b: [], c: \"s\", d: {}}");
  EXPECT_EQ(Show(base), "{a: {x: 1, y: 2}, b: [1], c: {}}");
}

TEST_F(Merging, TablesAreFilledWithWhatTheyLack) {
  const auto defaults = [] {
    return M({{"a", M({{"x", F(1)}, {"n", Value()}})}, {"b", F(2)}, {"l", L({F(1)})}});
  };
  EXPECT_EQ(Filled(M({{"a", M({{"y", F(3)}})}, {"l", L({})}}), defaults(), false),
            "{a: {n: null, x: 1, y: 3}, b: 2, l: []}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Merging, NullsDeleteOnlyWhatTheDefaultsSet) {
  const auto defaults = [] { return M({{"a", F(1)}, {"b", M({})}, {"n", Value()}}); };
  const auto values = [] { return M({{"a", Value()}, {"b", Value()}, {"n", Value()}, {"own", Value()}}); };
  EXPECT_EQ(Filled(values(), defaults(), false), "{n: null, own: null}");
  EXPECT_EQ(Filled(values(), defaults(), true), "{a: null, b: null, n: null, own: null}");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(Merging, TablesAndOtherValuesDoNotMix) {
  EXPECT_EQ(Filled(M({{"a", F(1)}, {"b", M({{"x", F(2)}})}}), M({{"a", M({{"y", S("z")}})}, {"b", S("t")}}),
                   false, "c"),
            "{a: 1, b: {x: 2}}");
  EXPECT_THAT(warnings_,
              ElementsAre("warning: cannot overwrite table with non table for c.a (map[y:z])",
                          "warning: destination for c.b is a table. Ignoring non-table value (t)"));
  EXPECT_EQ(Filled(M({{"a", F(1)}}), M({{"a", M({})}}), false), "{a: 1}");
  EXPECT_THAT(warnings_, ElementsAre("warning: cannot overwrite table with non table for a (map[])"));
}

TEST_F(Merging, WhatIsMissingIsNoTable) {
  EXPECT_EQ(Filled(Value(), M({{"a", F(1)}}), false), "{a: 1}");
  EXPECT_EQ(Filled(M({{"a", F(1)}}), Value(), false), "{a: 1}");
}

TEST_F(Merging, TablesAreSharedAsInGo) {
  Value defaults = M({{"t", M({{"x", F(1)}})}});
  Value values = M({{"n", Value()}});
  FillTables(values, defaults, "", false, warn_);
  EXPECT_TRUE(values.Find("t")->SameNode(*defaults.Find("t")));
  EXPECT_EQ(Show(defaults), "{n: null, t: {x: 1}}");
  // The table filled is part of the defaults, and grows while they are walked.
  Value inner = M({{"z", F(1)}});
  Value outer = M({{"a", inner}});
  FillTables(outer, M({{"a", M({{"b", F(2)}, {"c", inner}})}}), "", false, warn_);
  EXPECT_EQ(Show(*inner.Find("b")), "2");
  EXPECT_TRUE(inner.Find("c")->SameNode(inner));
  EXPECT_TRUE(IsLargerThan(outer, 1'000'000));
  inner.mutable_map().clear();
}

TEST_F(Merging, OnlyPlainMapsAreTables) {
  EXPECT_TRUE(IsTable(M({})));
  EXPECT_FALSE(IsTable(M({}).As(kNamedMap)));
  EXPECT_FALSE(IsTable(L({})));
  EXPECT_FALSE(IsTable(Value()));
}

TEST_F(Merging, GlobalsOfTheParentWin) {
  Value kid = M({{"global", M({{"a", F(1)}, {"own", F(2)}, {"t", M({{"x", F(1)}, {"y", Value()}})}})}});
  const Value parent =
      M({{"global", M({{"a", F(9)}, {"t", M({{"x", F(8)}, {"z", Value()}})}, {"new", M({})}})}});
  CoalesceGlobals(kid, parent, "p", warn_);
  EXPECT_EQ(Show(kid), "{global: {a: 9, new: {}, own: 2, t: {x: 8, y: null, z: null}}}");
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_FALSE(kid.Find("global")->Find("new")->SameNode(*parent.Find("global")->Find("new")));
}

TEST_F(Merging, GlobalsAppearEverywhere) {
  Value kid = M({});
  CoalesceGlobals(kid, M({}), "p", warn_);
  EXPECT_EQ(Show(kid), "{global: {}}");
}

TEST_F(Merging, GlobalsOfTheWrongKindAreLeft) {
  Value kid = M({{"global", S("s")}});
  CoalesceGlobals(kid, M({}), "p", warn_);
  EXPECT_EQ(Show(kid), "{global: \"s\"}");
  Value other = M({});
  CoalesceGlobals(other, M({{"global", Value()}}), "p", warn_);
  EXPECT_EQ(Show(other), "{}");
  Value third = M({{"global", M({{"a", F(1)}, {"b", M({})}})}});
  CoalesceGlobals(third, M({{"global", M({{"a", M({})}, {"b", F(1)}})}}), "p", warn_);
  EXPECT_EQ(Show(third), "{global: {a: 1, b: {}}}");
  EXPECT_THAT(warnings_, ElementsAre("warning: skipping globals because destination global is not a table.",
                                     "warning: skipping globals because source global is not a table.",
                                     "Conflict: cannot merge map onto non-map for \"a\". Skipping.",
                                     "key b is table. Skipping"));
}

TEST(Larger, CountsWhatAWalkMeets) {
  EXPECT_FALSE(IsLargerThan(M({{"a", L({F(1), F(2)})}}), 4));
  EXPECT_TRUE(IsLargerThan(M({{"a", L({F(1), F(2)})}}), 3));
  Value shared = M({});
  for (int i = 0; i < 60; ++i) shared = M({{"l", shared}, {"r", shared}});
  EXPECT_TRUE(IsLargerThan(shared, 1'000'000));
}

}  // namespace
}  // namespace devstats::chart
