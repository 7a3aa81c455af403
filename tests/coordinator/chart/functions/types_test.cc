#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using namespace functest;

class TypeRow : public testing::TestWithParam<Row> {};

TEST_P(TypeRow, IsAsSprigHasIt) {
  EXPECT_EQ(Outcome(GetParam().function, GetParam().arguments), GetParam().shown) << GetParam().function;
}

const Row kTypeRows[] = {
    {"empty", {Value()}, "bool: true"},
    {"empty", {F(0)}, "bool: true"},
    {"empty", {Value::Null(types::kMap)}, "bool: true"},
    {"empty", {S("0")}, "bool: false"},
    {"empty", {L({Value()})}, "bool: false"},
    {"default", {S("d")}, "string: d"},
    {"default", {S("d"), I(0)}, "string: d"},
    {"default", {S("d"), I(1), I(2)}, "int: 1"},
    {"default", {S("d"), S(""), I(2)}, "string: d"},
    {"coalesce", {}, "<nil>: <nil>"},
    {"coalesce", {S(""), L({}), I(7), I(8)}, "int: 7"},
    {"all", {}, "bool: true"},
    {"all", {I(1), S("")}, "bool: false"},
    {"any", {}, "bool: false"},
    {"any", {I(0), I(1)}, "bool: true"},
    {"ternary", {S("y"), S("n"), Value::Bool(false)}, "string: n"},
    {"typeOf", {Value()}, "string: <nil>"},
    {"typeOf", {Texts({})}, "string: []string"},
    {"typeIs", {S("int"), I(1)}, "bool: true"},
    {"typeIs", {S("int"), Value::Int64(1)}, "bool: false"},
    {"kindOf", {Value()}, "string: invalid"},
    {"kindOf", {Texts({})}, "string: slice"},
    {"kindIs", {S("map"), M({})}, "bool: true"},
    {"deepEqual", {L({I(1)}), L({I(1)})}, "bool: true"},
    {"deepEqual", {I(1), F(1)}, "bool: false"},
    {"deepEqual", {Value(), Value()}, "bool: true"},
    {"toString", {Value()}, "string: <nil>"},
    {"toString", {F(1e6)}, "string: 1e+06"},
    {"toString", {Value::Bytes("ab")}, "string: ab"},
};
INSTANTIATE_TEST_SUITE_P(Types, TypeRow, testing::ValuesIn(kTypeRows));

TEST(Types, PointersAreLikeWhatTheyPointTo) {
  FixedCall call;
  const Value version = *Invoke(call, "semver", {S("1.2")});
  EXPECT_EQ(Outcome("typeIsLike", {S("semver.Version"), version}), "bool: true");
  EXPECT_EQ(Outcome("typeIsLike", {S("*semver.Version"), version}), "bool: true");
  EXPECT_EQ(Outcome("typeIs", {S("semver.Version"), version}), "bool: false");
  EXPECT_EQ(Outcome("kindOf", {version}), "string: ptr");
}

}  // namespace
}  // namespace devstats::chart
