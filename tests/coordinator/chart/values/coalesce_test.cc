#include "coordinator/chart/values/coalesce.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/values/show_values.h"

namespace devstats::chart {
namespace {

using namespace valuetest;

std::shared_ptr<Chart> MakeChart(const std::string& name, Value values,
                                 std::vector<std::shared_ptr<Chart>> dependencies = {}) {
  auto chart = std::make_shared<Chart>();
  chart->metadata.name = name;
  chart->values = std::move(values);
  chart->dependencies = std::move(dependencies);
  return chart;
}

class Coalescing : public testing::Test {
 protected:
  std::string Coalesced(const std::shared_ptr<Chart>& chart, const Value& values) {
    const auto result = CoalesceValues(*chart, values, warn_);
    return result.ok() ? Show(*result) : absl::StrCat("ERR ", result.status().message());
  }
  std::string Merged(const std::shared_ptr<Chart>& chart, const Value& values) {
    const auto result = MergeValues(*chart, values, warn_);
    return result.ok() ? Show(*result) : absl::StrCat("ERR ", result.status().message());
  }
  std::vector<std::string> warnings_;
  const Warn warn_ = [this](const std::string& text) { warnings_.push_back(text); };
};

TEST_F(Coalescing, UserOverParentOverChild) {
  const auto kid = MakeChart("kid", M({{"a", F(1)}, {"b", F(1)}, {"c", F(1)}}));
  const auto top = MakeChart("top", M({{"kid", M({{"a", F(2)}, {"b", F(2)}})}, {"own", F(2)}}), {kid});
  EXPECT_EQ(Coalesced(top, M({{"kid", M({{"a", F(3)}})}})), "{kid: {a: 3, b: 2, c: 1, global: {}}, own: 2}");
  EXPECT_EQ(Coalesced(top, Value()), "{kid: {a: 2, b: 2, c: 1, global: {}}, own: 2}");
  EXPECT_THAT(warnings_, testing::IsEmpty());
}

TEST_F(Coalescing, NullsDeleteOnceAndForAll) {
  const auto kid = MakeChart("kid", M({{"a", F(1)}, {"t", M({{"x", F(1)}})}}));
  const auto top =
      MakeChart("top", M({{"own", F(1)}, {"null", Value()}, {"kid", M({{"a", Value()}})}}), {kid});
  EXPECT_EQ(Coalesced(top, M({{"own", Value()}, {"other", Value()}})),
            "{kid: {global: {}, t: {x: 1}}, null: null, other: null}");
  EXPECT_EQ(Merged(top, M({{"own", Value()}})),
            "{kid: {a: null, global: {}, t: {x: 1}}, null: null, own: null}");
  EXPECT_EQ(Coalesced(top, M({{"kid", M({{"t", M({{"x", Value()}})}})}})),
            "{kid: {global: {}, t: {}}, null: null, own: 1}");
}

TEST_F(Coalescing, GlobalsGoDown) {
  const auto grand = MakeChart("grand", M({{"global", M({{"g", F(1)}, {"grand", F(1)}})}}));
  const auto kid = MakeChart("kid", M({{"global", M({{"g", F(2)}, {"kid", F(2)}})}}), {grand});
  const auto top = MakeChart("top", M({{"global", M({{"g", F(3)}})}}), {kid});
  EXPECT_EQ(Coalesced(top, M({})),
            "{global: {g: 3}, kid: {global: {g: 3, kid: 2}, grand: {global: {g: 3, grand: 1, kid: 2}}}}");
}

TEST_F(Coalescing, ValuesOfADependencyMustBeATable) {
  const auto top = MakeChart("top", Value(), {MakeChart("kid", M({}))});
  EXPECT_EQ(Coalesced(top, M({{"kid", S("x")}})), "ERR type mismatch on kid: %!t(string=x)");
  EXPECT_EQ(Coalesced(top, M({{"kid", Value()}})), "ERR type mismatch on kid: %!t(<nil>)");
  EXPECT_EQ(Coalesced(top, M({{"kid", Value::Bool(false)}})), "ERR type mismatch on kid: false");
  EXPECT_EQ(Coalesced(top, M({{"kid", L({F(1)})}})), "ERR type mismatch on kid: [%!t(float64=1)]");
}

TEST_F(Coalescing, WarningsTellThePath) {
  const auto kid = MakeChart("kid", M({{"t", M({{"x", M({})}})}, {"s", F(1)}}));
  const auto top = MakeChart("top", M({{"a", F(1)}, {"n", Value()}}), {kid});
  EXPECT_EQ(
      Coalesced(top, M({{"a", M({})}, {"n", M({})}, {"kid", M({{"s", M({})}, {"t", M({{"x", F(1)}})}})}})),
      "{a: {}, kid: {global: {}, s: {}, t: {x: 1}}, n: {}}");
  EXPECT_THAT(warnings_,
              testing::ElementsAre("warning: skipped value for top.a: Not a table.",
                                   "warning: skipped value for top.kid.s: Not a table.",
                                   "warning: cannot overwrite table with non table for top.kid.t.x (map[])"));
}

TEST_F(Coalescing, LeavesChartAndValuesAlone) {
  const auto kid = MakeChart("kid", M({{"t", M({{"x", F(1)}})}}));
  const auto top = MakeChart("top", M({{"kid", M({{"t", M({{"y", F(2)}})}})}}), {kid});
  const Value values = M({{"kid", M({{"t", M({{"x", Value()}})}})}});
  Coalesced(top, values);
  EXPECT_EQ(Show(values), "{kid: {t: {x: null}}}");
  EXPECT_EQ(Show(top->values), "{kid: {t: {y: 2}}}");
  EXPECT_EQ(Show(kid->values), "{t: {x: 1}}");
}

}  // namespace
}  // namespace devstats::chart
