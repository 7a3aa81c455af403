#include "coordinator/devstats/postgres/scram.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace devstats::postgres {
namespace {

constexpr int kIterations = 4096;  // PostgreSQL's own
constexpr int kMostIterations = 1 << 20;
constexpr size_t kSaltSize = 16;
constexpr char kScram[] = "SCRAM-SHA-256";

using Key = std::array<unsigned char, 32>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
absl::string_view Text(const Key& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

Key Hmac(const Key& key, absl::string_view text) {
  Key out{};
  unsigned size = out.size();
  if (!HMAC(EVP_sha256(), key.data(), key.size(), Bytes(text), text.size(), out.data(), &size)) std::abort();
  return out;
}

Key Sha256(const Key& key) {
  Key out{};
  if (EVP_Digest(key.data(), key.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1) std::abort();
  return out;
}

bool Same(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool Md5Matches(absl::string_view stored, absl::string_view role, const Secret& password) {
  Secret both(absl::StrCat(password.Reveal(), role));  // what md5 is of
  std::array<unsigned char, 16> digest{};
  if (EVP_Digest(both.Reveal().data(), both.Reveal().size(), digest.data(), nullptr, EVP_md5(), nullptr) !=
      1) {
    return false;  // a system may have no MD5
  }
  const absl::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  return Same(stored, absl::StrCat("md5", absl::BytesToHexString(bytes)));
}

}  // namespace

absl::Status CheckPassword(const Secret& password) {
  const std::string& text = password.Reveal();  // to be looked at
  if (text.empty()) return absl::InvalidArgumentError("an empty password");
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain) return absl::InvalidArgumentError("a password with other than printable ASCII characters");
  return absl::OkStatus();
}

absl::StatusOr<std::string> NewVerifier(const Secret& password) {
  if (const absl::Status good = CheckPassword(password); !good.ok()) return good;
  std::string salt(kSaltSize, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), kSaltSize) != 1) std::abort();
  return VerifierOf(password, salt, kIterations);
}

std::string VerifierOf(const Secret& password, absl::string_view salt, int iterations) {
  const std::string& text = password.Reveal();  // to be hashed
  Key salted{};
  if (PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()), Bytes(salt),
                        static_cast<int>(salt.size()), iterations, EVP_sha256(), salted.size(),
                        salted.data()) != 1) {
    std::abort();
  }
  const Key stored = Sha256(Hmac(salted, "Client Key")), server = Hmac(salted, "Server Key");
  OPENSSL_cleanse(salted.data(), salted.size());
  return absl::StrCat(kScram, "$", iterations, ":", absl::Base64Escape(salt), "$",
                      absl::Base64Escape(Text(stored)), ":", absl::Base64Escape(Text(server)));
}

bool PasswordMatches(absl::string_view stored, absl::string_view role, const Secret& password) {
  if (absl::StartsWith(stored, "md5")) return Md5Matches(stored, role, password);
  const std::vector<std::string> parts = absl::StrSplit(stored, '$');
  if (parts.size() != 3 || parts[0] != kScram) return false;
  const std::vector<std::string> how = absl::StrSplit(parts[1], ':');
  int iterations = 0;
  std::string salt;
  if (how.size() != 2 || !absl::SimpleAtoi(how[0], &iterations) || !absl::Base64Unescape(how[1], &salt))
    return false;
  if (iterations < 1 || iterations > kMostIterations) return false;
  return Same(stored, VerifierOf(password, salt, iterations));
}

}  // namespace devstats::postgres
