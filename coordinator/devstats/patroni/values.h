// Values of PostgreSQL's parameters, compared as PostgreSQL reads them: 128MB is 16384 pages of 8kB, 30min
// are 1800000ms, on is true. Source: PostgreSQL, "Setting Parameters"; guc.c (parse_int, parse_bool).
#pragma once
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::patroni {

// What pg_settings says of a parameter.
struct ValueType {
  enum class Kind { kUnknown, kBool, kInteger, kReal, kString, kEnum };
  Kind kind = Kind::kUnknown;
  std::string unit;  // of a number without one: "8kB", "ms"; empty: it has none
};
ValueType::Kind KindOf(absl::string_view vartype);  // "integer"

// One spelling of each value: a number in the parameter's unit, on or off, a choice in lower case. What
// PostgreSQL would not take stays as it is.
std::string Canonical(absl::string_view value, const ValueType& type);
bool SameValue(absl::string_view a, absl::string_view b, const ValueType& type);

// Bytes of "80GB"; without a unit, in `unit` ("8kB"). None: PostgreSQL would not take it for an amount of
// memory.
std::optional<double> BytesOf(absl::string_view value, absl::string_view unit);
// Whole numbers only.
std::optional<long long> IntegerOf(absl::string_view value);
// "on", "TRUE", "yes", "1" ...
std::optional<bool> BoolOf(absl::string_view value);

// "80 GB", for people.
std::string TextOfBytes(double bytes);

}  // namespace devstats::patroni
