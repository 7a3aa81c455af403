#include <algorithm>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/printer.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::internal {
namespace {

constexpr char kLowerHex[] = "0123456789abcdef";
constexpr char kUpperHex[] = "0123456789ABCDEF";

int32_t ToRune(uint64_t value) { return value > kMaxRune ? kRuneError : static_cast<int32_t>(value); }

// How many significant digits of a number (sign first) are still wanted for %#g and %#x, when `wanted` are.
int MissingDigits(absl::string_view number, int wanted, bool has_point) {
  bool significant = false;
  for (char c : number.substr(1)) {
    if (c == '.') continue;
    significant |= c != '0';
    if (significant) --wanted;
  }
  if (!has_point && number.substr(1) == "0") --wanted;
  return std::max(wanted, 0);
}

// # keeps the point, and for g and x the zeros at the end.
void KeepPoint(std::string& number, char verb, int precision) {
  const bool hex = verb == 'x' || verb == 'X';
  const size_t mark = number.find_first_of(hex ? "pP" : "eEpP");
  const std::string tail = mark == std::string::npos ? "" : number.substr(mark);
  if (mark != std::string::npos) number.resize(mark);
  const bool has_point = number.find('.') != std::string::npos;
  int wanted = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') wanted = precision == -1 ? 6 : precision;
  const int missing = MissingDigits(number, wanted, has_point);
  if (!has_point) number += '.';
  number.append(missing, '0').append(tail);
}

}  // namespace

void Field::Fill(int count) {
  if (count > 0) out_.append(count, flags.zero && !flags.minus ? '0' : ' ');
}

void Field::Pad(absl::string_view text) {
  const int count = flags.has_width && flags.width > 0 ? flags.width - static_cast<int>(RuneCount(text)) : 0;
  if (!flags.minus) Fill(count);
  out_.append(text.data(), text.size());
  if (flags.minus) Fill(count);
}

void Field::Integer(uint64_t value, bool is_signed, int base, int32_t verb) {
  const bool negative = is_signed && static_cast<int64_t>(value) < 0;
  if (negative) value = -value;
  const bool zero = std::exchange(flags.zero, false);
  if (flags.has_precision && flags.precision == 0 && value == 0) {
    Fill(flags.width);
    flags.zero = zero;
    return;
  }
  int digits = 0;
  if (flags.has_precision) {
    digits = flags.precision;
  } else if (zero && !flags.minus && flags.has_width) {
    digits = flags.width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  std::string number = FormatUint(value, base);
  if (verb == 'X') std::transform(number.begin(), number.end(), number.begin(), ::toupper);
  if (static_cast<int>(number.size()) < digits) number.insert(0, digits - number.size(), '0');
  std::string prefix = negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  if (verb == 'O') prefix += "0o";
  if (flags.sharp && base == 2) prefix += "0b";
  if (flags.sharp && base == 8 && number[0] != '0') prefix += "0";
  if (flags.sharp && base == 16) prefix += verb == 'X' ? "0X" : "0x";
  Pad(prefix + number);
  flags.zero = zero;
}

void Field::Unicode(uint64_t value) {
  std::string number = FormatUint(value, 16);
  std::transform(number.begin(), number.end(), number.begin(), ::toupper);
  const int digits = flags.has_precision ? std::max(flags.precision, 4) : 4;
  if (static_cast<int>(number.size()) < digits) number.insert(0, digits - number.size(), '0');
  number.insert(0, "U+");
  if (flags.sharp && value <= kMaxRune && IsPrint(static_cast<int32_t>(value))) {
    number += " '";
    AppendRune(number, static_cast<int32_t>(value));
    number += '\'';
  }
  const bool zero = std::exchange(flags.zero, false);
  Pad(number);
  flags.zero = zero;
}

void Field::Char(uint64_t value) {
  std::string text;
  AppendRune(text, ToRune(value));
  Pad(text);
}

void Field::QuotedChar(uint64_t value) { Pad(QuoteRune(ToRune(value), flags.plus)); }

void Field::Float(double value, int bits, char verb, int precision) {
  if (flags.has_precision) precision = flags.precision;
  std::string number = FormatFloat(value, verb, precision, bits);
  if (number[0] != '-' && number[0] != '+') number.insert(0, "+");
  if (flags.space && number[0] == '+' && !flags.plus) number[0] = ' ';
  if (number[1] == 'I' || number[1] == 'N') {  // no number: not padded with zeros
    const bool zero = std::exchange(flags.zero, false);
    Pad(number[1] == 'N' && !flags.space && !flags.plus ? absl::string_view(number).substr(1)
                                                        : absl::string_view(number));
    flags.zero = zero;
    return;
  }
  if (flags.sharp && verb != 'b') KeepPoint(number, verb, precision);
  if (!flags.plus && number[0] == '+') return Pad(absl::string_view(number).substr(1));
  if (flags.zero && !flags.minus && flags.has_width && flags.width > static_cast<int>(number.size())) {
    out_ += number[0];
    Fill(flags.width - static_cast<int>(number.size()));
    out_.append(number, 1);
    return;
  }
  Pad(number);
}

absl::string_view Field::Cut(absl::string_view text) const {
  if (!flags.has_precision) return text;
  absl::string_view rest = text;
  for (int i = 0; i < flags.precision && !rest.empty(); ++i) rest.remove_prefix(DecodeRune(rest).size);
  return text.substr(0, text.size() - rest.size());
}

void Field::Text(absl::string_view text) { Pad(Cut(text)); }

void Field::Quoted(absl::string_view text) {
  text = Cut(text);
  if (flags.sharp && CanBackquote(text)) return Pad(absl::StrCat("`", text, "`"));
  Pad(flags.plus ? QuoteToAscii(text) : Quote(text));
}

void Field::Hex(absl::string_view bytes, bool capitals) {
  if (flags.has_precision) bytes = bytes.substr(0, flags.precision);
  if (bytes.empty()) return Fill(flags.has_width ? flags.width : 0);
  const char* digits = capitals ? kUpperHex : kLowerHex;
  const absl::string_view prefix = flags.sharp ? capitals ? "0X" : "0x" : "";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && flags.space) text += ' ';
    if (i == 0 || flags.space) text.append(prefix.data(), prefix.size());
    text += digits[static_cast<uint8_t>(bytes[i]) >> 4];
    text += digits[static_cast<uint8_t>(bytes[i]) & 15];
  }
  Pad(text);
}

}  // namespace devstats::chart::internal
