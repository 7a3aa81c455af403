#include "common/pki_openssl.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/status.h"

namespace devstats::pki::internal {
namespace {

constexpr size_t kPemLimit = 1 << 20;

using Store = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;

// Without it OpenSSL would ask for a passphrase on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<Bio> Reader(absl::string_view pem) {
  if (pem.size() > kPemLimit) return absl::ResourceExhaustedError("PEM text over 1 MiB");
  Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return Error("PEM");
  return bio;
}

}  // namespace

absl::Status Error(absl::string_view what, absl::StatusCode code) {
  const unsigned long number = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(number);
  return absl::Status(code, reason == nullptr ? std::string(what) : absl::StrCat(what, ": ", reason));
}

absl::StatusOr<Key> KeyFromPem(const Secret& pem) {
  // Revealed to the parser only.
  ASSIGN_OR_RETURN(const Bio bio, Reader(pem.Reveal()), "private key");
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!key) return Error("not a private key in PEM", absl::StatusCode::kInvalidArgument);
  return key;
}

absl::StatusOr<Request> RequestFromPem(absl::string_view pem) {
  ASSIGN_OR_RETURN(const Bio bio, Reader(pem), "certificate request");
  Request request(PEM_read_bio_X509_REQ(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!request) return Error("not a certificate request in PEM", absl::StatusCode::kInvalidArgument);
  return request;
}

absl::StatusOr<std::vector<Certificate>> CertificatesFromPem(absl::string_view pem) {
  ASSIGN_OR_RETURN(const Bio bio, Reader(pem), "certificate");
  std::vector<Certificate> certificates;
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (certificates.empty() || !at_end) {
    return Error("not a certificate in PEM", absl::StatusCode::kInvalidArgument);
  }
  ERR_clear_error();
  return certificates;
}

absl::StatusOr<std::string> ToPem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return Error("write certificate");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::StatusOr<std::string> PinOf(EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  if (size <= 0) return Error("public key");
  std::string pin =
      absl::StrCat("sha256:", Sha256Hex({reinterpret_cast<const char*>(der), static_cast<size_t>(size)}));
  OPENSSL_free(der);
  return pin;
}

bool IsCa(X509* certificate) {
  const uint32_t flags = X509_get_extension_flags(certificate);
  return (flags & EXFLAG_CA) != 0 && (flags & EXFLAG_INVALID) == 0;
}

absl::Status VerifyBy(X509* certificate, const std::vector<Certificate>& authorities, const time_t* at) {
  const Store store(X509_STORE_new());
  const StoreContext context(X509_STORE_CTX_new());
  if (!store || !context) return Error("verify");
  for (const Certificate& ca : authorities) {
    // What is trusted must be an authority: otherwise a leaf would vouch for itself.
    if (IsCa(ca.get()) && X509_STORE_add_cert(store.get(), ca.get()) != 1) return Error("verify");
  }
  if (X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) != 1) return Error("verify");
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT);
  if (at == nullptr) {
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
  } else {
    X509_VERIFY_PARAM_set_time(param, *at);
  }
  if (X509_verify_cert(context.get()) == 1) return absl::OkStatus();
  ERR_clear_error();
  return absl::UnauthenticatedError(
      absl::StrCat("certificate: ", X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))));
}

}  // namespace devstats::pki::internal
