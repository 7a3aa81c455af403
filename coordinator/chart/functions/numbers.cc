#include "coordinator/chart/functions/numbers.h"

#include <cmath>
#include <limits>

#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// time.Duration and the like are no numbers to cast, which asks for the very types; months and weekdays are.
bool IsCastable(const Type& type) {
  using namespace types;
  for (const Type* known : {&kInt, &kInt64, &kInt32, &kInt16, &kInt8, &kUint, &kUint64, &kUint32, &kUint16,
                            &kUint8, &kFloat64, &kFloat32})
    if (known == &type) return true;
  return type.name == "time.Month" || type.name == "time.Weekday";
}

// "12.00" as "12"; "12.7" stays, and, as cast has it, "12.0." does not.
absl::string_view TrimZeroDecimals(absl::string_view text) {
  bool zero = false;
  for (size_t i = text.size(); i > 0; --i) {
    const char c = text[i - 1];
    if (c == '.' && zero) return text.substr(0, i - 1);
    if (c != '.' && c != '0') return text;
    zero |= c == '0';
  }
  return text;
}

}  // namespace

int64_t Truncate(double value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (value >= -kLimit && value < kLimit) return static_cast<int64_t>(value);
  return std::numeric_limits<int64_t>::min();
}

int64_t ToInt64(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.bool_value() ? 1 : 0;
    case Kind::kInt:
    case Kind::kUint:
      return IsCastable(*value.type()) ? value.int_value() : 0;
    case Kind::kFloat:
      return IsCastable(*value.type()) ? Truncate(value.float_value()) : 0;
    case Kind::kString:
      return ParseInt(TrimZeroDecimals(value.text()), 0, 64).value_or(0);
    default:
      return 0;
  }
}

double ToFloat64(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      return value.bool_value() ? 1 : 0;
    case Kind::kInt:
      return IsCastable(*value.type()) ? static_cast<double>(value.int_value()) : 0;
    case Kind::kUint:
      return IsCastable(*value.type()) ? static_cast<double>(value.uint_value()) : 0;
    case Kind::kFloat:
      return IsCastable(*value.type()) ? value.float_value() : 0;
    case Kind::kString:
      return ParseFloat(value.text()).value_or(0);
    default:
      return 0;
  }
}

double PowerOfTen(double exponent) {
  if (exponent == 0) return 1;
  if (exponent == 1) return 10;
  const double size = std::fabs(exponent);
  if (size >= 9223372036854775808.0) return exponent > 0 ? std::numeric_limits<double>::infinity() : 0;
  // By squaring, the power of two kept apart, as Go does.
  double result = 1, square;
  int result_exponent = 0, square_exponent;
  square = std::frexp(10.0, &square_exponent);
  for (auto bits = static_cast<int64_t>(size); bits != 0; bits >>= 1) {
    if (square_exponent > 1 << 12) {  // beyond every float64 already
      result_exponent += square_exponent;
      break;
    }
    if (bits & 1) {
      result *= square;
      result_exponent += square_exponent;
    }
    square *= square;
    square_exponent <<= 1;
    if (square < .5) {
      square += square;
      --square_exponent;
    }
  }
  if (exponent < 0) {
    result = 1 / result;
    result_exponent = -result_exponent;
  }
  return std::ldexp(result, result_exponent);
}

}  // namespace devstats::chart
