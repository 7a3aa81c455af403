#include "common/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace devstats {
namespace {

using Digest = std::array<unsigned char, 32>;

Digest Sha256(const std::string& text) {
  Digest digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) std::abort();
  return digest;
}

}  // namespace

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe(&value_);
    value_ = std::move(other.value_);
    Wipe(&other.value_);
  }
  return *this;
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    Wipe(&value_);
    value_ = other.value_;
  }
  return *this;
}

void Secret::Wipe(std::string* value) {
  value->resize(value->capacity());  // NOLINT(clang-analyzer-cplusplus.Move): what a move has left, too
  OPENSSL_cleanse(value->data(), value->size());
  value->clear();
}

bool SameSecret(const Secret& a, const Secret& b) {
  // Of digests, so that the length is not told either.
  const Digest x = Sha256(a.Reveal()), y = Sha256(b.Reveal());
  return CRYPTO_memcmp(x.data(), y.data(), x.size()) == 0;
}

Secret RandomSecret(int bytes) {
  std::string raw(static_cast<size_t>(bytes), '\0');
  // Without randomness nothing that follows is secret.
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(raw.data()), bytes) != 1) std::abort();
  Secret secret(absl::BytesToHexString(raw));
  OPENSSL_cleanse(raw.data(), raw.size());
  return secret;
}

bool IsSecretName(absl::string_view name) {
  const auto plain = [](char c) { return absl::ascii_isdigit(c) || absl::ascii_islower(c); };
  return !name.empty() && name.size() <= 63 && plain(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return plain(c) || c == '-' || c == '.'; });
}

absl::Status CheckSecretName(absl::string_view name) {
  if (IsSecretName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "not the name of a secret: 1 to 63 of a-z, 0-9, '-' and '.', the first a letter or digit");
}

}  // namespace devstats
