#include "coordinator/chart/schema/english.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {
namespace {

std::string Grouped(absl::string_view digits) {
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string Superscript(int exponent) {
  constexpr absl::string_view kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = exponent < 0 ? "⁻" : "";
  const std::string digits = absl::StrCat(absl::Dec(std::abs(exponent), absl::kZeroPad2));
  for (const char c : digits) absl::StrAppend(&out, kDigits[c - '0']);
  return out;
}

// digits[0].digits[1..] × 10^exponent
std::string Scientific(absl::string_view digits, int exponent) {
  const absl::string_view fraction = digits.substr(1);
  return absl::StrCat(digits.substr(0, 1), fraction.empty() ? "" : ".", fraction, "×10",
                      Superscript(exponent));
}

std::string Positional(const std::string& digits, int exponent) {
  if (exponent < 0) return absl::StrCat("0.", std::string(static_cast<size_t>(-exponent - 1), '0'), digits);
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return Grouped(digits + std::string(whole - digits.size(), '0'));
  return absl::StrCat(Grouped(absl::string_view(digits).substr(0, whole)), ".", digits.substr(whole));
}

}  // namespace

std::string EnglishCount(int64_t number) {
  const std::string digits = absl::StrCat(number);
  return number < 0 ? "-" + Grouped(digits.substr(1)) : Grouped(digits);
}

std::string EnglishFloat(double number) {
  const std::string sign = number < 0 ? "-" : "";
  if (std::isinf(number)) return sign + "∞";
  if (number == 0) return "0";
  // The shortest digits that read back as the number: "1.2345e+05".
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof(text), std::abs(number), std::chars_format::scientific).ptr;
  const absl::string_view written(text, static_cast<size_t>(end - text));
  const size_t e = written.find('e');
  int exponent = 0;
  (void)absl::SimpleAtoi(written.substr(e + 1), &exponent);
  std::string digits(written.substr(0, e));
  if (digits.size() > 1) digits.erase(1, 1);
  return sign +
         (exponent < -4 || exponent >= 6 ? Scientific(digits, exponent) : Positional(digits, exponent));
}

}  // namespace devstats::chart::schema
