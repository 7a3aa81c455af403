#include "coordinator/chart/value/value.h"

#include "coordinator/chart/value/function.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

class NoCall : public Call {
 public:
  const Environment& environment() const override { std::abort(); }
  absl::Status Spend(size_t) override { return absl::OkStatus(); }
  absl::StatusOr<std::string> Include(absl::string_view, const Value&) override { return ""; }
  absl::StatusOr<std::string> Expand(absl::string_view, const Value&) override { return ""; }
};

TEST(Value, SharesMapsAndSeesTheirChanges) {
  Value map = Value::MakeMap({{"a", Value::Int(1)}});
  const Value holder = Value::MakeList({map});
  map.mutable_map()["b"] = Value::String("x");
  EXPECT_EQ(holder.list()[0].map().size(), 2u);
  EXPECT_TRUE(holder.list()[0].SameNode(map));
}

TEST(Value, DeepCopySharesNothing) {
  Value inner = Value::MakeMap({{"k", Value::Int(1)}});
  const Value copy = DeepCopy(Value::MakeList({inner}));
  inner.mutable_map()["k"] = Value::Int(2);
  EXPECT_EQ(copy.list()[0].Find("k")->int_value(), 1);
}

TEST(Value, AListOfTextsHoldsThem) {
  const Value texts = Value::StringList({"a", "b"});
  ASSERT_EQ(texts.list().size(), 2u);
  EXPECT_EQ(texts.list()[1].text(), "b");
  EXPECT_FALSE(DeepEqual(texts, Value::StringList({"a", "c"})));
}

TEST(Value, TypesCountInEquality) {
  EXPECT_TRUE(DeepEqual(Value::Int(1), Value::Int(1)));
  EXPECT_FALSE(DeepEqual(Value::Int(1), Value::Int64(1)));
  EXPECT_FALSE(DeepEqual(Value::Int(1), Value::Float(1)));
  EXPECT_FALSE(DeepEqual(Value::StringList({"a"}), Value::MakeList({Value::String("a")})));
  EXPECT_TRUE(DeepEqual(Value(), Value()));
}

