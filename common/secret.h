// A value that must not be shown: no operator<<, no JSON, zeroed when it goes.
#pragma once
#include <string>
#include <utility>

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

}  // namespace devstats
