#include "coordinator/chart/functions/decimal.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr int64_t kDivisionPlaces = 16;

}  // namespace

Decimal::Decimal() : digits_(BN_new()), context_(BN_CTX_new()) {}

absl::StatusOr<Decimal> Decimal::From(double value) {
  if (!std::isfinite(value))
    return absl::InvalidArgumentError(
        absl::StrCat("Cannot create a Decimal from ", FormatFloat(value, 'f', -1)));
  // -1.25e+20: digits 125 with their sign, exponent 20 - 2.
  std::string text = FormatFloat(value, 'e', -1);
  const size_t e = text.find('e'), dot = text.find('.');
  Decimal decimal;
  if (!absl::SimpleAtoi(text.substr(e + 1), &decimal.exponent_))
    return absl::InternalError("decimal exponent");
  if (dot != text.npos) decimal.exponent_ -= static_cast<int64_t>(e - dot - 1);
  text.resize(e);
  if (dot != text.npos) text.erase(dot, 1);
  BIGNUM* digits = decimal.digits_.get();
  BN_dec2bn(&digits, text.c_str());
  return decimal;
}

Decimal::Number Decimal::PowerOfTen(int64_t exponent) const {
  Number ten(BN_new()), power(BN_new()), result(BN_new());
  BN_set_word(ten.get(), 10);
  BN_set_word(power.get(), static_cast<BN_ULONG>(exponent));
  BN_exp(result.get(), ten.get(), power.get(), context_.get());
  return result;
}

Decimal::Number Decimal::DigitsAt(int64_t exponent) const {
  if (exponent == exponent_) return Number(BN_dup(digits_.get()));
  Number result = PowerOfTen(exponent_ - exponent);
  BN_mul(result.get(), result.get(), digits_.get(), context_.get());
  return result;
}

void Decimal::Add(const Decimal& other) {
  const int64_t exponent = std::min(exponent_, other.exponent_);
  const Number mine = DigitsAt(exponent), theirs = other.DigitsAt(exponent);
  BN_add(digits_.get(), mine.get(), theirs.get());
  exponent_ = exponent;
}

void Decimal::Subtract(const Decimal& other) {
  const int64_t exponent = std::min(exponent_, other.exponent_);
  const Number mine = DigitsAt(exponent), theirs = other.DigitsAt(exponent);
  BN_sub(digits_.get(), mine.get(), theirs.get());
  exponent_ = exponent;
}

void Decimal::Multiply(const Decimal& other) {
  BN_mul(digits_.get(), digits_.get(), other.digits_.get(), context_.get());
  exponent_ += other.exponent_;
}

absl::Status Decimal::Divide(const Decimal& other) {
  if (BN_is_zero(other.digits_.get())) return absl::InvalidArgumentError("decimal division by 0");
  // Both sides so that the quotient of the digits has its last one at the place wanted.
  const int64_t shift = exponent_ - other.exponent_ + kDivisionPlaces;
  Number dividend(BN_dup(digits_.get())), divisor(BN_dup(other.digits_.get()));
  Number& scaled = shift >= 0 ? dividend : divisor;
  BN_mul(scaled.get(), scaled.get(), PowerOfTen(std::abs(shift)).get(), context_.get());
  const bool negative = BN_is_negative(dividend.get()) != BN_is_negative(divisor.get());
  const Number rest(BN_new());
  BN_div(digits_.get(), rest.get(), dividend.get(), divisor.get(), context_.get());
  BN_lshift1(rest.get(), rest.get());
  if (BN_ucmp(rest.get(), divisor.get()) >= 0) {
    if (negative)
      BN_sub_word(digits_.get(), 1);
    else
      BN_add_word(digits_.get(), 1);
  }
  exponent_ = -kDivisionPlaces;
  return absl::OkStatus();
}

double Decimal::ToFloat64() const {
  const std::unique_ptr<char, void (*)(char*)> digits(BN_bn2dec(digits_.get()),
                                                      [](char* text) { OPENSSL_free(text); });
  // No point in it, so the locale does not matter; rounds correctly, infinite when too large.
  return std::strtod(absl::StrCat(digits.get(), "e", exponent_).c_str(), nullptr);
}

}  // namespace devstats::chart
