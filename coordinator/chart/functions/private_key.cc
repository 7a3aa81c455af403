#include "coordinator/chart/functions/private_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/functions/random.h"

namespace devstats::chart::internal {
namespace {

using Parameters = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Group = std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_free>>;

absl::Status Failed() {
  ERR_clear_error();
  return absl::InvalidArgumentError("OpenSSL cannot make the key");
}

absl::Status Bad(absl::string_view message) { return absl::InvalidArgumentError(message); }

absl::StatusOr<Key> Generate(EVP_PKEY_CTX* context) {
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_generate(context, &key) != 1) return Failed();
  return Key(key);
}

// An octet of a point on the curve for a private number.
std::string PublicPoint(const EC_GROUP* group, const BIGNUM* number) {
  const Point point(EC_POINT_new(group));
  std::string bytes(65, '\0');
  if (EC_POINT_mul(group, point.get(), number, nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, Bytes(bytes.data()), bytes.size(),
                         nullptr) != bytes.size())
    return "";
  return bytes;
}

// A number from 1 to one below `order`.
BigNumber RandomNumber(Random& random, const BIGNUM* order) {
  const auto size = static_cast<size_t>(BN_num_bytes(order));
  while (true) {
    const std::string bytes = RandomBytes(random, size);
    BigNumber number(BN_bin2bn(Bytes(bytes.data()), static_cast<int>(size), nullptr));
    if (!BN_is_zero(number.get()) && BN_cmp(number.get(), order) < 0) return number;
  }
}

// The head of a DER element, as far as an error of Go's asn1 package tells of it.
struct Head {
  int tag_class = 0, tag = 0;
  bool compound = false;
  size_t length = 0, size = 0;
};

// False: it is cut off.
bool ReadHead(absl::string_view der, Head& head) {
  if (der.size() < 2) return false;
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(der[i]); };
  head = {byte(0) >> 6, byte(0) & 31, (byte(0) & 32) != 0, byte(1), 2};
  if (head.length < 0x80) return true;
  const size_t octets = head.length & 0x7f;
  if (octets > 8 || der.size() < 2 + octets) return false;
  head.length = 0;
  for (size_t i = 0; i < octets; ++i) head.length = head.length << 8 | byte(2 + i);
  head.size += octets;
  return true;
}

// What Go says of `der`, which is not the structure that it calls `type`.
std::string StructureError(absl::string_view der, absl::string_view type) {
  Head head;
  if (der.empty()) return "asn1: syntax error: sequence truncated";
  if (!ReadHead(der, head)) return "asn1: syntax error: truncated tag or length";
  if (head.tag_class != 0 || head.tag != 16 || !head.compound)
    return absl::StrCat(
        "asn1: structure error: tags don't match (16 vs {class:", head.tag_class, " tag:", head.tag,
        " length:", head.length, " isCompound:", head.compound ? "true" : "false",
        "}) {optional:false explicit:false application:false private:false defaultValue:<nil> "
        "tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} ",
        type, " @", head.size);
  if (head.length > der.size() - head.size) return "asn1: syntax error: data truncated";
  return "asn1: syntax error: sequence truncated";
}

Key FromDer(int type, absl::string_view der) {
  const uint8_t* at = Bytes(der.data());
  Key key(d2i_PrivateKey(type, nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  return key;
}

// d2i_PrivateKey takes PKCS #8 under any name; Go does not.
bool IsPkcs8(absl::string_view der) {
  const uint8_t* at = Bytes(der.data());
  PKCS8_PRIV_KEY_INFO* info = d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()));
  ERR_clear_error();
  PKCS8_PRIV_KEY_INFO_free(info);
  return info != nullptr;
}

constexpr int kTypes[] = {EVP_PKEY_RSA, EVP_PKEY_EC};

// The other format in which `der` is a key; empty: none.
std::string OtherFormat(absl::string_view der, int expected) {
  std::string other;
  if (expected != EVP_PKEY_NONE && IsPkcs8(der)) other = "ParsePKCS8PrivateKey";
  for (const int type : kTypes)
    if (other.empty() && type != expected && FromDer(type, der))
      other = type == EVP_PKEY_RSA ? "ParsePKCS1PrivateKey" : "ParseECPrivateKey";
  if (other.empty()) return "";
  return absl::StrCat("x509: failed to parse private key (use ", other, " instead for this key format)");
}

bool HasKnownCurve(EVP_PKEY* key) {
  char name[64] = {};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, name, sizeof(name), &size) != 1) return false;
  const int curve = OBJ_txt2nid(name);
  return curve == NID_X9_62_prime256v1 || curve == NID_secp224r1 || curve == NID_secp384r1 ||
         curve == NID_secp521r1;
}

