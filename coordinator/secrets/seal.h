// The cryptography of sealed values, without a file or a table: AES-256-GCM under a key of 32 bytes, a fresh
// nonce each time, and a MAC that tells one value from another without telling it.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"

namespace devstats::secrets {

inline constexpr size_t kKeyBytes = 32;

// A key of random bytes.
Secret NewKey();
// Nonce, ciphertext and tag as binary. `name` is authenticated with it: sealed for one name, it opens under
// no other. Internal when the key is not of kKeyBytes or OpenSSL fails.
absl::StatusOr<std::string> Seal(const Secret& key, absl::string_view name, const Secret& value);
// DataLoss unless this key sealed exactly this for this name.
absl::StatusOr<Secret> Open(const Secret& key, absl::string_view name, absl::string_view sealed);
// 16 hex digits of HMAC-SHA256 with a key that is derived from `key`: equal for equal values, and of no use
// for guessing without the key.
absl::StatusOr<std::string> MacOf(const Secret& key, const Secret& value);

}  // namespace devstats::secrets
