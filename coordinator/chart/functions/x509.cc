#include "coordinator/chart/functions/x509.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/functions/random.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::internal {
namespace {

using Usage = std::unique_ptr<EXTENDED_KEY_USAGE, Freer<EXTENDED_KEY_USAGE_free>>;
using Constraints = std::unique_ptr<BASIC_CONSTRAINTS, Freer<BASIC_CONSTRAINTS_free>>;
using AuthorityKeyId = std::unique_ptr<AUTHORITY_KEYID, Freer<AUTHORITY_KEYID_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

absl::Status Bad(absl::string_view message) { return absl::InvalidArgumentError(message); }
absl::Status Failed() {
  ERR_clear_error();
  return Bad("x509: OpenSSL cannot make the certificate");
}

bool IsPrintableString(absl::string_view text) {
  constexpr absl::string_view kOthers = " '()+,-./:=?";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(c) || kOthers.find(c) != absl::string_view::npos;
  });
}

absl::StatusOr<Name> MakeName(const std::string& common_name) {
  Name name(X509_NAME_new());
  if (common_name.empty()) return name;
  const bool printable = IsPrintableString(common_name);
  if (!printable && !ValidUtf8(common_name)) return Bad("asn1: string not valid UTF-8");
  if (X509_NAME_add_entry_by_NID(name.get(), NID_commonName,
                                 printable ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING,
                                 Bytes(common_name.data()), static_cast<int>(common_name.size()), -1, 0) != 1)
    return Failed();
  return name;
}

absl::string_view DerOf(const X509_NAME* name) {
  const uint8_t* der = nullptr;
  size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) != 1) return {};
  return {reinterpret_cast<const char*>(der), size};
}

bool Add(X509* certificate, int extension, void* value, bool critical) {
  return X509_add1_ext_i2d(certificate, extension, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) == 1;
}

bool AddKeyUsage(X509* certificate, bool is_ca) {
  constexpr int kDigitalSignature = 0, kKeyEncipherment = 2, kCertSign = 5;
  const BitString bits(ASN1_BIT_STRING_new());
  return ASN1_BIT_STRING_set_bit(bits.get(), kDigitalSignature, 1) == 1 &&
         ASN1_BIT_STRING_set_bit(bits.get(), kKeyEncipherment, 1) == 1 &&
         (!is_ca || ASN1_BIT_STRING_set_bit(bits.get(), kCertSign, 1) == 1) &&
         Add(certificate, NID_key_usage, bits.get(), true);
}

bool AddExtendedKeyUsage(X509* certificate) {
  const Usage usage(EXTENDED_KEY_USAGE_new());
  for (const int purpose : {NID_server_auth, NID_client_auth})
    if (sk_ASN1_OBJECT_push(usage.get(), OBJ_nid2obj(purpose)) <= 0) return false;
  return Add(certificate, NID_ext_key_usage, usage.get(), false);
}

bool AddBasicConstraints(X509* certificate, bool is_ca) {
  const Constraints constraints(BASIC_CONSTRAINTS_new());
  constraints->ca = is_ca ? 0xff : 0;
  return Add(certificate, NID_basic_constraints, constraints.get(), true);
}

// The first 160 bits of the key's SHA-256 (RFC 7093).
bool AddSubjectKeyId(X509* certificate) {
  const ASN1_BIT_STRING* key = X509_get0_pubkey_bitstr(certificate);
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  if (!key || EVP_Digest(key->data, static_cast<size_t>(key->length), digest.data(), nullptr, EVP_sha256(),
                         nullptr) != 1)
    return false;
  const OctetString id(ASN1_OCTET_STRING_new());
  return ASN1_OCTET_STRING_set(id.get(), digest.data(), 20) == 1 &&
         Add(certificate, NID_subject_key_identifier, id.get(), false);
}

bool AddAuthorityKeyId(X509* certificate, X509* issuer) {
  const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(issuer);
  const bool same_name = DerOf(X509_get_subject_name(issuer)) == DerOf(X509_get_subject_name(certificate));
  if (!id || ASN1_STRING_length(id) == 0 || same_name) return true;
  const AuthorityKeyId authority(AUTHORITY_KEYID_new());
  authority->keyid = ASN1_OCTET_STRING_dup(id);
  return authority->keyid && Add(certificate, NID_authority_key_identifier, authority.get(), false);
}

bool AddName(GENERAL_NAMES* names, int kind, absl::string_view bytes) {
  ASN1_STRING* text = ASN1_STRING_type_new(kind == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size()));
  GENERAL_NAME_set0_value(name, kind, text);
  if (sk_GENERAL_NAME_push(names, name) > 0) return true;
  GENERAL_NAME_free(name);
  return false;
}

