#include "coordinator/chart/functions/master_password.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "coordinator/chart/functions/openssl.h"

namespace devstats::chart {
namespace {

using internal::Bytes;
using Text = absl::string_view;

constexpr Text kScope = "com.lyndir.masterpassword";

// Each letter of a pattern stands for a class of characters.
constexpr Text kMaximum[] = {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"};
constexpr Text kLong[] = {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv",
                          "CvccCvcvnoCvcv", "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv",
                          "CvcvCvccCvcvno", "CvcvnoCvcvCvcc", "CvcvCvcvnoCvcc", "CvcvCvcvCvccno",
                          "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno", "CvcvnoCvccCvcc",
                          "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
                          "CvccCvcvCvccno"};
constexpr Text kMedium[] = {"CvcnoCvc", "CvcCvcno"};
constexpr Text kShort[] = {"Cvcn"};
constexpr Text kBasic[] = {"aaanaaan", "aannaaan", "aaannaaa"};
constexpr Text kPin[] = {"nnnn"};

absl::Span<const Text> PatternsOf(Text kind) {
  if (kind == "maximum") return absl::MakeConstSpan(kMaximum);
  if (kind == "long") return absl::MakeConstSpan(kLong);
  if (kind == "medium") return absl::MakeConstSpan(kMedium);
  if (kind == "short") return absl::MakeConstSpan(kShort);
  if (kind == "basic") return absl::MakeConstSpan(kBasic);
  if (kind == "pin") return absl::MakeConstSpan(kPin);
  return {};
}

Text CharactersOf(char letter) {
  switch (letter) {
    case 'V':
      return "AEIOU";
    case 'C':
      return "BCDFGHJKLMNPQRSTVWXYZ";
    case 'v':
      return "aeiou";
    case 'c':
      return "bcdfghjklmnpqrstvwxyz";
    case 'a':
      return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    case 'n':
      return "0123456789";
    case 'o':
      return "@&%?,=[]_:-+*$#!'^~;()/.";
    default:
      return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
  }
}

std::string BigEndian(uint32_t number) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift);
  return out;
}

std::string Sized(Text text) { return absl::StrCat(BigEndian(static_cast<uint32_t>(text.size())), text); }

}  // namespace

std::string DerivePassword(uint32_t counter, absl::string_view kind, absl::string_view password,
                           absl::string_view user, absl::string_view site) {
  const absl::Span<const Text> patterns = PatternsOf(kind);
  if (patterns.empty()) return absl::StrCat("cannot find password template ", kind);
  const std::string salt = absl::StrCat(kScope, Sized(user));
  constexpr uint64_t kCost = 32768, kBlock = 8, kParallel = 2, kMemory = 64 << 20;
  std::array<uint8_t, 64> key{};
  if (EVP_PBE_scrypt(password.data(), password.size(), Bytes(salt.data()), salt.size(), kCost, kBlock,
                     kParallel, kMemory, key.data(), key.size()) != 1)
    return "failed to derive password: scrypt";
  const std::string message = absl::StrCat(kScope, Sized(site), BigEndian(counter));
  std::array<uint8_t, 32> seed{};
  unsigned size = seed.size();
  HMAC(EVP_sha256(), key.data(), key.size(), Bytes(message.data()), message.size(), seed.data(), &size);
  std::string out;
  for (const char letter : patterns[seed[0] % patterns.size()]) {
    const Text characters = CharactersOf(letter);
    out += characters[seed[out.size() + 1] % characters.size()];
  }
  return out;
}

}  // namespace devstats::chart
