#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using namespace functest;

class ListRow : public testing::TestWithParam<Row> {};

TEST_P(ListRow, IsAsSprigHasIt) {
  EXPECT_EQ(Outcome(GetParam().function, GetParam().arguments), GetParam().shown) << GetParam().function;
}

constexpr char kNil[] = "ERR runtime error: invalid memory address or nil pointer dereference";
constexpr char kOutOfBounds[] = "ERR reflect.Value.Slice: slice index out of bounds";
constexpr char kMakeSlice[] = "ERR runtime error: makeslice: len out of range";

const Row kListRows[] = {
    {"list", {}, "[]interface {}: []"},
    {"tuple", {I(1), Value()}, "[]interface {}: [1 <nil>]"},
    {"first", {L({I(1), I(2)})}, "int: 1"},
    {"first", {L({})}, "<nil>: <nil>"},
    {"first", {Value()}, kNil},
    {"mustFirst", {S("a")}, "ERR Cannot find first on type string"},
    {"last", {Texts({"a", "b"})}, "string: b"},
    {"last", {M({})}, "ERR Cannot find last on type map"},
    {"first", {Value::Bytes("A")}, "uint8: 65"},
    {"rest", {Texts({"a", "b"})}, "[]interface {}: [b]"},
    {"rest", {L({I(1)})}, "[]interface {}: []"},
    {"rest", {L({})}, "[]interface {}: [] (null)"},
    {"initial", {L({I(1), I(2)})}, "[]interface {}: [1]"},
    {"initial", {L({})}, "[]interface {}: [] (null)"},
    {"initial", {I(1)}, "ERR Cannot find initial on type int"},
    {"append", {Texts({"a"}), I(1)}, "[]interface {}: [a 1]"},
    {"push", {L({}), Value()}, "[]interface {}: [<nil>]"},
    {"push", {S("x"), I(1)}, "ERR Cannot push on type string"},
    {"prepend", {L({I(1)}), I(0)}, "[]interface {}: [0 1]"},
    {"prepend", {M({}), I(0)}, "ERR Cannot prepend on type map"},
    {"concat", {L({I(1)}), Texts({"a"}), L({})}, "[]interface {}: [1 a]"},
    {"concat", {L({}), L({})}, "[]interface {}: [] (null)"},
    {"concat", {}, "[]interface {}: [] (null)"},
    {"concat", {S("a")}, "ERR Cannot concat type string as list"},
    {"concat", {L({}), Value()}, kNil},
    {"reverse", {L({I(1), I(2), I(3)})}, "[]interface {}: [3 2 1]"},
    {"reverse", {L({})}, "[]interface {}: []"},
    {"compact", {L({I(0), I(1), S(""), Value(), L({}), M({}), S("a")})}, "[]interface {}: [1 a]"},
    {"uniq",
     {L({I(1), F(1), S("1"), I(1), Value(), Value(), L({I(1)}), L({I(1)}), M({}), M({})})},
     "[]interface {}: [1 1 1 <nil> [1] map[]]"},
    {"uniq",
     {L({M({{"a", I(1)}}), M({{"a", I(2)}}), M({{"a", I(1)}})})},
     "[]interface {}: [map[a:1] map[a:2]]"},
    {"without", {L({I(1), I(2), I(3), I(2)}), I(2), F(3)}, "[]interface {}: [1 3]"},
    {"without", {L({})}, "[]interface {}: []"},
    {"has", {S("a"), Texts({"b", "a"})}, "bool: true"},
    {"has", {I(1), L({F(1)})}, "bool: false"},
    {"has", {Value(), Value()}, "bool: false"},
    {"has", {Value(), L({Value()})}, "bool: true"},
    {"has", {I(1), S("abc")}, "ERR Cannot find has on type string"},
    {"slice", {L({I(1), I(2), I(3)})}, "[]interface {}: [1 2 3]"},
    {"slice", {L({I(1), I(2), I(3)}), S("1"), F(2.9), I(7)}, "[]interface {}: [2]"},
    {"slice", {Texts({"a", "b"}), I(1)}, "[]string: [b]"},
    {"slice", {L({I(1)}), I(1)}, "[]interface {}: []"},
    {"slice", {L({})}, "<nil>: <nil>"},
    {"slice", {L({I(1)}), I(-1)}, kOutOfBounds},
    {"slice", {L({I(1)}), I(2)}, kOutOfBounds},
    {"slice", {L({I(1), I(2)}), I(2), I(1)}, kOutOfBounds},
    {"slice", {S("abc"), I(1)}, "ERR list should be type of slice or array but string"},
    {"slice", {Value::Bytes("abc"), I(1)}, "[]uint8: [98 99]"},
    {"chunk", {I(2), L({I(1), I(2), I(3)})}, "[][]interface {}: [[1 2] [3]]"},
    {"chunk", {I(2), L({I(1), I(2)})}, "[][]interface {}: [[1 2]]"},
    {"chunk", {I(9), L({I(1), I(2)})}, "[][]interface {}: [[1 2]]"},
    {"chunk", {I(2), L({})}, "[][]interface {}: []"},
    {"chunk", {I(0), L({I(1), I(2)})}, kMakeSlice},
    {"chunk", {I(0), L({I(1)})}, kMakeSlice},
    {"chunk", {I(0), L({})}, kMakeSlice},
    {"chunk", {I(-1), L({I(1), I(2)})}, "[][]interface {}: []"},
    {"chunk", {I(-1), L({})}, kMakeSlice},
    {"chunk", {I(-1), L({I(1), I(2), I(3)})}, kMakeSlice},
    {"chunk", {I(-2), L({I(1)})}, "[][]interface {}: [[1]]"},
    {"chunk", {I(-1), L({I(1)})}, kMakeSlice},
    {"chunk", {I(-2), L({})}, kMakeSlice},
    {"chunk", {I(1), S("a")}, "ERR Cannot chunk type string"},
    {"sortAlpha", {L({S("b"), I(10), Value(), S("a"), I(9)})}, "[]string: [10 9 a b]"},
    {"sortAlpha", {S("ba")}, "[]string: [ba]"},
    {"sortAlpha", {Value()}, "[]string: [<nil>]"},
    {"until", {I(3)}, "[]int: [0 1 2]"},
    {"until", {I(-2)}, "[]int: [0 -1]"},
    {"until", {I(0)}, "[]int: []"},
    {"until", {I(10'000'001)}, "ERR a list of 10000001 items is longer than the 10000000 allowed"},
    {"untilStep", {I(0), I(10), I(3)}, "[]int: [0 3 6 9]"},
    {"untilStep", {I(10), I(0), I(-5)}, "[]int: [10 5]"},
    {"untilStep", {I(0), I(10), I(0)}, "[]int: []"},
    {"untilStep", {I(0), I(10), I(-1)}, "[]int: []"},
    {"untilStep", {I(9), I(0), I(1)}, "[]int: []"},
    {"untilStep",
     {I(INT64_MIN), I(INT64_MAX), I(INT64_MAX)},
     "[]int: [-9223372036854775808 -1 9223372036854775806]"},
    {"untilStep", {I(INT64_MAX), I(INT64_MIN), I(INT64_MIN)}, "[]int: [9223372036854775807 -1]"},
    {"seq", {}, "string: "},
    {"seq", {I(3)}, "string: 1 2 3"},
    {"seq", {I(0)}, "string: 1 0"},
    {"seq", {I(2), I(2)}, "string: 2"},
    {"seq", {I(2), I(-1)}, "string: 2 1 0 -1"},
    {"seq", {I(0), I(4), I(10)}, "string: 0 4 8"},
    {"seq", {I(10), I(-4), I(0)}, "string: 10 6 2"},
    {"seq", {I(10), I(4), I(0)}, "string: "},
    {"seq", {I(5), I(0), I(5)}, "string: "},
    {"seq", {I(1), I(2), I(3), I(4)}, "string: "},
    {"seq", {I(INT64_MAX)}, "string: "},
};
INSTANTIATE_TEST_SUITE_P(Lists, ListRow, testing::ValuesIn(kListRows));

