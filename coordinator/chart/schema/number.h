// Numbers of any size, exact: what Go's big.Rat is to the original.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

// digits × 10^exponent
struct Decimal {
  bool negative = false;
  std::string digits;  // neither begins nor ends with 0; empty: zero
  int64_t exponent = 0;

  // Of JSON's notation. Nothing when the exponent is beyond a million (as big.Rat) or the digits are too many
  // for exact work.
  static std::optional<Decimal> Parse(absl::string_view text);

  bool IsInteger() const { return exponent >= 0; }
  // The lowest 64 bits of an integer, as Go converts it.
  int64_t ToInt64() const;
  // The nearest double; infinite when there is none.
  double ToDouble() const;
};

// Negative: a < b.
int Compare(const Decimal& a, const Decimal& b);
// a / b is an integer; false when b is zero.
bool IsMultiple(const Decimal& a, const Decimal& b);

}  // namespace devstats::chart::schema
