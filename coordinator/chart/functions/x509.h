// Certificates as sprig has Go's crypto/x509 package make them: the same fields, extensions and their order.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/functions/openssl.h"

namespace devstats::chart::internal {

struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;  // 4 or 16 bytes each
  int64_t days = 0;
  bool is_ca = false;
};

// Signed by `signer` for `issuer`; nullptr: for itself. Messages are Go's, "x509: provided PrivateKey doesn't
// match parent's PublicKey". Serial number and dates come of `environment`.
absl::StatusOr<std::string> MakeCertificate(const CertificateRequest& request, EVP_PKEY* key, X509* issuer,
                                            EVP_PKEY* signer, const Environment& environment);

// InvalidArgument "x509: malformed certificate".
absl::StatusOr<Certificate> CertificateFromDer(absl::string_view der);

}  // namespace devstats::chart::internal
