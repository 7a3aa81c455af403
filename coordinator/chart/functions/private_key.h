// Private keys of certificates, read and written in PEM as sprig does with Go's crypto packages.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/functions/openssl.h"

namespace devstats::chart::internal {

// RSA primes and DSA parameters are OpenSSL's own random choice; other keys come of `random`.
absl::StatusOr<Key> GenerateRsa(int bits);
absl::StatusOr<Key> GenerateDsa();                  // 2048 bits, 256 of them in the subgroup
absl::StatusOr<Key> GenerateEcdsa(Random& random);  // P-256
absl::StatusOr<Key> GenerateEd25519(Random& random);

// "RSA PRIVATE KEY" (PKCS #1), "EC PRIVATE KEY" (SEC 1), "DSA PRIVATE KEY", or "PRIVATE KEY" (PKCS #8).
std::string KeyToPem(EVP_PKEY* key);
// InvalidArgument "no PEM data in input" and so on.
absl::StatusOr<Key> KeyFromPem(absl::string_view pem);

}  // namespace devstats::chart::internal