absl::Status AddAlternativeNames(X509* certificate, const CertificateRequest& request) {
  if (request.dns_names.empty() && request.ip_addresses.empty()) return absl::OkStatus();
  const Names names(GENERAL_NAMES_new());
  for (const std::string& name : request.dns_names) {
    if (!std::all_of(name.begin(), name.end(), absl::ascii_isascii))
      return Bad(absl::StrCat("x509: ", Quote(name), " cannot be encoded as an IA5String"));
    if (!AddName(names.get(), GEN_DNS, name)) return Failed();
  }
  for (const std::string& address : request.ip_addresses)
    if (!AddName(names.get(), GEN_IPADD, address)) return Failed();
  if (!Add(certificate, NID_subject_alt_name, names.get(), request.common_name.empty())) return Failed();
  return absl::OkStatus();
}

// Days too many for Go's nanoseconds wrap around.
absl::Time After(absl::Time start, int64_t days) {
  constexpr uint64_t kDay = uint64_t{86'400} * 1'000'000'000;
  return start + absl::Nanoseconds(static_cast<int64_t>(static_cast<uint64_t>(days) * kDay));
}

bool SetSerialAndDates(X509* certificate, const CertificateRequest& request, const Environment& environment) {
  const std::string serial = RandomBytes(environment.random(), 16);
  const BigNumber number(BN_bin2bn(Bytes(serial.data()), static_cast<int>(serial.size()), nullptr));
  const absl::Time now = environment.Now();
  return BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(now)) &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(After(now, request.days)));
}

// What signs with such a key.
absl::StatusOr<const EVP_MD*> DigestFor(EVP_PKEY* signer) {
  const int bits = EVP_PKEY_get_bits(signer);
  switch (EVP_PKEY_get_base_id(signer)) {
    case EVP_PKEY_RSA:
      return EVP_sha256();
    case EVP_PKEY_ED25519:
      return nullptr;
    case EVP_PKEY_EC:
      return bits > 384 ? EVP_sha512() : bits > 256 ? EVP_sha384() : EVP_sha256();
    default:
      return Bad("x509: certificate private key does not implement crypto.Signer");
  }
}

absl::Status CheckKeys(EVP_PKEY* key, X509* issuer, EVP_PKEY* signer) {
  const int type = EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_DSA) return Bad("x509: unsupported public key type: *dsa.PublicKey");
  if (type == EVP_PKEY_X25519) return Bad("x509: unsupported public key type: *ecdh.PublicKey");
  if (issuer && EVP_PKEY_eq(X509_get0_pubkey(issuer), signer) != 1)
    return Bad("x509: provided PrivateKey doesn't match parent's PublicKey");
  return absl::OkStatus();
}

absl::Status AddExtensions(X509* certificate, const CertificateRequest& request, X509* issuer) {
  if (!AddKeyUsage(certificate, request.is_ca) || !AddExtendedKeyUsage(certificate) ||
      !AddBasicConstraints(certificate, request.is_ca) || (request.is_ca && !AddSubjectKeyId(certificate)) ||
      (issuer && !AddAuthorityKeyId(certificate, issuer)))
    return Failed();
  return AddAlternativeNames(certificate, request);
}

}  // namespace

absl::StatusOr<std::string> MakeCertificate(const CertificateRequest& request, EVP_PKEY* key, X509* issuer,
                                            EVP_PKEY* signer, const Environment& environment) {
  ASSIGN_OR_RETURN(const EVP_MD* digest, DigestFor(signer));
  const Certificate certificate(X509_new());
  ASSIGN_OR_RETURN(const Name subject, MakeName(request.common_name));
  RETURN_IF_ERROR(CheckKeys(key, issuer, signer));
  if (X509_set_version(certificate.get(), 2) != 1 ||
      X509_set_subject_name(certificate.get(), subject.get()) != 1 ||
      X509_set_issuer_name(certificate.get(), issuer ? X509_get_subject_name(issuer) : subject.get()) != 1 ||
      X509_set_pubkey(certificate.get(), key) != 1 ||
      !SetSerialAndDates(certificate.get(), request, environment))
    return Failed();
  RETURN_IF_ERROR(AddExtensions(certificate.get(), request, issuer));
  if (X509_sign(certificate.get(), signer, digest) <= 0) return Failed();
  uint8_t* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size <= 0) return Failed();
  std::string pem =
      EncodePem({"CERTIFICATE", std::string(reinterpret_cast<const char*>(der), static_cast<size_t>(size))});
  OPENSSL_free(der);
  return pem;
}

absl::StatusOr<Certificate> CertificateFromDer(absl::string_view der) {
  const uint8_t* at = Bytes(der.data());
  Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!certificate || !X509_get0_pubkey(certificate.get())) {
    ERR_clear_error();
    return Bad("x509: malformed certificate");
  }
  if (at != Bytes(der.data()) + der.size()) return Bad("x509: trailing data");
  return certificate;
}

}  // namespace devstats::chart::internal
