// Digests, encodings, password hashes and AES: sprig's functions on secrets.
#include <crypt.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/master_password.h"
#include "coordinator/chart/functions/openssl.h"
#include "coordinator/chart/functions/random.h"
#include "coordinator/chart/functions/text.h"

namespace devstats::chart {
namespace {

using internal::Bytes;
using Text = absl::string_view;

std::string Digest(Text text, const EVP_MD* algorithm) {
  std::array<char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), Bytes(bytes.data()), &size, algorithm, nullptr);
  return absl::BytesToHexString({bytes.data(), size});
}
std::string Sha1Sum(Text text) { return Digest(text, EVP_sha1()); }
std::string Sha256Sum(Text text) { return Digest(text, EVP_sha256()); }
std::string Sha512Sum(Text text) { return Digest(text, EVP_sha512()); }
std::string Adler32Sum(Text text) { return absl::StrCat(adler32_z(1, Bytes(text.data()), text.size())); }

// sprig gives the complaint as the result.
std::string OrMessage(const absl::StatusOr<std::string>& result) {
  return result.ok() ? *result : std::string(result.status().message());
}
std::string Base64Encode(Text text) { return EncodeBase64(text); }
std::string Base64Decode(Text text) { return OrMessage(DecodeBase64(text)); }
std::string Base32Encode(Text text) { return EncodeBase32(text); }
std::string Base32Decode(Text text) { return OrMessage(DecodeBase32(text)); }

// What slow functions count as, so that the limit on what a rendering makes bounds how often they run.
constexpr size_t kSlowCrypto = 1 << 20;

absl::StatusOr<std::string> Bcrypt(Call& call, Text password) {
  constexpr int kCost = 10;
  constexpr size_t kLongest = 72;
  if (password.size() > kLongest)
    return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
  RETURN_IF_ERROR(call.Spend(kSlowCrypto));
  const std::string salt = RandomBytes(call.environment().random(), 16);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  // 2b is the same algorithm; for 2a the library changes hashes that a bug of old could have made collide.
  const std::string phrase(password);
  crypt_data data{};
  if (!crypt_gensalt_rn("$2b$", kCost, salt.data(), static_cast<int>(salt.size()), setting.data(),
                        static_cast<int>(setting.size())) ||
      !crypt_rn(phrase.c_str(), setting.data(), &data, sizeof(data)))
    return "failed to encrypt string with bcrypt: not supported";
  std::string hash = data.output;
  OPENSSL_cleanse(&data, sizeof(data));
  hash[2] = 'a';
  return hash;
}

absl::StatusOr<std::string> Htpasswd(Call& call, Text user, Text password) {
  if (user.find(':') != Text::npos) return absl::StrCat("invalid username: ", user);
  ASSIGN_OR_RETURN(const std::string hash, Bcrypt(call, password));
  return absl::StrCat(user, ":", hash);
}

absl::StatusOr<std::string> DerivePasswordSlowly(Call& call, uint32_t counter, Text kind, Text password,
                                                 Text user, Text site) {
  RETURN_IF_ERROR(call.Spend(kSlowCrypto));
  return DerivePassword(counter, kind, password, user, site);
}

constexpr size_t kAesBlock = 16;

// AES-256 in CBC mode; `text` is padded already, or still.
absl::StatusOr<std::string> Aes(Text password, Text iv, Text text, bool encrypt) {
  std::array<uint8_t, 32> key{};
  std::copy_n(Bytes(password.data()), std::min(password.size(), key.size()), key.begin());
  const internal::CipherContext context(EVP_CIPHER_CTX_new());
  std::string out(text.size() + kAesBlock, '\0');
  int size = 0;
  if (EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, key.data(), Bytes(iv.data()), encrypt) !=
          1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_CipherUpdate(context.get(), Bytes(out.data()), &size, Bytes(text.data()),
                       static_cast<int>(text.size())) != 1)
    return absl::InternalError("AES failed");
  out.resize(static_cast<size_t>(size));
  return out;
}

absl::StatusOr<std::string> EncryptAes(Call& call, Text password, Text text) {
  if (text.empty()) return "";
  RETURN_IF_ERROR(call.Spend(text.size() * 2));
  const size_t padding = kAesBlock - text.size() % kAesBlock;
  const std::string padded = absl::StrCat(text, std::string(padding, static_cast<char>(padding)));
  const std::string iv = RandomBytes(call.environment().random(), kAesBlock);
  ASSIGN_OR_RETURN(const std::string encrypted, Aes(password, iv, padded, true));
  return EncodeBase64(iv + encrypted);
}

absl::StatusOr<std::string> DecryptAes(Call& call, Text password, Text base64) {
  if (base64.empty()) return "";
  RETURN_IF_ERROR(call.Spend(base64.size()));
  ASSIGN_OR_RETURN(const std::string bytes, DecodeBase64(base64));
  // What Go says of text that is too short depends on the buffer it has decoded to.
  const size_t capacity = base64.size() / 4 * 3;
  if (capacity < kAesBlock)
    return absl::InvalidArgumentError(
        absl::StrCat("runtime error: slice bounds out of range [:16] with capacity ", capacity));
  if (bytes.size() < kAesBlock) return SliceError(kAesBlock, static_cast<int64_t>(bytes.size()));
  const Text encrypted = Text(bytes).substr(kAesBlock);
  if (encrypted.size() % kAesBlock != 0)
    return absl::InvalidArgumentError("crypto/cipher: input not full blocks");
  if (encrypted.empty()) return absl::InvalidArgumentError("runtime error: index out of range [-1]");
  ASSIGN_OR_RETURN(std::string text, Aes(password, bytes, encrypted, false));
  const int64_t size = static_cast<int64_t>(text.size()) - static_cast<uint8_t>(text.back());
  if (size < 0) return SliceEndError(size, text.size());
  text.resize(static_cast<size_t>(size));
  return text;
}

}  // namespace

absl::Span<const Function> CryptoFunctions() {
  static constexpr Function kFunctions[] = {
      Bind<&Sha1Sum>("sha1sum"),
      Bind<&Sha256Sum>("sha256sum"),
      Bind<&Sha512Sum>("sha512sum"),
      Bind<&Adler32Sum>("adler32sum"),
      Bind<&Base64Encode>("b64enc"),
      Bind<&Base64Decode>("b64dec"),
      Bind<&Base32Encode>("b32enc"),
      Bind<&Base32Decode>("b32dec"),
      Bind<&Bcrypt>("bcrypt"),
      Bind<&Htpasswd>("htpasswd"),
      Bind<&EncryptAes>("encryptAES"),
      Bind<&DecryptAes>("decryptAES"),
      Bind<&DerivePasswordSlowly>("derivePassword"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
