// Certificates of users. What a certificate may do stands in the database under its serial, not in the
// certificate: a revoked one is useless with the next call, and no role can be asked for in a request.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/sqlite.h"
#include "coordinator/access/authority.h"
#include "coordinator/access/roles.h"

namespace devstats::access {

inline constexpr absl::Duration kUserLife = absl::Hours(24 * 90);
inline constexpr absl::Duration kMaxUserLife = absl::Hours(24 * 366);

struct Grant {
  std::string name;
  Role role = Role::kViewer;
  std::string serial;
  absl::Time not_after;
  bool revoked = false;
  std::string certificate_pem;  // only as Add returns it
};

class Grants {
 public:
  // None is owned.
  Grants(Database* db, const Authority* authority, const Clock* clock)
      : db_(db), authority_(authority), clock_(clock) {}

  // Signs the request's key for `name`. `life` zero: kUserLife; beyond kMaxUserLife or negative:
  // InvalidArgument. A name may have several certificates, each with a role of its own.
  absl::StatusOr<Grant> Add(absl::string_view name, absl::string_view role, absl::string_view csr_pem,
                            absl::Duration life);
  // Every certificate ever given, by name, then by expiry.
  absl::StatusOr<std::vector<Grant>> List();
  // All certificates of the name; how many became useless by this. NotFound when the name never had one.
  absl::StatusOr<int> Revoke(absl::string_view name);
  // The grant behind a certificate that was just presented. Unauthenticated when this serial was not given
  // to that name, was revoked, or has expired: a connection may outlive its certificate.
  absl::StatusOr<Grant> Find(absl::string_view name, absl::string_view serial);

 private:
  Database* db_;
  const Authority* authority_;
  const Clock* clock_;
};

}  // namespace devstats::access
