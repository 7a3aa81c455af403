#include "coordinator/access/grants.h"

#include "common/fault.h"
#include "common/identity.h"
#include "common/status.h"

namespace devstats::access {
namespace {

constexpr char kGrants[] = "SELECT name, role, serial, not_after_ms, revoked_ms IS NOT NULL FROM grants";

absl::StatusOr<Grant> GrantFrom(const SqlRow& row) {
  Grant grant;
  grant.name = AsText(row[0]);
  ASSIGN_OR_RETURN(grant.role, ParseRole(AsText(row[1])), "the database of grants");
  grant.serial = AsText(row[2]);
  grant.not_after = absl::FromUnixMillis(AsInt(row[3]));
  grant.revoked = AsInt(row[4]) != 0;
  return grant;
}

}  // namespace

absl::StatusOr<Grant> Grants::Add(absl::string_view name, absl::string_view role, absl::string_view csr_pem,
                                  absl::Duration life) {
  RETURN_IF_ERROR(CheckUserName(name));
  Grant grant;
  grant.name = std::string(name);
  ASSIGN_OR_RETURN(grant.role, ParseRole(role));
  if (life < absl::ZeroDuration() || life > kMaxUserLife) {
    return absl::InvalidArgumentError(
        absl::StrCat("a user's certificate lives at most ", absl::ToInt64Hours(kMaxUserLife) / 24, " days"));
  }
  ASSIGN_OR_RETURN(grant.certificate_pem, authority_->Sign(UserIdentity(authority_->cluster(), name), csr_pem,
                                                           life == absl::ZeroDuration() ? kUserLife : life));
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(grant.certificate_pem));
  grant.serial = info.serial;
  grant.not_after = info.not_after;
  FaultPoint("access.add", name);
  RETURN_IF_ERROR(db_->Run("INSERT INTO grants (serial, name, role, not_after_ms) VALUES (?, ?, ?, ?)",
                           {grant.serial, grant.name, std::string(RoleName(grant.role)),
                            absl::ToUnixMillis(grant.not_after)}),
                  "recording the grant");
  return grant;
}

absl::StatusOr<std::vector<Grant>> Grants::List() {
  ASSIGN_OR_RETURN(const auto rows, db_->Run(absl::StrCat(kGrants, " ORDER BY name, not_after_ms, serial")));
  std::vector<Grant> out;
  for (const SqlRow& row : rows) {
    ASSIGN_OR_RETURN(Grant grant, GrantFrom(row));
    out.push_back(std::move(grant));
  }
  return out;
}

absl::StatusOr<int> Grants::Revoke(absl::string_view name) {
  RETURN_IF_ERROR(CheckUserName(name));
  const std::string user(name);
  int revoked = 0;
  FaultPoint("access.revoke", name);
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    ASSIGN_OR_RETURN(const auto known, db.Run("SELECT 1 FROM grants WHERE name = ? LIMIT 1", {user}));
    if (known.empty()) return absl::NotFoundError(absl::StrCat("nobody named ", name, " has access"));
    RETURN_IF_ERROR(db.Run("UPDATE grants SET revoked_ms = ? WHERE name = ? AND revoked_ms IS NULL",
                           {absl::ToUnixMillis(clock_->Now()), user}));
    revoked = static_cast<int>(db.Changes());
    return absl::OkStatus();
  }));
  return revoked;
}

absl::StatusOr<Grant> Grants::Find(absl::string_view name, absl::string_view serial) {
  ASSIGN_OR_RETURN(const auto rows, db_->Run(absl::StrCat(kGrants, " WHERE serial = ? AND name = ?"),
                                             {std::string(serial), std::string(name)}));
  if (rows.empty()) {
    return absl::UnauthenticatedError(absl::StrCat("certificate ", serial, " was not given to ", name));
  }
  ASSIGN_OR_RETURN(Grant grant, GrantFrom(rows.front()));
  if (grant.revoked) {
    return absl::UnauthenticatedError(absl::StrCat("access of ", name, " has been revoked"));
  }
  if (clock_->Now() >= grant.not_after) {
    return Hint(absl::UnauthenticatedError(absl::StrCat("the certificate of ", name, " has expired")),
                "ask an admin for a new one (devstatsctl access add)");
  }
  return grant;
}

}  // namespace devstats::access
