#include "coordinator/chart/schema/number.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace devstats::chart::schema {
namespace {

constexpr int64_t kMostExponent = 1'000'000;
constexpr size_t kMostDigits = 2000;

// A positive integer in limbs of nine decimal digits, least first.
class BigInteger {
 public:
  explicit BigInteger(absl::string_view digits) {
    while (!digits.empty()) {
      const size_t cut = digits.size() > 9 ? digits.size() - 9 : 0;
      uint32_t limb = 0;
      for (const char c : digits.substr(cut)) limb = limb * 10 + static_cast<uint32_t>(c - '0');
      limbs_.push_back(limb);
      digits = digits.substr(0, cut);
    }
  }
  uint32_t Modulo(uint32_t divisor) const {
    uint64_t rest = 0;
    for (auto limb = limbs_.rbegin(); limb != limbs_.rend(); ++limb) rest = (rest * kBase + *limb) % divisor;
    return static_cast<uint32_t>(rest);
  }
  void Divide(uint32_t divisor) {
    uint64_t rest = 0;
    for (auto limb = limbs_.rbegin(); limb != limbs_.rend(); ++limb) {
      rest = rest * kBase + *limb;
      *limb = static_cast<uint32_t>(rest / divisor);
      rest %= divisor;
    }
    while (limbs_.size() > 1 && limbs_.back() == 0) limbs_.pop_back();
  }
  // How often `prime` divides it, taken out.
  int64_t TakeOut(uint32_t prime) {
    int64_t times = 0;
    for (; Modulo(prime) == 0; ++times) Divide(prime);
    return times;
  }
  // Whether it is a multiple of `other`, by long division in decimal.
  bool IsMultipleOf(const BigInteger& other) const {
    if (other.limbs_.size() == 1) return Modulo(other.limbs_[0]) == 0;
    BigInteger rest;
    for (auto limb = limbs_.rbegin(); limb != limbs_.rend(); ++limb) {
      for (uint32_t unit = kBase / 10; unit > 0; unit /= 10) {
        rest.TimesTenPlus(*limb / unit % 10);
        while (rest.AtLeast(other)) rest.Subtract(other);
      }
    }
    return rest.limbs_.empty();
  }
  size_t size() const { return limbs_.size(); }

 private:
  static constexpr uint64_t kBase = 1'000'000'000;
  BigInteger() = default;
  void TimesTenPlus(uint32_t digit) {
    uint64_t carry = digit;
    for (uint32_t& limb : limbs_) {
      carry += uint64_t{limb} * 10;
      limb = static_cast<uint32_t>(carry % kBase);
      carry /= kBase;
    }
    if (carry) limbs_.push_back(static_cast<uint32_t>(carry));
  }
  bool AtLeast(const BigInteger& other) const {
    if (limbs_.size() != other.limbs_.size()) return limbs_.size() > other.limbs_.size();
    return !std::lexicographical_compare(limbs_.rbegin(), limbs_.rend(), other.limbs_.rbegin(),
                                         other.limbs_.rend());
  }
  void Subtract(const BigInteger& other) {
    int64_t borrow = 0;
    for (size_t i = 0; i < limbs_.size(); ++i) {
      int64_t limb = int64_t{limbs_[i]} - borrow - (i < other.limbs_.size() ? other.limbs_[i] : 0);
      borrow = limb < 0;
      if (borrow) limb += kBase;
      limbs_[i] = static_cast<uint32_t>(limb);
    }
    while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
  }

  std::vector<uint32_t> limbs_;
};

}  // namespace

std::optional<Decimal> Decimal::Parse(absl::string_view text) {
  Decimal out;
  if (!text.empty() && text[0] == '-') {
    out.negative = true;
    text.remove_prefix(1);
  }
  const size_t e = text.find_first_of("eE");
  absl::string_view mantissa = text.substr(0, e);
  const size_t point = mantissa.find('.');
  if (mantissa.size() > kMostDigits) return std::nullopt;
  absl::StrAppend(&out.digits, mantissa.substr(0, point));
  if (point != absl::string_view::npos) {
    absl::StrAppend(&out.digits, mantissa.substr(point + 1));
    out.exponent = -static_cast<int64_t>(mantissa.size() - point - 1);
  }
  if (out.digits.empty() || !std::all_of(out.digits.begin(), out.digits.end(), absl::ascii_isdigit))
    return std::nullopt;
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size()));
  int64_t power = 0;
  if (e != absl::string_view::npos && !absl::SimpleAtoi(text.substr(e + 1), &power)) return std::nullopt;
  if (out.digits.empty()) return Decimal();
  // So large that the sum cannot overflow.
  if (power > 2 * kMostExponent || power < -2 * kMostExponent) return std::nullopt;
  out.exponent += power;
  if (out.exponent > kMostExponent || out.exponent < -kMostExponent) return std::nullopt;
  const size_t kept = out.digits.find_last_not_of('0') + 1;
  out.exponent += static_cast<int64_t>(out.digits.size() - kept);
  out.digits.resize(kept);
  return out;
}

int64_t Decimal::ToInt64() const {
  uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<uint64_t>(c - '0');
  // 10^64 is a multiple of 2^64.
  for (int64_t i = 0; i < std::min<int64_t>(exponent, 64); ++i) value *= 10;
  return static_cast<int64_t>(negative ? 0 - value : value);
}

double Decimal::ToDouble() const {
  if (digits.empty()) return 0;
  const std::string text = absl::StrCat(negative ? "-" : "", digits, "e", exponent);
  double value = 0;
  const auto result = absl::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    const bool large = exponent + static_cast<int64_t>(digits.size()) > 0;
    value = large ? std::numeric_limits<double>::infinity() : 0;
    return negative ? -value : value;
  }
  return value;
}

int Compare(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& d) { return d.digits.empty() ? 0 : d.negative ? -1 : 1; };
  if (sign(a) != sign(b)) return sign(a) < sign(b) ? -1 : 1;
  if (sign(a) == 0) return 0;
  const int64_t a_size = static_cast<int64_t>(a.digits.size()) + a.exponent;
  const int64_t b_size = static_cast<int64_t>(b.digits.size()) + b.exponent;
  // Neither ends with 0: of the same size they compare as text.
  const int larger = a_size != b_size ? (a_size < b_size ? -1 : 1) : a.digits.compare(b.digits);
  return a.negative ? -larger : larger;
}

bool IsMultiple(const Decimal& a, const Decimal& b) {
  if (b.digits.empty()) return false;
  if (a.digits.empty()) return true;
  const int64_t power = a.exponent - b.exponent;
  // a/b is an integer when b's prime factors are in a; those of the power of ten are 2 and 5 only.
  BigInteger dividend(a.digits), divisor(b.digits);
  for (const uint32_t prime : {2u, 5u}) {
    const int64_t needed = divisor.TakeOut(prime);
    if (needed > dividend.TakeOut(prime) + power) return false;
  }
  return dividend.size() >= divisor.size() && dividend.IsMultipleOf(divisor);
}

}  // namespace devstats::chart::schema
