#include <openssl/pem.h>

#include "absl/strings/str_cat.h"
#include "common/pki.h"
#include "common/pki_openssl.h"
#include "common/status.h"

namespace devstats::pki {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): the handles of this one library

absl::Status AddEntry(X509_NAME* name, int nid, const std::string& value) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(value.data());
  if (value.empty() || value.size() > 64 ||
      X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, bytes, static_cast<int>(value.size()), -1, 0) != 1)
    return Error(absl::StrCat(OBJ_nid2ln(nid), " \"", value, "\""), absl::StatusCode::kInvalidArgument);
  return absl::OkStatus();
}

// The one entry of this kind in a subject.
absl::StatusOr<std::string> OnlyEntry(const X509_NAME* name, int nid) {
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(name, nid, at) >= 0)
    return absl::InvalidArgumentError(absl::StrCat("certificate request: not one ", OBJ_nid2ln(nid)));
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return Error(OBJ_nid2ln(nid), absl::StatusCode::kInvalidArgument);
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

}  // namespace

absl::StatusOr<std::string> NewRequest(const Secret& key_pem, const Subject& subject) {
  ASSIGN_OR_RETURN(const Key key, KeyFromPem(key_pem));
  const Request request(X509_REQ_new());
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!request || !bio) return Error("new request");
  X509_NAME* name = X509_REQ_get_subject_name(request.get());
  RETURN_IF_ERROR(AddEntry(name, NID_organizationName, subject.organization));
  RETURN_IF_ERROR(AddEntry(name, NID_commonName, subject.common_name));
  if (X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) == 0 ||
      PEM_write_bio_X509_REQ(bio.get(), request.get()) != 1)
    return Error("new request");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<Subject> RequestSubject(absl::string_view request_pem) {
  ASSIGN_OR_RETURN(const Request request, RequestFromPem(request_pem));
  const X509_NAME* name = X509_REQ_get_subject_name(request.get());
  Subject subject;
  ASSIGN_OR_RETURN(subject.common_name, OnlyEntry(name, NID_commonName));
  ASSIGN_OR_RETURN(subject.organization, OnlyEntry(name, NID_organizationName));
  if (X509_NAME_entry_count(name) != 2)
    return absl::InvalidArgumentError(
        "certificate request: its subject has more than a name and an organization");
  if (X509_REQ_get_attr_count(request.get()) != 0)
    return absl::InvalidArgumentError("certificate request: it asks for extensions");
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || X509_REQ_verify(request.get(), key) != 1)
    return Error("certificate request: its signature is not by its key", absl::StatusCode::kInvalidArgument);
  return subject;
}

absl::StatusOr<std::string> KeyPin(const Secret& key_pem) {
  ASSIGN_OR_RETURN(const Key key, KeyFromPem(key_pem));
  return PinOf(key.get());
}

}  // namespace devstats::pki
