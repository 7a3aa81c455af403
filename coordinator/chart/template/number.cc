#include "coordinator/chart/template/number.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/template/utf8.h"
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

absl::Status ParseCharacter(NumberNode& number) {
  // Unquote wants exactly one character, which may be written by its bytes: '\xff'.
  const absl::string_view text = number.text;
  const auto malformed = [&] {
    return absl::InvalidArgumentError(absl::StrCat("malformed character constant: ", text));
  };
  const absl::string_view inner = text.substr(1);
  size_t size = 0;
  int32_t code = 0;
  if (inner[0] == '\'' || inner[0] == '\n') return absl::InvalidArgumentError("invalid syntax");
  if (inner[0] != '\\') {
    const Rune rune = DecodeRune(inner);
    size = rune.size;
    code = rune.code;
  } else {
    ASSIGN_OR_RETURN(code, ParseEscape(inner, size));
  }
  if (inner.substr(size) != "'") return malformed();
  number.is_int = number.is_uint = number.is_float = true;
  number.int_value = code;
  number.uint_value = static_cast<uint64_t>(code);
  number.float_value = code;
  return absl::OkStatus();
}

}  // namespace
}  // namespace devstats::chart::tpl
