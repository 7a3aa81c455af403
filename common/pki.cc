#include "common/pki.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/pki_openssl.h"
#include "common/status.h"

namespace devstats::pki {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): the handles of this one library

absl::Status SetCommonName(X509_NAME* name, const std::string& common_name) {
  if (common_name.empty() || common_name.size() > 64) {
    return absl::InvalidArgumentError(absl::StrCat("common name \"", common_name, "\": 1 to 64 bytes"));
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  if (X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, bytes,
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return Error("common name", absl::StatusCode::kInvalidArgument);
  }
  return absl::OkStatus();
}

absl::Status SetSerial(X509* certificate) {
  const BigNumber number(BN_new());
  if (!number || BN_rand(number.get(), 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) != 1 ||
      BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr) {
    return Error("serial number");
  }
  return absl::OkStatus();
}

absl::Status SetTimes(X509* certificate, absl::Time not_before, absl::Time not_after) {
  if (not_after <= not_before) return absl::InvalidArgumentError("a certificate must end after it begins");
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(not_before)) == nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(not_after)) == nullptr) {
    return Error("validity");
  }
  return absl::OkStatus();
}

absl::Status AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) return Error(OBJ_nid2sn(nid));
  return absl::OkStatus();
}

bool IsDnsName(absl::string_view name) {
  absl::ConsumePrefix(&name, "*.");
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_';
  });
}

absl::Status AddName(GENERAL_NAMES* names, int type, const std::string& text) {
  const bool ip = type == GEN_IPADD;
  const bool printable =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isgraph(c); });
  if (text.empty() || !printable || (type == GEN_DNS && !IsDnsName(text))) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a name for a certificate"));
  }
  ASN1_STRING* value = ip ? a2i_IPADDRESS(text.c_str()) : ASN1_IA5STRING_new();
  GENERAL_NAME* name = GENERAL_NAME_new();
  if (value == nullptr || name == nullptr ||
      (!ip && ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) != 1)) {
    ASN1_STRING_free(value);
    GENERAL_NAME_free(name);
    return Error(absl::StrCat("\"", text, "\" is not a name for a certificate"),
                 absl::StatusCode::kInvalidArgument);
  }
  GENERAL_NAME_set0_value(name, type, value);
  if (sk_GENERAL_NAME_push(names, name) > 0) return absl::OkStatus();
  GENERAL_NAME_free(name);
  return Error("names");
}

// Built value by value, not from a configuration text, where a name could add others ("a,DNS:b").
absl::Status AddNames(X509* certificate, const Profile& profile) {
  const Names names(GENERAL_NAMES_new());
  if (!names) return Error("names");
  for (const auto& dns : profile.dns) RETURN_IF_ERROR(AddName(names.get(), GEN_DNS, dns));
  for (const auto& ip : profile.ips) RETURN_IF_ERROR(AddName(names.get(), GEN_IPADD, ip));
  for (const auto& uri : profile.uris) RETURN_IF_ERROR(AddName(names.get(), GEN_URI, uri));
  if (sk_GENERAL_NAME_num(names.get()) == 0) return absl::OkStatus();
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) != 1) return Error("names");
  return absl::OkStatus();
}

// The proof of possession, and a key of the one kind that we make.
absl::Status CheckRequest(X509_REQ* request) {
  EVP_PKEY* key = X509_REQ_get0_pubkey(request);
  if (key == nullptr) return Error("certificate request: its key", absl::StatusCode::kInvalidArgument);
  char group[64] = "";
  if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1 ||
      absl::string_view(group) != "prime256v1") {
    return absl::InvalidArgumentError("certificate request: its key is not ECDSA P-256");
  }
  if (X509_REQ_verify(request, key) != 1) {
    return Error("certificate request: its signature is not by its key", absl::StatusCode::kInvalidArgument);
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Time> EndOf(X509* certificate) {
  tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return Error("validity");
  return absl::FromTimeT(timegm(&end));
}

}  // namespace

