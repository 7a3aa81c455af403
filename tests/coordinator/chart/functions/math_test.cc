#include <limits>

#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using namespace functest;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constinit const Type kDuration{Kind::kInt, "time.Duration", "int64"};
constinit const Type kMonth{Kind::kInt, "time.Month", "int"};

class MathRow : public testing::TestWithParam<Row> {};

TEST_P(MathRow, IsAsSprigHasIt) {
  EXPECT_EQ(Outcome(GetParam().function, GetParam().arguments), GetParam().shown) << GetParam().function;
}

const Row kMathRows[] = {
    {"int", {S("12.0")}, "int: 12"},
    {"int", {S("12.7")}, "int: 0"},
    {"int", {S("1.000")}, "int: 1"},
    {"int", {S("1.0.")}, "int: 1"},
    {"int", {S("1.0.0")}, "int: 0"},
    {"int", {S(".0")}, "int: 0"},
    {"int", {S("0x1f")}, "int: 31"},
    {"int", {S("017")}, "int: 15"},
    {"int", {S("0b11")}, "int: 3"},
    {"int", {S("0o17")}, "int: 15"},
    {"int", {S("1_000")}, "int: 1000"},
    {"int", {S("08")}, "int: 0"},
    {"int", {S(" 1")}, "int: 0"},
    {"int", {S("+5")}, "int: 5"},
    {"int", {S("000")}, "int: 0"},
    {"int", {S("1e3")}, "int: 0"},
    {"int", {S("9223372036854775808")}, "int: 0"},
    {"int", {S("")}, "int: 0"},
    {"int", {F(-3.99)}, "int: -3"},
    {"int", {F(1e30)}, "int: -9223372036854775808"},
    {"int64", {F(kInfinity)}, "int64: -9223372036854775808"},
    {"int64", {F(kNoNumber)}, "int64: -9223372036854775808"},
    {"int64", {Value::Uint(UINT64_MAX)}, "int64: -1"},
    {"int64", {Value::Bool(true)}, "int64: 1"},
    {"int64", {Value()}, "int64: 0"},
    {"int64", {L({I(1)})}, "int64: 0"},
    {"int64", {Value::Int(5, kDuration)}, "int64: 0"},
    {"int64", {Value::Int(5, kMonth)}, "int64: 5"},
    {"float64", {S("1e3")}, "float64: 1000"},
    {"float64", {S("0x1p4")}, "float64: 16"},
    {"float64", {S("1_0")}, "float64: 10"},
    {"float64", {S("abc")}, "float64: 0"},
    {"float64", {S("1e400")}, "float64: 0"},
    {"float64", {S("inf")}, "float64: +Inf"},
    {"float64", {Value::Bool(true)}, "float64: 1"},
    {"float64", {Value::Uint(UINT64_MAX)}, "float64: 1.8446744073709552e+19"},
    {"atoi", {S("12")}, "int: 12"},
    {"atoi", {S("x")}, "int: 0"},
    {"atoi", {S("")}, "int: 0"},
    {"atoi", {S("0x1f")}, "int: 0"},
    {"atoi", {S("99999999999999999999")}, "int: 9223372036854775807"},
    {"atoi", {S("-99999999999999999999")}, "int: -9223372036854775808"},
    {"toDecimal", {S("777")}, "int64: 511"},
    {"toDecimal", {I(755)}, "int64: 493"},
    {"toDecimal", {S("9")}, "int64: 0"},
    {"toDecimal", {Value()}, "int64: 0"},
    {"add", {}, "int64: 0"},
    {"add", {S("1"), I(2), F(3.7), Value::Bool(true), Value(), S("x"), L({})}, "int64: 7"},
    {"add", {I(INT64_MAX), I(1)}, "int64: -9223372036854775808"},
    {"add1", {I(INT64_MAX)}, "int64: -9223372036854775808"},
    {"sub", {I(1), I(3)}, "int64: -2"},
    {"mul", {I(2), S("3"), F(4)}, "int64: 24"},
    {"mul", {I(INT64_MAX), I(2)}, "int64: -2"},
    {"mul", {S("7")}, "int64: 7"},
    {"div", {I(-7), I(2)}, "int64: -3"},
    {"div", {I(INT64_MIN), I(-1)}, "int64: -9223372036854775808"},
    {"div", {I(7), S("0")}, "ERR runtime error: integer divide by zero"},
    {"mod", {I(-7), I(2)}, "int64: -1"},
    {"mod", {I(INT64_MIN), I(-1)}, "int64: 0"},
    {"mod", {I(7), Value()}, "ERR runtime error: integer divide by zero"},
    {"max", {F(1.9)}, "int64: 1"},
    {"max", {I(1), S("5"), I(3)}, "int64: 5"},
    {"biggest", {I(-1), I(-5)}, "int64: -1"},
    {"min", {I(1), I(-2), F(3.9)}, "int64: -2"},
    {"maxf", {I(1), F(2.5)}, "float64: 2.5"},
    {"maxf", {F(kNoNumber), I(1)}, "float64: NaN"},
    {"maxf", {F(kNoNumber), F(kInfinity)}, "float64: +Inf"},
    {"maxf", {F(-0.0), F(0.0)}, "float64: 0"},
    {"minf", {I(1), F(0.5)}, "float64: 0.5"},
    {"minf", {F(0.0), F(-0.0)}, "float64: -0"},
    {"minf", {F(kNoNumber), F(-kInfinity)}, "float64: -Inf"},
    {"floor", {F(-1.5)}, "float64: -2"},
    {"floor", {S("x")}, "float64: 0"},
    {"ceil", {F(-0.5)}, "float64: -0"},
    {"ceil", {S("1.2")}, "float64: 2"},
    {"round", {F(2.5), I(0)}, "float64: 3"},
    {"round", {F(-2.5), I(0)}, "float64: -3"},
    {"round", {F(-0.2), I(0)}, "float64: -1"},
    {"round", {F(1.005), I(2)}, "float64: 1"},
    {"round", {F(123.456), I(-1)}, "float64: 120"},
    {"round", {F(123.456), I(1), F(0.4)}, "float64: 123.5"},
    {"round", {F(3.7), I(0), F(0.8)}, "float64: 3"},
    {"round", {S("3.555"), I(2)}, "float64: 3.56"},
    {"round", {I(1), I(400)}, "float64: NaN"},
    {"round", {I(1), I(-400)}, "float64: NaN"},
    {"round", {I(1), I(INT64_MAX)}, "float64: NaN"},
    {"round", {I(1), I(INT64_MIN)}, "float64: NaN"},
    {"addf", {}, "float64: 0"},
    {"addf", {F(0.1), F(0.2)}, "float64: 0.3"},
    {"addf", {S("1.5"), I(2), F(-0.25)}, "float64: 3.25"},
    {"addf", {F(1e308), F(1e308)}, "float64: +Inf"},
    {"addf", {F(1e300), F(1e-300)}, "float64: 1e+300"},
    {"addf", {F(kInfinity), I(1)}, "ERR Cannot create a Decimal from +Inf"},
    {"addf", {I(1), F(kNoNumber)}, "ERR Cannot create a Decimal from NaN"},
    {"add1f", {F(1.5)}, "float64: 2.5"},
    {"subf", {I(1), F(0.9)}, "float64: 0.1"},
    {"subf", {I(5)}, "float64: 5"},
    {"subf", {F(1e-320), I(0)}, "float64: 1e-320"},
    {"mulf", {F(1.1), F(1.1)}, "float64: 1.21"},
    {"mulf", {F(1e300), F(1e300)}, "float64: +Inf"},
    {"mulf", {F(1e-300), F(1e-300)}, "float64: 0"},
    {"mulf", {F(-1.5), I(0)}, "float64: 0"},
    {"divf", {I(1), I(3)}, "float64: 0.3333333333333333"},
    {"divf", {I(2), I(3)}, "float64: 0.6666666666666667"},
    {"divf", {I(-2), I(3)}, "float64: -0.6666666666666667"},
    {"divf", {I(1), I(3), I(3)}, "float64: 0.1111111111111111"},
    {"divf", {F(1e-10), I(3)}, "float64: 3.33333e-11"},
    {"divf", {I(123456789), I(7)}, "float64: 1.763668414285714e+07"},
    {"divf", {I(1), F(1e20)}, "float64: 0"},
    {"divf", {I(1), I(0)}, "ERR decimal division by 0"},
};
INSTANTIATE_TEST_SUITE_P(Math, MathRow, testing::ValuesIn(kMathRows));

TEST(Math, LongDecimalsAreCountedAgainstTheLimits) {
  FixedCall call;
  call.world.all_limits.output_bytes = 1'000'000;
  const List factors(5'000, F(1.2345678912345));
  EXPECT_TRUE(absl::IsResourceExhausted(Invoke(call, "mulf", factors).status()));
}

}  // namespace
}  // namespace devstats::chart
