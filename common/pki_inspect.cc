#include <arpa/inet.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/pki.h"
#include "common/pki_openssl.h"
#include "common/status.h"

namespace devstats::pki {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): the handles of this one library

absl::StatusOr<absl::Time> ToTime(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return Error("validity", absl::StatusCode::kInvalidArgument);
  return absl::FromTimeT(timegm(&parts));
}

absl::StatusOr<std::string> CommonName(X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return std::string();
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return Error("common name", absl::StatusCode::kInvalidArgument);
  std::string name(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return name;
}

absl::StatusOr<std::string> Serial(X509* certificate) {
  const BigNumber number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* hex = number ? BN_bn2hex(number.get()) : nullptr;
  if (hex == nullptr) return Error("serial number", absl::StatusCode::kInvalidArgument);
  std::string serial = absl::AsciiStrToLower(hex);
  OPENSSL_free(hex);
  return serial;
}

std::string Text(const ASN1_STRING* text) {
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<size_t>(ASN1_STRING_length(text)));
}

std::string IpText(const ASN1_STRING* bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  const int family = ASN1_STRING_length(bytes) == 4 ? AF_INET : AF_INET6;
  const bool whole = family == AF_INET || ASN1_STRING_length(bytes) == 16;
  if (!whole || inet_ntop(family, ASN1_STRING_get0_data(bytes), text, sizeof text) == nullptr) return "";
  return text;
}

absl::Status ReadNames(X509* certificate, CertificateInfo* info) {
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int type = 0;
    const auto* value = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
    std::vector<std::string>* list = type == GEN_DNS     ? &info->dns
                                     : type == GEN_IPADD ? &info->ips
                                     : type == GEN_URI   ? &info->uris
                                                         : nullptr;
    if (list == nullptr) continue;  // a kind that nobody here reads
    list->push_back(type == GEN_IPADD ? IpText(value) : Text(value));
    // "admin\0.evil" must not be taken for "admin" by whoever reads it as a C string.
    if (list->back().empty() || list->back().find('\0') != std::string::npos) {
      return absl::InvalidArgumentError("certificate: a name in it is malformed");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CertificateInfo> Inspect(absl::string_view certificate_pem) {
  ASSIGN_OR_RETURN(const auto certificates, CertificatesFromPem(certificate_pem));
  X509* x = certificates[0].get();
  CertificateInfo info;
  ASSIGN_OR_RETURN(info.common_name, CommonName(x), "certificate");
  ASSIGN_OR_RETURN(info.serial, Serial(x), "certificate");
  ASSIGN_OR_RETURN(info.not_before, ToTime(X509_get0_notBefore(x)), "certificate");
  ASSIGN_OR_RETURN(info.not_after, ToTime(X509_get0_notAfter(x)), "certificate");
  RETURN_IF_ERROR(ReadNames(x, &info));
  EVP_PKEY* key = X509_get0_pubkey(x);
  if (key == nullptr) return Error("certificate: its key", absl::StatusCode::kInvalidArgument);
  ASSIGN_OR_RETURN(info.spki_pin, PinOf(key), "certificate");
  info.is_ca = IsCa(x);
  return info;
}

absl::StatusOr<std::string> RequestPin(absl::string_view request_pem) {
  ASSIGN_OR_RETURN(const Request request, RequestFromPem(request_pem));
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr) return Error("certificate request: its key", absl::StatusCode::kInvalidArgument);
  return PinOf(key);
}

absl::Status Verify(absl::string_view certificate_pem, absl::string_view ca_pem, absl::Time now) {
  ASSIGN_OR_RETURN(const auto certificates, CertificatesFromPem(certificate_pem));
  ASSIGN_OR_RETURN(const auto authorities, CertificatesFromPem(ca_pem), "authority");
  const time_t at = absl::ToTimeT(now);
  return VerifyBy(certificates[0].get(), authorities, &at);
}

}  // namespace devstats::pki
