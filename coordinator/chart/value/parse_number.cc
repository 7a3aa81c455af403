#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

std::string Message(absl::string_view function, absl::string_view text, absl::string_view why) {
  return absl::StrCat("strconv.", function, ": parsing ", Quote(text), ": ", why);
}
absl::Status SyntaxError(absl::string_view function, absl::string_view text) {
  return absl::InvalidArgumentError(Message(function, text, "invalid syntax"));
}
absl::Status RangeError(absl::string_view function, absl::string_view text) {
  return absl::OutOfRangeError(Message(function, text, "value out of range"));
}

char Lower(char c) { return static_cast<char>(c | 0x20); }

// Go's rule for literals: a _ only between digits, or after a prefix such as 0x.
bool UnderscoresStandRight(absl::string_view text) {
  char last = '^';  // '0': a digit; '_'; '!': anything else
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0' && absl::StrContains("box", Lower(text[1]))) {
    hex = Lower(text[1]) == 'x';
    text.remove_prefix(2);
    last = '0';
  }
  for (char c : text) {
    if (absl::ascii_isdigit(c) || (hex && absl::ascii_isxdigit(c))) {
      last = '0';
    } else if (c == '_') {
      if (last != '0') return false;
      last = '_';
    } else {
      if (last == '_') return false;
      last = '!';
    }
  }
  return last != '_';
}

// Takes a prefix such as 0x off `text`.
int BaseByPrefix(absl::string_view& text) {
  if (text[0] != '0') return 10;
  const char mark = text.size() >= 3 ? Lower(text[1]) : '\0';
  const int base = mark == 'b' ? 2 : mark == 'o' ? 8 : mark == 'x' ? 16 : 0;
  text.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

int DigitValue(char c) {
  if (absl::ascii_isdigit(c)) return c - '0';
  if (absl::ascii_isalpha(c)) return Lower(c) - 'a' + 10;
  return 99;
}

enum class Outcome { kOk, kSyntax, kRange };

Outcome ReadUint(absl::string_view text, int base, int bits, uint64_t& out) {
  if (text.empty()) return Outcome::kSyntax;
  const absl::string_view whole = text;
  const bool by_prefix = base == 0;
  if (by_prefix) base = BaseByPrefix(text);
  const uint64_t most = bits == 64 || bits == 0 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  bool underscores = false;
  out = 0;
  for (char c : text) {
    if (c == '_' && by_prefix) {
      underscores = true;
      continue;
    }
    const int digit = DigitValue(c);
    if (digit >= base) return Outcome::kSyntax;
    if (__builtin_mul_overflow(out, static_cast<uint64_t>(base), &out) ||
        __builtin_add_overflow(out, static_cast<uint64_t>(digit), &out) || out > most)
      return Outcome::kRange;
  }
  return underscores && !UnderscoresStandRight(whole) ? Outcome::kSyntax : Outcome::kOk;
}

// What a decimal number consists of, for from_chars, which knows neither _ nor +.
struct DecimalText {
  std::string text;  // digits, point and exponent alone
  // Of the first digit that is not 0: 1 for 1.5, 0 for 0.5.
  int64_t magnitude = 0;
};

bool TakeDigits(absl::string_view& rest, DecimalText& out) {
  bool digits = false, point = false, leading = true;
  int64_t before = 0, zeros_after = 0;
  for (; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest[0];
    if (c == '_') continue;
    if (c == '.' && !point) {
      point = true;
    } else if (absl::ascii_isdigit(c)) {
      digits = true;
      if (c != '0') leading = false;
      if (!leading && !point) ++before;
      if (leading && point) ++zeros_after;
    } else {
      break;
    }
    out.text += c;
  }
  out.magnitude = before > 0 ? before : -zeros_after;
  return digits;
}

bool TakeExponent(absl::string_view& rest, DecimalText& out) {
  if (rest.empty() || Lower(rest[0]) != 'e') return true;
  rest.remove_prefix(1);
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (rest.empty() || !absl::ascii_isdigit(rest[0])) return false;
  int64_t exponent = 0;
  for (; !rest.empty() && (absl::ascii_isdigit(rest[0]) || rest[0] == '_'); rest.remove_prefix(1))
    if (rest[0] != '_' && exponent < 10000) exponent = exponent * 10 + (rest[0] - '0');
  if (negative) exponent = -exponent;
  out.magnitude += exponent;
  absl::StrAppend(&out.text, "e", exponent);
  return true;
}

absl::StatusOr<double> FromDecimal(absl::string_view whole, absl::string_view unsigned_text) {
  DecimalText number;
  absl::string_view rest = unsigned_text;
  if (!TakeDigits(rest, number) || !TakeExponent(rest, number) || !rest.empty())
    return SyntaxError("ParseFloat", whole);
  if (absl::StrContains(whole, '_') && !UnderscoresStandRight(whole)) return SyntaxError("ParseFloat", whole);
  double value = 0;
  const char* end = number.text.data() + number.text.size();
  const auto result = std::from_chars(number.text.data(), end, value);
  if (result.ec == std::errc::result_out_of_range || std::isinf(value)) {
    if (number.magnitude > 0) return RangeError("ParseFloat", whole);
    return 0.0;
  }
  return value;
}

// 0x1.8p3: exact but for what the 53 bits cannot hold, which is rounded to even.
absl::StatusOr<double> FromHex(absl::string_view whole, absl::string_view text) {
  uint64_t mantissa = 0;
  int64_t exponent = 0;
  bool digits = false, point = false, lost = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text[0];
    if (c == '_') continue;
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!absl::ascii_isxdigit(c)) break;
    digits = true;
    if (mantissa >> 60 == 0) {
      mantissa = mantissa << 4 | static_cast<uint64_t>(DigitValue(c));
      if (point) exponent -= 4;
    } else {
      lost |= c != '0';
      if (!point) exponent += 4;
    }
  }
  if (!digits || text.empty() || Lower(text[0]) != 'p') return SyntaxError("ParseFloat", whole);
  text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || !absl::ascii_isdigit(text[0])) return SyntaxError("ParseFloat", whole);
  int64_t power = 0;
  for (; !text.empty() && (absl::ascii_isdigit(text[0]) || text[0] == '_'); text.remove_prefix(1))
    if (text[0] != '_' && power < 10000) power = power * 10 + (text[0] - '0');
  if (!text.empty()) return SyntaxError("ParseFloat", whole);
  if (absl::StrContains(whole, '_') && !UnderscoresStandRight(whole)) return SyntaxError("ParseFloat", whole);
  exponent += negative ? -power : power;
  // One rounding only: all bits that will not fit are folded into the last one first.
  const int width = mantissa == 0 ? 0 : 64 - __builtin_clzll(mantissa);
  const int64_t top = exponent + width;  // value < 2^top
  if (mantissa != 0 && top > 1024) return RangeError("ParseFloat", whole);
  const int64_t keep = std::min<int64_t>(53, std::max<int64_t>(top + 1074, -1)) + 2;
  int64_t drop = width - keep;
  for (; drop > 0 && mantissa != 0; --drop, ++exponent) mantissa = mantissa >> 1 | (mantissa & 1);
  if (lost) mantissa |= 1;
  const double value = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
  if (std::isinf(value)) return RangeError("ParseFloat", whole);
  return value;
}

}  // namespace

