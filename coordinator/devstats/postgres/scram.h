// Passwords of roles as PostgreSQL keeps them (RFC 5803; src/common/scram-common.c): made here, so that the
// password itself stands in no statement and in no log of the server. Pure but for random bytes.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"

namespace devstats::postgres {

// InvalidArgument for an empty password, and for one with other than printable ASCII: clients do not agree on
// what becomes of it (SASLprep).
absl::Status CheckPassword(const Secret& password);

// "SCRAM-SHA-256$4096:SALT$STORED:SERVER" with a random salt. Errors as CheckPassword.
absl::StatusOr<std::string> NewVerifier(const Secret& password);
// With this salt.
std::string VerifierOf(const Secret& password, absl::string_view salt, int iterations);

// Whether `stored` (pg_authid.rolpassword: SCRAM-SHA-256 or md5) is that of this password.
bool PasswordMatches(absl::string_view stored, absl::string_view role, const Secret& password);

}  // namespace devstats::postgres
