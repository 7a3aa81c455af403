#include "coordinator/secrets/seal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "absl/strings/escaping.h"
#include "common/status.h"

namespace devstats::secrets {
namespace {

constexpr int kNonceBytes = 12, kTagBytes = 16;
constexpr size_t kMacBytes = 8;  // as shown
constexpr char kMacLabel[] = "devstats secrets: key of MACs, 1";

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;
using Hash = std::array<unsigned char, 32>;

const unsigned char* In(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Out(char* text) { return reinterpret_cast<unsigned char*>(text); }

absl::Status CheckKey(const Secret& key) {
  if (key.Reveal().size() == kKeyBytes) return absl::OkStatus();
  return absl::InternalError("the key of secrets has the wrong length");
}
absl::Status Failed() { return absl::InternalError("OpenSSL cannot seal or open a secret"); }
absl::Status Unfit() {
  return absl::DataLossError("it was changed, or sealed for another name or with another key");
}

absl::StatusOr<Hash> Hmac(const Secret& key, absl::string_view text) {
  Hash hash{};
  unsigned size = 0;
  const std::string& k = key.Reveal();  // into OpenSSL
  if (!HMAC(EVP_sha256(), k.data(), static_cast<int>(k.size()), In(text), text.size(), hash.data(), &size) ||
      size != hash.size())
    return Failed();
  return hash;
}

}  // namespace

Secret NewKey() {
  std::string bytes(kKeyBytes, '\0');
  if (RAND_priv_bytes(Out(bytes.data()), static_cast<int>(bytes.size())) != 1)
    std::abort();  // as RandomSecret
  return Secret(std::move(bytes));
}

absl::StatusOr<std::string> Seal(const Secret& key, absl::string_view name, const Secret& value) {
  RETURN_IF_ERROR(CheckKey(key));
  const std::string& plain = value.Reveal();  // into the cipher
  std::string sealed(kNonceBytes + plain.size() + kTagBytes, '\0');
  char* const text = sealed.data() + kNonceBytes;
  char* const tag = text + plain.size();
  const Context c(EVP_CIPHER_CTX_new());
  int n = 0;
  const bool done =
      c && RAND_bytes(Out(sealed.data()), kNonceBytes) == 1 &&
      EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, In(key.Reveal()), In(sealed)) == 1 &&
      EVP_EncryptUpdate(c.get(), nullptr, &n, In(name), static_cast<int>(name.size())) == 1 &&
      EVP_EncryptUpdate(c.get(), Out(text), &n, In(plain), static_cast<int>(plain.size())) == 1 &&
      EVP_EncryptFinal_ex(c.get(), Out(tag), &n) == 1 &&
      EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag) == 1;
  if (!done) return Failed();
  return sealed;
}

absl::StatusOr<Secret> Open(const Secret& key, absl::string_view name, absl::string_view sealed) {
  RETURN_IF_ERROR(CheckKey(key));
  if (sealed.size() < kNonceBytes + kTagBytes) return Unfit();
  const absl::string_view text = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(text.size() + 1, '\0');  // one more, so that there is an address for an empty one, too
  const Context c(EVP_CIPHER_CTX_new());
  int n = 0;
  const bool ready =
      c && EVP_DecryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, In(key.Reveal()), In(sealed)) == 1 &&
      EVP_DecryptUpdate(c.get(), nullptr, &n, In(name), static_cast<int>(name.size())) == 1 &&
      EVP_DecryptUpdate(c.get(), Out(plain.data()), &n, In(text), static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1;
  // What was deciphered is nothing before the tag has been compared.
  const bool genuine = ready && EVP_DecryptFinal_ex(c.get(), Out(plain.data()) + text.size(), &n) == 1;
  plain.resize(text.size());
  const Secret value(std::move(plain));  // wiped in any case
  if (!ready) return Failed();
  if (!genuine) return Unfit();
  return value;
}

absl::StatusOr<std::string> MacOf(const Secret& key, const Secret& value) {
  RETURN_IF_ERROR(CheckKey(key));
  ASSIGN_OR_RETURN(const Hash derived, Hmac(key, kMacLabel));
  const Secret mac_key(std::string(derived.begin(), derived.end()));
  ASSIGN_OR_RETURN(const Hash mac, Hmac(mac_key, value.Reveal()));  // only 64 bits of a keyed hash leave
  return absl::BytesToHexString(std::string(mac.begin(), mac.begin() + kMacBytes));
}

}  // namespace devstats::secrets
