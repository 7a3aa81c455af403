#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using namespace functest;

constinit const Type kChartValues{Kind::kMap, "chartutil.Values", "map", nullptr, &types::kMap};

std::string RunDict(absl::string_view name, const List& arguments) { return Outcome(name, arguments); }

class DictRow : public testing::TestWithParam<Row> {};

TEST_P(DictRow, IsAsSprigHasIt) {
  EXPECT_EQ(RunDict(GetParam().function, GetParam().arguments), GetParam().shown) << GetParam().function;
}

const Row kDictRows[] = {
    {"dict", {}, "map[string]interface {}: map[]"},
    {"dict", {S("a")}, "map[string]interface {}: map[a:]"},
    {"dict", {I(1), I(2), Value(), I(3), S("1"), I(4)}, "map[string]interface {}: map[1:4 <nil>:3]"},
    {"get", {M({{"a", I(1)}}), S("a")}, "int: 1"},
    {"get", {M({{"a", Value()}}), S("a")}, "<nil>: <nil>"},
    {"get", {Value(), S("a")}, "string: "},
    {"hasKey", {M({{"a", Value()}}), S("a")}, "bool: true"},
    {"hasKey", {Value(), S("a")}, "bool: false"},
    {"set", {M({{"a", I(1)}}), S("b"), Value()}, "map[string]interface {}: map[a:1 b:<nil>]"},
    {"set", {Value(), S("b"), I(1)}, "ERR assignment to entry in nil map"},
    {"set", {Value::Null(types::kMap), S("b"), I(1)}, "ERR assignment to entry in nil map"},
    {"unset", {M({{"a", I(1)}}), S("a")}, "map[string]interface {}: map[]"},
    {"unset", {M({{"a", I(1)}}), S("b")}, "map[string]interface {}: map[a:1]"},
    {"unset", {Value(), S("b")}, "map[string]interface {}: map[] (null)"},
    {"pluck",
     {S("a"), M({{"a", I(1)}}), Value(), M({{"b", I(2)}}), M({{"a", Value()}})},
     "[]interface {}: [1 <nil>]"},
    {"pluck", {S("a")}, "[]interface {}: []"},
    {"keys", {M({{"b", I(1)}, {"a", I(1)}}), M({{"a", I(1)}}), Value()}, "[]string: [a b a]"},
    {"keys", {}, "[]string: []"},
    {"values", {M({{"b", I(1)}, {"a", I(2)}})}, "[]interface {}: [2 1]"},
    {"pick", {M({{"b", I(1)}, {"a", I(2)}}), S("a"), S("x")}, "map[string]interface {}: map[a:2]"},
    {"omit", {M({{"b", I(1)}, {"a", I(2)}}), S("a"), S("x")}, "map[string]interface {}: map[b:1]"},
    {"omit", {Value(), S("a")}, "map[string]interface {}: map[]"},
    {"dig", {S("a"), S("d")}, "ERR dig needs at least three arguments"},
    {"dig", {S("a"), I(5), M({})}, "int: 5"},
    {"dig", {S("a"), S("b"), I(5), M({{"a", M({{"b", Value()}})}})}, "<nil>: <nil>"},
    {"dig", {S("a"), S("b"), I(5), M({{"a", M({{"c", I(1)}})}})}, "int: 5"},
    {"dig",
     {S("a"), S("b"), I(5), M({{"a", I(1)}})},
     "ERR interface conversion: interface {} is int, not map[string]interface {}"},
    {"dig",
     {S("a"), S("b"), I(5), M({{"a", Value()}})},
     "ERR interface conversion: interface {} is nil, not map[string]interface {}"},
    {"dig", {I(1), I(5), M({})}, "ERR interface conversion: interface {} is int, not string"},
    {"dig",
     {S("a"), I(5), M({}).As(kChartValues)},
     "ERR interface conversion: interface {} is chartutil.Values, not map[string]interface {}"},
    {"deepCopy", {Value()}, "ERR reflect: call of reflect.Value.Type on zero Value"},
    {"deepCopy", {L({Value(), Value::Null(types::kList)})}, "[]interface {}: [<nil> []]"},
    {"mustDeepCopy", {M({}).As(kChartValues)}, "chartutil.Values: map[]"},

    {"merge", {M({}), M({{"a", Value()}})}, "map[string]interface {}: map[]"},
    {"merge", {M({{"a", Value()}}), M({{"a", I(1)}})}, "map[string]interface {}: map[a:1]"},
    {"merge",
     {M({{"a", S("")}, {"b", I(0)}, {"c", L({})}, {"d", I(1)}}),
      M({{"a", I(1)}, {"b", L({I(2)})}, {"c", S("x")}, {"d", I(2)}}), M({{"d", I(3)}, {"e", I(4)}})},
     "map[string]interface {}: map[a:1 b:[2] c:x d:1 e:4]"},
    {"merge",
     {M({{"a", M({{"x", I(1)}})}}), M({{"a", M({{"x", I(2)}, {"y", I(3)}})}})},
     "map[string]interface {}: map[a:map[x:1 y:3]]"},
    {"merge", {M({{"a", M({{"x", I(1)}})}}), M({{"a", S("s")}})}, "map[string]interface {}: map[a:map[x:1]]"},
    {"merge", {M({{"a", S("s")}}), M({{"a", L({I(1)})}})}, "map[string]interface {}: map[a:s]"},
    {"merge", {M({{"a", L({I(1)})}}), M({{"a", L({I(2)})}})}, "map[string]interface {}: map[a:[1]]"},
    {"merge", {Value(), M({{"a", I(1)}})}, "map[string]interface {}: map[a:1]"},
    {"merge", {Value(), Value()}, "map[string]interface {}: map[] (null)"},
    {"merge", {M({}).As(kChartValues), M({{"a", I(1)}})}, "map[string]interface {}: map[a:1]"},
    {"merge",
     {M({{"a", M({{"b", I(1)}})}}), M({{"a", Value::MakeMap({{"c", S("x")}}, types::kStringMap)}})},
     "map[string]interface {}: map[a:map[b:1 c:x]]"},
    {"merge",
     {M({{"a", Value::MakeMap({{"c", S("x")}}, types::kStringMap)}}), M({{"a", M({{"b", I(1)}})}})},
     "ERR reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string"},
    {"mergeOverwrite",
     {M({{"a", I(1)}, {"b", I(1)}}), M({{"a", Value()}, {"b", S("")}})},
     "map[string]interface {}: map[a:<nil> b:]"},
    {"mergeOverwrite",
     {M({{"a", M({{"x", I(1)}})}}), M({{"a", M({})}})},
     "map[string]interface {}: map[a:map[x:1]]"},
    {"mergeOverwrite",
     {M({{"a", M({{"x", I(1)}})}}), M({{"a", S("s")}})},
     "map[string]interface {}: map[a:s]"},
    {"mergeOverwrite",
     {M({{"a", S("s")}}), M({{"a", M({{"x", I(1)}})}})},
     "map[string]interface {}: map[a:map[x:1]]"},
    {"mustMergeOverwrite", {M({{"a", L({I(1)})}}), M({{"a", L({})}})}, "map[string]interface {}: map[a:[]]"},
};
INSTANTIATE_TEST_SUITE_P(Dicts, DictRow, testing::ValuesIn(kDictRows));

