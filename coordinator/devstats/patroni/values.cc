#include "coordinator/devstats/patroni/values.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace devstats::patroni {
namespace {

using Kind = ValueType::Kind;

struct Unit {
  const char* name;
  double factor;  // in bytes, in milliseconds
};
constexpr double kKilo = 1024;
constexpr Unit kMemory[] = {{"B", 1},
                            {"kB", kKilo},
                            {"MB", kKilo* kKilo},
                            {"GB", kKilo* kKilo* kKilo},
                            {"TB", kKilo* kKilo* kKilo* kKilo}};
constexpr Unit kTime[] = {{"us", 0.001},  {"ms", 1},           {"s", 1000},
                          {"min", 60000}, {"h", 60 * 60000.0}, {"d", 24 * 60 * 60000.0}};

// "16384 kB" as 16384 and "kB". False: it does not begin with a number.
bool Split(absl::string_view text, double* number, absl::string_view* unit) {
  text = absl::StripAsciiWhitespace(text);
  size_t end = 0;
  while (end < text.size() &&
         (absl::ascii_isdigit(text[end]) || absl::StrContains("+-.", text.substr(end, 1)) ||
          ((text[end] == 'e' || text[end] == 'E') && end + 1 < text.size() &&
           (absl::ascii_isdigit(text[end + 1]) || text[end + 1] == '-'))))
    ++end;
  *unit = absl::StripAsciiWhitespace(text.substr(end));
  return absl::SimpleAtod(text.substr(0, end), number) && std::isfinite(*number);
}

template <size_t N>
std::optional<double> FactorIn(const Unit (&units)[N], absl::string_view unit) {
  for (const Unit& u : units) {
    if (unit == u.name) return u.factor;
  }
  return std::nullopt;
}

// Of a base unit, which may have a number before it: "8kB" is 8192.
template <size_t N>
std::optional<double> BaseIn(const Unit (&units)[N], absl::string_view base) {
  double number = 1;
  absl::string_view unit = base;
  if (!base.empty() && absl::ascii_isdigit(base[0]) && !Split(base, &number, &unit)) return std::nullopt;
  const auto factor = FactorIn(units, unit);
  if (!factor) return std::nullopt;
  return number * *factor;
}

// In bytes or milliseconds.
template <size_t N>
std::optional<double> AmountIn(const Unit (&units)[N], absl::string_view value, absl::string_view base) {
  double number = 0;
  absl::string_view unit;
  if (!Split(value, &number, &unit)) return std::nullopt;
  const auto factor = unit.empty() ? BaseIn(units, base) : FactorIn(units, unit);
  if (!factor) return std::nullopt;
  return number * *factor;
}

// In the parameter's own unit; none: no number, or a unit of another kind.
std::optional<double> NumberOf(absl::string_view value, absl::string_view base) {
  if (base.empty()) {
    double number = 0;
    absl::string_view unit;
    if (!Split(value, &number, &unit) || !unit.empty()) return std::nullopt;
    return number;
  }
  if (const auto per = BaseIn(kMemory, base)) {
    const auto amount = AmountIn(kMemory, value, base);
    if (amount) return *amount / *per;
  } else if (const auto time = BaseIn(kTime, base)) {
    const auto amount = AmountIn(kTime, value, base);
    if (amount) return *amount / *time;
  }
  return std::nullopt;
}

// Names that PostgreSQL takes for others: of wal_level, and of choices that also are on or off.
std::string Choice(absl::string_view value) {
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(value));
  if (lower == "hot_standby" || lower == "archive") return "replica";
  if (lower == "true" || lower == "yes" || lower == "1") return "on";
  if (lower == "false" || lower == "no" || lower == "0") return "off";
  return lower;
}

// Of a parameter of which nothing is known, "128MB" and "131072kB" are the same all the same.
std::string Guess(absl::string_view value) {
  if (const auto bytes = AmountIn(kMemory, value, "")) return absl::StrFormat("%.10g B", *bytes);
  if (const auto time = AmountIn(kTime, value, "")) return absl::StrFormat("%.10g ms", *time);
  if (const auto number = NumberOf(value, "")) return absl::StrFormat("%.10g", *number);
  return Choice(value);
}

}  // namespace

Kind KindOf(absl::string_view vartype) {
  if (vartype == "bool") return Kind::kBool;
  if (vartype == "integer") return Kind::kInteger;
  if (vartype == "real") return Kind::kReal;
  if (vartype == "string") return Kind::kString;
  if (vartype == "enum") return Kind::kEnum;
  return Kind::kUnknown;
}

std::optional<bool> BoolOf(absl::string_view value) {
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(value));
  // Any beginning that is not another one's, as PostgreSQL has it.
  const auto begins = [&](absl::string_view whole, size_t least) {
    return lower.size() >= least && absl::StartsWith(whole, lower);
  };
  if (lower == "1" || begins("on", 2) || begins("true", 1) || begins("yes", 1)) return true;
  if (lower == "0" || begins("off", 2) || begins("false", 1) || begins("no", 1)) return false;
  return std::nullopt;
}

std::optional<long long> IntegerOf(absl::string_view value) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(absl::StripAsciiWhitespace(value), &number)) return std::nullopt;
  return number;
}

std::optional<double> BytesOf(absl::string_view value, absl::string_view unit) {
  return AmountIn(kMemory, value, unit);
}

std::string Canonical(absl::string_view value, const ValueType& type) {
  switch (type.kind) {
    case Kind::kBool:
      if (const auto on = BoolOf(value)) return *on ? "on" : "off";
      break;
    case Kind::kInteger:
      // PostgreSQL rounds to its unit.
      if (const auto number = NumberOf(value, type.unit)) return absl::StrFormat("%.0f", std::rint(*number));
      break;
    case Kind::kReal:
      if (const auto number = NumberOf(value, type.unit)) return absl::StrFormat("%.10g", *number);
      break;
    case Kind::kEnum:
      return Choice(value);
    case Kind::kString:
      break;
    case Kind::kUnknown:
      return Guess(value);
  }
  return std::string(value);
}

bool SameValue(absl::string_view a, absl::string_view b, const ValueType& type) {
  return a == b || Canonical(a, type) == Canonical(b, type);
}

std::string TextOfBytes(double bytes) {
  const Unit* best = &kMemory[0];
  for (const Unit& u : kMemory) {
    if (bytes >= u.factor) best = &u;
  }
  return absl::StrFormat("%.4g %s", bytes / best->factor, best->name);
}

}  // namespace devstats::patroni