absl::StatusOr<Secret> NewKey() {
  const Key key(EVP_EC_gen("P-256"));
  const Bio bio(BIO_new(BIO_s_mem()));  // cleansed when it is freed
  if (!key || !bio ||
      PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Error("new key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return Secret(std::string(data, static_cast<size_t>(size)));
}

absl::StatusOr<Authority> NewAuthority(const std::string& common_name, absl::Time not_before,
                                       absl::Time not_after) {
  ASSIGN_OR_RETURN(Secret key_pem, NewKey());
  ASSIGN_OR_RETURN(const Key key, KeyFromPem(key_pem));
  const Certificate certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1) return Error("new authority");
  X509* x = certificate.get();
  RETURN_IF_ERROR(SetSerial(x));
  RETURN_IF_ERROR(SetTimes(x, not_before, not_after));
  RETURN_IF_ERROR(SetCommonName(X509_get_subject_name(x), common_name));
  if (X509_set_issuer_name(x, X509_get_subject_name(x)) != 1 || X509_set_pubkey(x, key.get()) != 1) {
    return Error("new authority");
  }
  RETURN_IF_ERROR(AddExtension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  RETURN_IF_ERROR(AddExtension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign"));
  RETURN_IF_ERROR(AddExtension(x, x, NID_subject_key_identifier, "hash"));
  RETURN_IF_ERROR(AddExtension(x, x, NID_authority_key_identifier, "keyid:always"));
  if (X509_sign(x, key.get(), EVP_sha256()) == 0) return Error("new authority");
  ASSIGN_OR_RETURN(std::string pem, ToPem(x));
  return Authority{std::move(pem), std::move(key_pem)};
}

absl::StatusOr<std::string> NewRequest(const Secret& key_pem, const std::string& common_name) {
  ASSIGN_OR_RETURN(const Key key, KeyFromPem(key_pem));
  const Request request(X509_REQ_new());
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!request || !bio) return Error("new request");
  RETURN_IF_ERROR(SetCommonName(X509_REQ_get_subject_name(request.get()), common_name));
  if (X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) == 0 ||
      PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1) {
    return Error("new request");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<std::string> Sign(const Authority& ca, absl::string_view request_pem, const Profile& profile) {
  ASSIGN_OR_RETURN(const Key ca_key, KeyFromPem(ca.key_pem), "authority");
  ASSIGN_OR_RETURN(const auto ca_certificates, CertificatesFromPem(ca.certificate_pem), "authority");
  X509* issuer = ca_certificates[0].get();
  if (X509_check_private_key(issuer, ca_key.get()) != 1) {
    return Error("authority: key and certificate do not belong together",
                 absl::StatusCode::kFailedPrecondition);
  }
  ASSIGN_OR_RETURN(const Request request, RequestFromPem(request_pem));
  RETURN_IF_ERROR(CheckRequest(request.get()));
  const Certificate certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1) return Error("sign");
  X509* x = certificate.get();
  RETURN_IF_ERROR(SetSerial(x));
  // Nothing outlives its authority; near its end certificates get short, and renewal goes on.
  ASSIGN_OR_RETURN(const absl::Time ca_end, EndOf(issuer));
  RETURN_IF_ERROR(SetTimes(x, profile.not_before, std::min(profile.not_after, ca_end)));
  RETURN_IF_ERROR(SetCommonName(X509_get_subject_name(x), profile.common_name));
  if (X509_set_issuer_name(x, X509_get_subject_name(issuer)) != 1 ||
      X509_set_pubkey(x, X509_REQ_get0_pubkey(request.get())) != 1) {
    return Error("sign");
  }
  RETURN_IF_ERROR(AddExtension(x, issuer, NID_basic_constraints, "critical,CA:FALSE"));
  RETURN_IF_ERROR(AddExtension(x, issuer, NID_key_usage, "critical,digitalSignature"));
  RETURN_IF_ERROR(AddExtension(x, issuer, NID_ext_key_usage,
                               profile.usage == Usage::kServer ? "serverAuth" : "clientAuth"));
  RETURN_IF_ERROR(AddExtension(x, issuer, NID_subject_key_identifier, "hash"));
  RETURN_IF_ERROR(AddExtension(x, issuer, NID_authority_key_identifier, "keyid:always"));
  RETURN_IF_ERROR(AddNames(x, profile));
  if (X509_sign(x, ca_key.get(), EVP_sha256()) == 0) return Error("sign");
  return ToPem(x);
}

}  // namespace devstats::pki