TEST(Value, ComparesWhatIsSharedInManyPlacesOnce) {
  const auto tree = [] {
    Value node = Value::MakeMap({{"leaf", Value::Int(1)}});
    for (int i = 0; i < 60; ++i) node = Value::MakeMap({{"l", node}, {"r", Value::MakeList({node})}});
    return node;
  };
  size_t steps = 0;
  EXPECT_TRUE(DeepEqual(tree(), tree(), &steps));
  EXPECT_LT(steps, 20'000u);
  EXPECT_GT(steps, 120u);
}

TEST(Value, ADifferenceIsFoundBehindManyValues) {
  const auto pairs = [](int64_t last) {
    List items;
    for (int64_t i = 0; i < 20'000; ++i) items.push_back(Value::MakeList({Value::Int(i), Value::Int(i)}));
    items.push_back(Value::MakeList({Value::Int(last)}));
    return Value::MakeList(std::move(items));
  };
  EXPECT_TRUE(DeepEqual(pairs(1), pairs(1)));
  EXPECT_FALSE(DeepEqual(pairs(1), pairs(2)));
}

TEST(Value, NestingIsLimited) {
  const auto chain = [](int levels) {
    Value value = Value::Int(1);
    for (int i = 0; i < levels; ++i)
      value = i % 2 == 0 ? Value::MakeList({value}) : Value::MakeMap({{"a", value}});
    return value;
  };
  EXPECT_TRUE(DeepEqual(chain(1000), chain(1000)));
  EXPECT_FALSE(DeepEqual(chain(1001), chain(1001)));
  Value maps = Value::MakeMap(), same = Value::MakeMap();
  for (Value* value : {&maps, &same})
    for (int i = 0; i < 1001; ++i) *value = Value::MakeMap({{"a", *value}});
  EXPECT_FALSE(DeepEqual(maps, same));
  EXPECT_TRUE(DeepEqual(DeepCopy(chain(1000)), chain(1000)));
  Value copy = DeepCopy(chain(100'000));
  for (int i = 0; i < 500; ++i) {
    const Value next = copy.Find("a")->list()[0];
    copy = next;
  }
  EXPECT_EQ(copy.map().size(), 1u);
  EXPECT_TRUE(copy.Find("a")->IsNil());
}

TEST(Value, TheSameIsOfTheSameType) {
  static constexpr Type kNamed{Kind::kMap, "named", "map"};
  const Value map = Value::MakeMap();
  EXPECT_TRUE(map.SameNode(map.As(types::kMap)));
  EXPECT_FALSE(map.SameNode(map.As(kNamed)));
  EXPECT_FALSE(Value().SameNode(Value()));
  EXPECT_FALSE(Value::Int(1).SameNode(Value::Int(1)));
}

TEST(Value, IsFreedWithoutRecursion) {
  Value chain;
  for (int i = 0; i < 1'000'000; ++i) chain = Value::MakeList({std::move(chain)});
  EXPECT_TRUE(chain.Is(Kind::kList));
}

TEST(Value, TruthIsGos) {
  EXPECT_FALSE(Truth(Value()));
  EXPECT_FALSE(Truth(Value::String("")));
  EXPECT_FALSE(Truth(Value::Float(0)));
  EXPECT_FALSE(Truth(Value::MakeMap()));
  EXPECT_TRUE(Truth(Value::String("false")));
  EXPECT_TRUE(Truth(Value::MakeList({Value()})));
}

TEST(Value, NullIsAnEmptyListOrMapOfItsType) {
  Value list = Value::Null(types::kList), map = Value::Null(types::kMap);
  EXPECT_TRUE(list.IsNull());
  EXPECT_FALSE(list.IsNil());
  EXPECT_TRUE(list.list().empty());
  EXPECT_FALSE(Truth(map));
  EXPECT_TRUE(DeepEqual(list, DeepCopy(list)));
  EXPECT_FALSE(DeepEqual(list, Value::MakeList({})));
  const Value holder = map;
  map.mutable_map()["a"] = Value::Int(1);
  EXPECT_EQ(map.map().size(), 1u);
  EXPECT_TRUE(holder.IsNull());
  EXPECT_EQ(Value::MakeList({list, map, Value::MakeList({map})}).list().size(), 3u);
  EXPECT_FALSE(Value::Int(0).IsNull());
  EXPECT_FALSE(Value().IsNull());
}

int64_t Add(GoInt a, int64_t b) { return a.value + b; }
absl::StatusOr<std::string> Join(Call&, absl::string_view glue, StringRest rest) {
  std::string out;
  for (const Value& part : rest.arguments) out += std::string(part.text()) + std::string(glue);
  return out;
}

TEST(Function, SignatureIsReadOffTheCode) {
  constexpr Function add = Bind<&Add>("add");
  ASSERT_EQ(add.parameters.size(), 2u);
  EXPECT_EQ(add.parameters[0], &types::kInt);
  EXPECT_EQ(add.parameters[1], &types::kInt64);
  EXPECT_FALSE(add.variadic);
  NoCall call;
  const List arguments = {Value::Int(2), Value::Int64(3)};
  const auto sum = add.call(call, arguments);
  ASSERT_TRUE(sum.ok());
  EXPECT_EQ(sum->type(), &types::kInt64);
  EXPECT_EQ(sum->int_value(), 5);
}

TEST(Function, RestTakesWhatIsLeft) {
  constexpr Function join = Bind<&Join>("join");
  EXPECT_TRUE(join.variadic);
  ASSERT_EQ(join.parameters.size(), 2u);
  EXPECT_EQ(join.parameters[1], &types::kString);
  NoCall call;
  const List arguments = {Value::String("-"), Value::String("a"), Value::String("b")};
  EXPECT_EQ((*join.call(call, arguments)).text(), "a-b-");
}

}  // namespace
}  // namespace devstats::chart
