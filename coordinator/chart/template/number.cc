#include "coordinator/chart/template/number.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0, kTwoTo64 = 18446744073709551616.0;

bool IsInteger(double value) { return value == static_cast<double>(static_cast<int64_t>(value)); }

// The integers that a float is as well.
void SetIntegers(NumberNode& number) {
  const double value = number.float_value;
  if (!number.is_int && value >= -kTwoTo63 && value < kTwoTo63 && IsInteger(value)) {
    number.is_int = true;
    number.int_value = static_cast<int64_t>(value);
  }
  if (!number.is_uint && value >= 0 && value < kTwoTo64 &&
      value == static_cast<double>(static_cast<uint64_t>(value))) {
    number.is_uint = true;
    number.uint_value = static_cast<uint64_t>(value);
  }
}

void SetComplex(NumberNode& number, double real, double imaginary) {
  number.is_complex = true;
  number.float_value = real;
  number.imaginary = imaginary;
  number.is_float = imaginary == 0;
  if (number.is_float) SetIntegers(number);
}

// Bytes of the escape with which `text` begins, if it is one.
size_t EscapeSize(absl::string_view text) {
  switch (text[1]) {
    case 'x':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

// 'x', with x one character or escape.
absl::Status ParseCharacter(NumberNode& number) {
  const absl::string_view inner = number.text.substr(1);
  const size_t size = inner[0] == '\\' ? EscapeSize(inner) : DecodeRune(inner).size;
  ASSIGN_OR_RETURN(const std::string bytes, Unquote(absl::StrCat("'", inner.substr(0, size), "'")));
  if (inner.substr(std::min(size, inner.size())) != "'")
    return absl::InvalidArgumentError(absl::StrCat("malformed character constant: ", number.text));
  // '\xff' is a byte, no UTF-8.
  const int32_t code = bytes.size() == 1 ? static_cast<uint8_t>(bytes[0]) : DecodeRune(bytes).code;
  number.is_int = number.is_uint = number.is_float = true;
  number.int_value = code;
  number.uint_value = static_cast<uint64_t>(code);
  number.float_value = code;
  return absl::OkStatus();
}

// 1+2i
absl::Status ParseComplex(NumberNode& number) {
  absl::string_view text = number.text;
  text.remove_suffix(1);
  // The sign between the parts is the last that is not an exponent's.
  const bool hex = absl::StrContains(text, 'x') || absl::StrContains(text, 'X');
  const absl::string_view exponents = hex ? "pP" : "eE";
  size_t sign = text.find_last_of("+-");
  while (sign > 0 && sign != absl::string_view::npos && absl::StrContains(exponents, text[sign - 1]))
    sign = text.find_last_of("+-", sign - 1);
  if (sign == 0 || sign == absl::string_view::npos || sign + 1 == text.size() || absl::StrContains(text, 'i'))
    return absl::InvalidArgumentError("syntax error scanning complex number");
  ASSIGN_OR_RETURN(const double real, ParseFloat(text.substr(0, sign)));
  ASSIGN_OR_RETURN(const double imaginary, ParseFloat(text.substr(sign)));
  SetComplex(number, real, imaginary);
  return absl::OkStatus();
}

bool LooksFloat(absl::string_view text) {
  const bool is_hex = text.size() > 2 && (absl::StartsWith(text, "0x") || absl::StartsWith(text, "0X"));
  return text.find_first_of(is_hex ? "pP" : ".eEpP") != absl::string_view::npos;
}

absl::Status ParseReal(NumberNode& number) {
  const absl::string_view text = number.text;
  if (const auto value = ParseUint(text, 0, 64); value.ok()) {
    number.is_uint = true;
    number.uint_value = *value;
  }
  if (const auto value = ParseInt(text, 0, 64); value.ok()) {
    number.is_int = true;
    number.int_value = *value;
    if (*value == 0) number.is_uint = true;  // -0
  }
  if (number.is_int || number.is_uint) {
    number.is_float = true;
    number.float_value =
        number.is_int ? static_cast<double>(number.int_value) : static_cast<double>(number.uint_value);
    return absl::OkStatus();
  }
  const auto value = ParseFloat(text);
  if (!value.ok()) return absl::InvalidArgumentError(absl::StrCat("illegal number syntax: ", Quote(text)));
  if (text.find_first_of(".eEpP") == absl::string_view::npos)
    return absl::InvalidArgumentError(absl::StrCat("integer overflow: ", Quote(text)));
  number.is_float = true;
  number.float_value = *value;
  SetIntegers(number);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NumberNode> ParseNumber(const Token& token) {
  NumberNode number{{NodeKind::kNumber, token.position}, token.text};
  if (token.kind == TokenKind::kCharacter) {
    RETURN_IF_ERROR(ParseCharacter(number));
    return number;
  }
  if (token.kind == TokenKind::kComplex) {
    RETURN_IF_ERROR(ParseComplex(number));
    return number;
  }
  if (absl::EndsWith(token.text, "i")) {
    if (const auto imaginary = ParseFloat(token.text.substr(0, token.text.size() - 1)); imaginary.ok()) {
      SetComplex(number, 0, *imaginary);
      return number;
    }
  }
  RETURN_IF_ERROR(ParseReal(number));
  number.looks_float = LooksFloat(number.text);
  return number;
}

}  // namespace devstats::chart::tpl
