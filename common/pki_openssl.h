// OpenSSL's handles with an owner, and its texts as ours; for pki*.cc only.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/freer.h"
#include "common/secret.h"

namespace devstats::pki::internal {

using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

// "what: why" from OpenSSL's error queue of this thread, which is then empty.
absl::Status Error(absl::string_view what, absl::StatusCode code = absl::StatusCode::kInternal);

absl::StatusOr<Key> KeyFromPem(const Secret& pem);
absl::StatusOr<Request> RequestFromPem(absl::string_view pem);
// All of the text, in order; InvalidArgument when there is none.
absl::StatusOr<std::vector<Certificate>> CertificatesFromPem(absl::string_view pem);
absl::StatusOr<std::string> ToPem(X509* certificate);
// "sha256:<hex>" of the SubjectPublicKeyInfo.
absl::StatusOr<std::string> PinOf(EVP_PKEY* key);
bool IsCa(X509* certificate);
// OK when `certificate` was signed by one of `authorities`; at any time when `at` is not given.
absl::Status VerifyBy(X509* certificate, const std::vector<Certificate>& authorities, const time_t* at);

}  // namespace devstats::pki::internal
