#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// 0.DIGITS * 10^point, without zeros at the end; no digits: 0.
struct Decimal {
  std::string digits;
  int point = 0;
};

// Of a number >= 0; `precision` digits after the first, -1: the fewest that read back.
Decimal ToDecimal(double value, int precision, int bits) {
  std::string text(std::max(precision, 0) + 40, '\0');
  char* const end = text.data() + text.size();
  std::to_chars_result result;
  if (precision >= 0)
    result = std::to_chars(text.data(), end, value, std::chars_format::scientific, precision);
  else if (bits == 32)
    result = std::to_chars(text.data(), end, static_cast<float>(value), std::chars_format::scientific);
  else
    result = std::to_chars(text.data(), end, value, std::chars_format::scientific);
  text.resize(result.ptr - text.data());
  Decimal out;
  const size_t e = text.find('e');
  const bool negative = text[e + 1] == '-';
  int exponent = 0;
  std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
  for (char c : absl::string_view(text).substr(0, e))
    if (c != '.') out.digits += c;
  while (!out.digits.empty() && out.digits.back() == '0') out.digits.pop_back();
  out.point = out.digits.empty() ? 0 : (negative ? -exponent : exponent) + 1;
  return out;
}

void AppendExponent(std::string& out, char mark, int exponent) {
  out += mark;
  out += exponent < 0 ? '-' : '+';
  exponent = std::abs(exponent);
  if (exponent < 10) out += '0';
  out += std::to_string(exponent);
}

// `precision` digits after the point.
void AppendScientific(std::string& out, const Decimal& d, int precision, char mark) {
  out += d.digits.empty() ? '0' : d.digits[0];
  if (precision > 0) {
    const size_t have = std::min<size_t>(precision, d.digits.empty() ? 0 : d.digits.size() - 1);
    out += '.';
    if (have > 0) out.append(d.digits, 1, have);
    out.append(precision - have, '0');
  }
  AppendExponent(out, mark, d.digits.empty() ? 0 : d.point - 1);
}

void AppendFixed(std::string& out, const Decimal& d, int precision) {
  const int size = static_cast<int>(d.digits.size());
  const auto digit = [&](int place) { return place >= 0 && place < size ? d.digits[place] : '0'; };
  if (d.point <= 0) out += '0';
  for (int i = 0; i < d.point; ++i) out += digit(i);
  if (precision > 0) out += '.';
  for (int i = 0; i < precision; ++i) out += digit(d.point + i);
}

void AppendGeneral(std::string& out, const Decimal& d, int precision, bool shortest, char mark) {
  const int size = static_cast<int>(d.digits.size());
  int threshold = precision > size && size >= d.point ? size : precision;
  if (shortest) threshold = 6;
  if (d.point - 1 < -4 || d.point - 1 >= threshold)
    return AppendScientific(out, d, std::min(precision, size) - 1, mark);
  AppendFixed(out, d, std::max((precision > d.point ? size : precision) - d.point, 0));
}

// The bits of a float of either size as mantissa * 2^exponent.
struct Binary {
  uint64_t mantissa = 0;
  int exponent = 0;
  int mantissa_bits = 52;
};

Binary ToBinary(double value, int bits) {
  Binary out;
  uint64_t raw = std::bit_cast<uint64_t>(value);
  int exponent_bits = 11, bias = 1023;
  if (bits == 32) {
    raw = std::bit_cast<uint32_t>(static_cast<float>(value));
    out.mantissa_bits = 23;
    exponent_bits = 8;
    bias = 127;
  }
  out.mantissa = raw & ((uint64_t{1} << out.mantissa_bits) - 1);
  out.exponent = static_cast<int>(raw >> out.mantissa_bits) & ((1 << exponent_bits) - 1);
  if (out.exponent == 0)
    out.exponent = 1;  // denormal
  else
    out.mantissa |= uint64_t{1} << out.mantissa_bits;
  out.exponent -= bias;
  return out;
}

void AppendHex(std::string& out, Binary b, int precision, bool upper) {
  if (b.mantissa == 0) b.exponent = 0;
  // The one before the point at bit 60, so that 15 hexadecimal digits follow it.
  b.mantissa <<= 60 - b.mantissa_bits;
  while (b.mantissa != 0 && b.mantissa >> 60 == 0) {
    b.mantissa <<= 1;
    --b.exponent;
  }
  if (precision >= 0 && precision < 15) {
    const int shift = precision * 4;
    const uint64_t rest = (b.mantissa << shift) & ((uint64_t{1} << 60) - 1);
    b.mantissa >>= 60 - shift;
    if ((rest | (b.mantissa & 1)) > uint64_t{1} << 59) ++b.mantissa;  // to even
    b.mantissa <<= 60 - shift;
    if (b.mantissa >> 61) {
      b.mantissa >>= 1;
      ++b.exponent;
    }
  }
  const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  out += upper ? "0X" : "0x";
  out += static_cast<char>('0' + (b.mantissa >> 60 & 1));
  b.mantissa <<= 4;
  if (precision != 0 && (precision > 0 || b.mantissa != 0)) out += '.';
  for (int i = 0; precision < 0 ? b.mantissa != 0 : i < precision; ++i) {
    out += digits[b.mantissa >> 60];
    b.mantissa <<= 4;
  }
  AppendExponent(out, upper ? 'P' : 'p', b.exponent);
}

}  // namespace

std::string FormatFloat(double value, char verb, int precision, int bits) {
  if (bits == 32) value = static_cast<float>(value);
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  std::string out;
  if (std::signbit(value)) out += '-';
  const double magnitude = std::fabs(value);
  const char mark = verb == 'E' || verb == 'G' ? 'E' : 'e';
  const bool shortest = precision < 0;
  switch (verb) {
    case 'b': {
      const Binary b = ToBinary(magnitude, bits);
      out += std::to_string(b.mantissa) + 'p';
      const int exponent = b.exponent - b.mantissa_bits;
      if (exponent >= 0) out += '+';
      return out += std::to_string(exponent);
    }
    case 'x':
    case 'X':
      AppendHex(out, ToBinary(magnitude, bits), precision, verb == 'X');
      return out;
    case 'e':
    case 'E': {
      const Decimal d = ToDecimal(magnitude, precision, bits);
      if (shortest) precision = std::max(static_cast<int>(d.digits.size()) - 1, 0);
      AppendScientific(out, d, precision, mark);
      return out;
    }
    case 'f': {
      if (!shortest) {
        std::string text(precision + 320, '\0');
        const auto result = std::to_chars(text.data(), text.data() + text.size(), magnitude,
                                          std::chars_format::fixed, precision);
        return out.append(text.data(), result.ptr);
      }
      const Decimal d = ToDecimal(magnitude, -1, bits);
      AppendFixed(out, d, std::max(static_cast<int>(d.digits.size()) - d.point, 0));
      return out;
    }
    default: {
      if (precision == 0) precision = 1;
      const Decimal d = ToDecimal(magnitude, precision - 1 < 0 ? -1 : precision - 1, bits);
      if (shortest) precision = static_cast<int>(d.digits.size());
      AppendGeneral(out, d, precision, shortest, mark);
      return out;
    }
  }
}

}  // namespace devstats::chart
