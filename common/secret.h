// A value that must not be shown: no operator<<, no JSON, zeroed when it goes.
#pragma once
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) { Wipe(&value); }
  Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { Wipe(&other.value_); }
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other);
  ~Secret() { Wipe(&value_); }
  // The only way to the value; say at the call why it may leave.
  const std::string& Reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  // The whole buffer: a short string leaves its characters in place when it is moved from.
  static void Wipe(std::string* value);
  std::string value_;
};

// Compares in time that does not depend on where they differ.
bool SameSecret(const Secret& a, const Secret& b);
// `bytes` random bytes as lower-case hex.
Secret RandomSecret(int bytes);

inline constexpr size_t kMaxSecretBytes = 64 << 10;  // of a value that is kept; at least one

// The name under which a value is kept: 1 to 63 of a-z, 0-9, '-' and '.', the first a letter or digit.
bool IsSecretName(absl::string_view name);
// InvalidArgument that says so. The name is not repeated in it: it may be a value, typed in the wrong place.
absl::Status CheckSecretName(absl::string_view name);

}  // namespace devstats