TEST(Dicts, SetChangesTheMapItself) {
  const Value map = M({});
  const Value holder = L({map});
  RunDict("set", {map, S("a"), I(1)});
  EXPECT_EQ(ToText(holder), "[map[a:1]]");
  RunDict("unset", {map, S("a")});
  EXPECT_EQ(ToText(holder), "[map[]]");
  RunDict("merge", {map, M({{"b", I(2)}})});
  EXPECT_EQ(ToText(holder), "[map[b:2]]");
}

TEST(Dicts, WhatMergeAddsIsShared) {
  const Value source = M({{"a", M({{"b", I(1)}})}});
  const Value target = M({});
  RunDict("merge", {target, source});
  RunDict("set", {*target.Find("a"), S("c"), I(2)});
  EXPECT_EQ(ToText(source), "map[a:map[b:1 c:2]]");
  // An empty map is filled in place, and is not shared.
  const Value inner = M({});
  const Value other = M({{"a", inner}});
  RunDict("merge", {other, source});
  EXPECT_EQ(ToText(inner), "map[b:1 c:2]");
  RunDict("set", {inner, S("d"), I(3)});
  EXPECT_EQ(ToText(source), "map[a:map[b:1 c:2]]");
}

TEST(Dicts, MergingAVersionWithAMapIsRefused) {
  FixedCall call;
  const Value version = *Invoke(call, "semver", {S("1.2")});
  const Value map = M({{"b", I(1)}});
  const auto target = [&] { return M({{"a", version}}); };
  EXPECT_EQ(RunDict("merge", {target(), M({{"a", map}})}), "string: ");
  EXPECT_EQ(RunDict("mustMerge", {target(), M({{"a", map}})}), "ERR src and dst must be of same type");
  EXPECT_EQ(RunDict("mustMergeOverwrite", {target(), M({{"a", map}})}),
            "map[string]interface {}: map[a:map[b:1]]");
  EXPECT_EQ(RunDict("mustMerge", {M({{"a", map}}), target()}), "map[string]interface {}: map[a:map[b:1]]");
}

TEST(Dicts, CopiesShareNothing) {
  FixedCall call;
  Value inner = M({{"k", I(1)}});
  const Value copy = *Invoke(call, "deepCopy", {L({inner})});
  inner.mutable_map()["k"] = I(2);
  EXPECT_EQ(ToText(copy), "[map[k:1]]");
}

// Go crashes or never ends here.
TEST(Dicts, MapsWithinThemselvesAreAnError) {
  Value self = M({}), twin = M({});
  for (Value* map : {&self, &twin}) {
    map->mutable_map()["a"] = *map;
    map->mutable_map()["b"] = *map;
  }
  EXPECT_EQ(RunDict("deepCopy", {self}), "ERR values nest too deeply to be copied");
  EXPECT_EQ(RunDict("merge", {self, twin}), "ERR maps nest too deeply to be merged");
  Value shared = M({{"leaf", I(1)}});
  for (int i = 0; i < 60; ++i) shared = M({{"l", shared}, {"r", shared}});
  FixedCall call;
  call.world.all_limits.output_bytes = 100'000;
  EXPECT_TRUE(absl::IsResourceExhausted(Invoke(call, "deepCopy", {shared}).status()));
  self.mutable_map().clear();
  twin.mutable_map().clear();
}

}  // namespace
}  // namespace devstats::chart