absl::StatusOr<uint64_t> ParseUint(absl::string_view text, int base, int bits) {
  uint64_t value = 0;
  switch (ReadUint(text, base, bits, value)) {
    case Outcome::kOk:
      return value;
    case Outcome::kSyntax:
      return SyntaxError("ParseUint", text);
    default:
      return RangeError("ParseUint", text);
  }
}

absl::StatusOr<int64_t> ParseInt(absl::string_view text, int base, int bits) {
  absl::string_view digits = text;
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) digits.remove_prefix(1);
  uint64_t magnitude = 0;
  const Outcome outcome = ReadUint(digits, base, bits, magnitude);
  if (outcome == Outcome::kSyntax) return SyntaxError("ParseInt", text);
  const uint64_t limit = uint64_t{1} << ((bits == 0 ? 64 : bits) - 1);
  if (outcome == Outcome::kRange || magnitude > limit || (magnitude == limit && !negative))
    return RangeError("ParseInt", text);
  return static_cast<int64_t>(negative ? -magnitude : magnitude);
}

absl::StatusOr<double> ParseFloat(absl::string_view text) {
  absl::string_view digits = text;
  const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  const bool negative = sign && text[0] == '-';
  if (sign) digits.remove_prefix(1);
  if (absl::EqualsIgnoreCase(digits, "inf") || absl::EqualsIgnoreCase(digits, "infinity"))
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  if (absl::EqualsIgnoreCase(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  const bool hex = digits.size() > 2 && digits[0] == '0' && Lower(digits[1]) == 'x';
  auto value = hex ? FromHex(text, digits.substr(2)) : FromDecimal(text, digits);
  if (value.ok() && negative) *value = -*value;
  return value;
}

absl::StatusOr<bool> ParseBool(absl::string_view text) {
  for (absl::string_view yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return true;
  for (absl::string_view no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return false;
  return SyntaxError("ParseBool", text);
}

}  // namespace devstats::chart