absl::StatusOr<Key> ReadPkcs8(absl::string_view der) {
  const uint8_t* at = Bytes(der.data());
  PKCS8_PRIV_KEY_INFO* info = d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()));
  Key key(info ? EVP_PKCS82PKEY(info) : nullptr);
  PKCS8_PRIV_KEY_INFO_free(info);
  ERR_clear_error();
  if (!key) {
    const std::string other = OtherFormat(der, EVP_PKEY_NONE);
    return Bad(
        absl::StrCat("decoding PEM as PKCS#8: ", other.empty() ? StructureError(der, "pkcs8") : other));
  }
  if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC && !HasKnownCurve(key.get()))
    return Bad(
        "decoding PEM as PKCS#8: x509: failed to parse EC private key embedded in PKCS#8: x509: unknown "
        "elliptic "
        "curve");
  return key;
}

absl::StatusOr<Key> ReadTraditional(absl::string_view der, int type, absl::string_view name,
                                    absl::string_view structure) {
  const std::string context = absl::StrCat("parsing ", name, " private key from PEM: ");
  Key key = IsPkcs8(der) ? nullptr : FromDer(type, der);
  if (!key) {
    const std::string other = type == EVP_PKEY_DSA ? "" : OtherFormat(der, type);
    if (!other.empty()) return Bad(context + other);
    const absl::string_view prefix = type == EVP_PKEY_EC ? "x509: failed to parse EC private key: " : "";
    return Bad(absl::StrCat(context, prefix, StructureError(der, structure)));
  }
  if (type == EVP_PKEY_EC && !HasKnownCurve(key.get())) return Bad(context + "x509: unknown elliptic curve");
  return key;
}

}  // namespace

absl::StatusOr<Key> GenerateRsa(int bits) {
  Key key(EVP_RSA_gen(static_cast<unsigned>(bits)));
  if (!key) return Failed();
  return key;
}

absl::StatusOr<Key> GenerateDsa() {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  int bits = 2048, subgroup_bits = 256;
  const OSSL_PARAM options[] = {OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_FFC_PBITS, &bits),
                                OSSL_PARAM_construct_int(OSSL_PKEY_PARAM_FFC_QBITS, &subgroup_bits),
                                OSSL_PARAM_construct_end()};
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_params(context.get(), options) != 1)
    return Failed();
  ASSIGN_OR_RETURN(const Key domain, Generate(context.get()));
  const KeyContext key_context(EVP_PKEY_CTX_new_from_pkey(nullptr, domain.get(), nullptr));
  if (!key_context || EVP_PKEY_keygen_init(key_context.get()) != 1) return Failed();
  return Generate(key_context.get());
}

absl::StatusOr<Key> GenerateEcdsa(Random& random) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const BigNumber number = RandomNumber(random, EC_GROUP_get0_order(group.get()));
  const std::string point = PublicPoint(group.get(), number.get());
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  const bool built =
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) == 1 &&
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) ==
          1;
  const Parameters parameters(built ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr);
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return Failed();
  return Key(key);
}

absl::StatusOr<Key> GenerateEd25519(Random& random) {
  const std::string seed = RandomBytes(random, 32);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Bytes(seed.data()), seed.size()));
  if (!key) return Failed();
  return key;
}

std::string KeyToPem(EVP_PKEY* key) {
  absl::string_view label = "PRIVATE KEY";
  const int type = EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_RSA) label = "RSA PRIVATE KEY";
  if (type == EVP_PKEY_DSA) label = "DSA PRIVATE KEY";
  if (type == EVP_PKEY_EC) label = "EC PRIVATE KEY";
  uint8_t* der = nullptr;
  const int size = i2d_PrivateKey(key, &der);
  if (size <= 0) return "";
  std::string pem = EncodePem(
      {std::string(label), std::string(reinterpret_cast<const char*>(der), static_cast<size_t>(size))});
  OPENSSL_clear_free(der, static_cast<size_t>(size));
  return pem;
}

absl::StatusOr<Key> KeyFromPem(absl::string_view pem) {
  const std::optional<PemBlock> block = DecodePem(pem);
  if (!block) return Bad("no PEM data in input");
  if (block->type == "PRIVATE KEY") return ReadPkcs8(block->bytes);
  absl::string_view kind = block->type;
  if (!absl::ConsumeSuffix(&kind, " PRIVATE KEY"))
    return Bad(absl::StrCat("no private key data in PEM block of type ", block->type));
  if (kind == "RSA") return ReadTraditional(block->bytes, EVP_PKEY_RSA, kind, "pkcs1PrivateKey");
  if (kind == "EC") return ReadTraditional(block->bytes, EVP_PKEY_EC, kind, "ecPrivateKey");
  if (kind == "DSA") return ReadTraditional(block->bytes, EVP_PKEY_DSA, kind, "DSAKeyFormat");
  return Bad(absl::StrCat("invalid private key type ", block->type));
}

}  // namespace devstats::chart::internal