TEST(Lists, EqualTextIsFoundFast) {
  List items;
  for (int i = 0; i < 200'000; ++i) items.push_back(S(absl::StrCat(i % 100'000)));
  FixedCall call;
  const auto unique = Invoke(call, "uniq", {L(std::move(items))});
  ASSERT_TRUE(unique.ok());
  EXPECT_EQ(unique->list().size(), 100'000u);
}

TEST(Lists, MuchWorkIsCountedAgainstTheLimits) {
  FixedCall call;
  call.world.all_limits.output_bytes = 1'000'000;
  List items;
  for (int i = 0; i < 10'000; ++i) items.push_back(M({{"a", L({I(i)})}, {"b", I(i)}}));
  const Value list = L(std::move(items));
  EXPECT_TRUE(Invoke(call, "reverse", {list}).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(
      Invoke(call, "without", {list, I(1), I(2), I(3), I(4), I(5), I(6), I(7), I(8), I(9), I(10)}).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(Invoke(call, "until", {I(100'000)}).status()));
}

TEST(Lists, LeaveTheOriginalAlone) {
  const Value list = L({S("b"), S("a")});
  Outcome("sortAlpha", {list});
  Outcome("reverse", {list});
  EXPECT_EQ(ToText(list), "[b a]");
}

}  // namespace
}  // namespace devstats::chart
