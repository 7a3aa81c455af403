// Numbers: sprig's arithmetic. Whole numbers wrap around as Go's do.
#include <cmath>
#include <limits>

#include "common/status.h"
#include "coordinator/chart/functions/arguments.h"
#include "coordinator/chart/functions/decimal.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/numbers.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

int64_t Wrap(uint64_t value) { return static_cast<int64_t>(value); }
uint64_t Bits(const Value& value) { return static_cast<uint64_t>(ToInt64(value)); }

GoInt ToInt(const Value& value) { return {ToInt64(value)}; }

// strconv.Atoi, whose error sprig ignores: out of range it is the last number there is.
GoInt Atoi(absl::string_view text) {
  const auto number = ParseInt(text, 10, 64);
  if (number.ok()) return {*number};
  if (!absl::IsOutOfRange(number.status())) return {0};
  using Limit = std::numeric_limits<int64_t>;
  return {text[0] == '-' ? Limit::min() : Limit::max()};
}

// More than any number has.
constexpr size_t kMostDigits = 1 << 10;

int64_t ToDecimal(const Value& value) { return ParseInt(ToText(value, kMostDigits), 8, 64).value_or(0); }

int64_t Add(Rest rest) {
  uint64_t sum = 0;
  for (const Value& value : rest.arguments) sum += Bits(value);
  return Wrap(sum);
}
int64_t AddOne(const Value& value) { return Wrap(Bits(value) + 1); }
int64_t Subtract(const Value& a, const Value& b) { return Wrap(Bits(a) - Bits(b)); }
int64_t Multiply(const Value& first, Rest rest) {
  uint64_t product = Bits(first);
  for (const Value& value : rest.arguments) product *= Bits(value);
  return Wrap(product);
}
absl::Status DivisionByZero() { return Panic("runtime error: integer divide by zero"); }
absl::StatusOr<int64_t> Divide(const Value& a, const Value& b) {
  const int64_t divisor = ToInt64(b);
  if (divisor == 0) return DivisionByZero();
  return divisor == -1 ? Wrap(0 - Bits(a)) : ToInt64(a) / divisor;
}
absl::StatusOr<int64_t> Modulo(const Value& a, const Value& b) {
  const int64_t divisor = ToInt64(b);
  if (divisor == 0) return DivisionByZero();
  return divisor == -1 ? 0 : ToInt64(a) % divisor;
}

int64_t Max(const Value& first, Rest rest) {
  int64_t best = ToInt64(first);
  for (const Value& value : rest.arguments) best = std::max(best, ToInt64(value));
  return best;
}
int64_t Min(const Value& first, Rest rest) {
  int64_t best = ToInt64(first);
  for (const Value& value : rest.arguments) best = std::min(best, ToInt64(value));
  return best;
}

// math.Max: an infinity wins over NaN, NaN over all else, and 0 is more than -0.
double GreaterOf(double a, double b) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (a == kInfinity || b == kInfinity) return kInfinity;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}
double MaxFloat(const Value& first, Rest rest) {
  double best = ToFloat64(first);
  for (const Value& value : rest.arguments) best = GreaterOf(best, ToFloat64(value));
  return best;
}
double MinFloat(const Value& first, Rest rest) {
  double best = ToFloat64(first);
  for (const Value& value : rest.arguments) best = -GreaterOf(-best, -ToFloat64(value));
  return best;
}

double Floor(const Value& value) { return std::floor(ToFloat64(value)); }
double Ceil(const Value& value) { return std::ceil(ToFloat64(value)); }

// round VALUE PLACES [UP FROM THIS FRACTION ON]
absl::StatusOr<Value> Round(Call&, Arguments arguments) {
  const double round_on = arguments.size() > 2 ? arguments[2].float_value() : .5;
  const double power = PowerOfTen(static_cast<double>(arguments[1].int_value()));
  const double digits = power * ToFloat64(arguments[0]);
  double whole;
  const double fraction = std::modf(digits, &whole);
  return Value::Float((fraction >= round_on ? std::ceil(digits) : std::floor(digits)) / power);
}

using Operation = absl::Status (*)(Decimal&, const Decimal&);

absl::StatusOr<double> Calculate(Call& call, const Value& first, Arguments rest, Operation operation) {
  ASSIGN_OR_RETURN(Decimal result, Decimal::From(ToFloat64(first)));
  for (const Value& value : rest) {
    ASSIGN_OR_RETURN(const Decimal operand, Decimal::From(ToFloat64(value)));
    RETURN_IF_ERROR(operation(result, operand));
    if (result.bytes() > 256) RETURN_IF_ERROR(call.Spend(result.bytes()));
  }
  return result.ToFloat64();
}

absl::Status AddTo(Decimal& a, const Decimal& b) {
  a.Add(b);
  return absl::OkStatus();
}
absl::StatusOr<double> AddFloats(Call& call, Rest rest) {
  return Calculate(call, Value::Float(0), rest.arguments, AddTo);
}
absl::StatusOr<double> AddOneFloat(Call& call, const Value& value) {
  const Value one = Value::Int(1);
  return Calculate(call, value, absl::MakeConstSpan(&one, 1), AddTo);
}
absl::StatusOr<double> SubtractFloats(Call& call, const Value& first, Rest rest) {
  return Calculate(call, first, rest.arguments, [](Decimal& a, const Decimal& b) {
    a.Subtract(b);
    return absl::OkStatus();
  });
}
absl::StatusOr<double> MultiplyFloats(Call& call, const Value& first, Rest rest) {
  return Calculate(call, first, rest.arguments, [](Decimal& a, const Decimal& b) {
    a.Multiply(b);
    return absl::OkStatus();
  });
}
absl::StatusOr<double> DivideFloats(Call& call, const Value& first, Rest rest) {
  return Calculate(call, first, rest.arguments, [](Decimal& a, const Decimal& b) { return a.Divide(b); });
}

constexpr const Type* kRound[] = {nullptr, &types::kInt, &types::kFloat64};

constexpr Function kMathFunctions[] = {Bind<&ToInt>("int"),
                                       Bind<&ToInt64>("int64"),
                                       Bind<&ToFloat64>("float64"),
                                       Bind<&Atoi>("atoi"),
                                       Bind<&ToDecimal>("toDecimal"),
                                       Bind<&Add>("add"),
                                       Bind<&AddOne>("add1"),
                                       Bind<&Subtract>("sub"),
                                       Bind<&Multiply>("mul"),
                                       Bind<&Divide>("div"),
                                       Bind<&Modulo>("mod"),
                                       Bind<&Max>("max"),
                                       Bind<&Max>("biggest"),
                                       Bind<&Min>("min"),
                                       Bind<&MaxFloat>("maxf"),
                                       Bind<&MinFloat>("minf"),
                                       Bind<&Floor>("floor"),
                                       Bind<&Ceil>("ceil"),
                                       Variadic("round", absl::MakeConstSpan(kRound), &Round),
                                       Bind<&AddFloats>("addf"),
                                       Bind<&AddOneFloat>("add1f"),
                                       Bind<&SubtractFloats>("subf"),
                                       Bind<&MultiplyFloats>("mulf"),
                                       Bind<&DivideFloats>("divf")};

}  // namespace

absl::Span<const Function> MathFunctions() { return absl::MakeConstSpan(kMathFunctions); }

}  // namespace devstats::chart
