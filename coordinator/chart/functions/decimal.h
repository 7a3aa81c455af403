// Decimal fractions of any length (github.com/shopspring/decimal), for addf and its like: 0.1 + 0.2 is 0.3.
// Pure; thread-compatible.
#pragma once
#include <openssl/bn.h>

#include <memory>

#include "absl/status/statusor.h"

namespace devstats::chart {

class Decimal {
 public:
  // The shortest decimal that reads back as `value`. InvalidArgument "Cannot create a Decimal from NaN".
  static absl::StatusOr<Decimal> From(double value);

  void Add(const Decimal& other);
  void Subtract(const Decimal& other);
  void Multiply(const Decimal& other);
  // To 16 places, the half away from zero. InvalidArgument "decimal division by 0".
  absl::Status Divide(const Decimal& other);
  // The nearest float64; infinite beyond it.
  double ToFloat64() const;
  size_t bytes() const { return static_cast<size_t>(BN_num_bytes(digits_.get())); }

 private:
  struct Free {
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  };
  using Number = std::unique_ptr<BIGNUM, Free>;

  Decimal();
  // 10 to the power of `exponent`, which is not negative.
  Number PowerOfTen(int64_t exponent) const;
  // Its digits as they are with an exponent that is not greater than its own.
  Number DigitsAt(int64_t exponent) const;

  // digits_ times 10 to the power of exponent_.
  Number digits_;
  int64_t exponent_ = 0;
  std::unique_ptr<BN_CTX, Free> context_;
};

}  // namespace devstats::chart
