#include "coordinator/access/nodes.h"

#include "common/fault.h"
#include "common/status.h"

namespace devstats::access {
namespace {

constexpr char kCertificates[] =
    "SELECT node, serial, pin, not_before_ms, not_after_ms, revoked_ms IS NOT NULL FROM node_certificates";
constexpr char kNewestFirst[] = " ORDER BY not_after_ms DESC, rowid DESC";

NodeCertificate CertificateFrom(const SqlRow& row) {
  return {AsText(row[0]),
          AsText(row[1]),
          AsText(row[2]),
          absl::FromUnixMillis(AsInt(row[3])),
          absl::FromUnixMillis(AsInt(row[4])),
          AsInt(row[5]) != 0};
}

}  // namespace

absl::StatusOr<std::string> NodeCertificates::Issue(absl::string_view node, absl::string_view csr_pem,
                                                    Why why) {
  RETURN_IF_ERROR(CheckNodeName(node));
  if (why == Why::kRenewal) {
    ASSIGN_OR_RETURN(const auto newest, Newest(node));
    if (!newest || clock_->Now() >= newest->not_after) {
      return Hint(absl::FailedPreconditionError(absl::StrCat(node, " has no valid certificate to renew")),
                  "enrol it again: devstatsctl node token NAME");
    }
  }
  ASSIGN_OR_RETURN(const std::string pem,
                   authority_->Sign(NodeIdentity(authority_->cluster(), node), csr_pem, kNodeLife));
  ASSIGN_OR_RETURN(const pki::CertificateInfo info, pki::Inspect(pem));
  const std::string name(node);
  FaultPoint("node.issue.before", node);
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    if (why == Why::kEnrolment) {
      RETURN_IF_ERROR(
          db.Run("UPDATE node_certificates SET revoked_ms = ? WHERE node = ? AND pin <> ? AND "
                 "revoked_ms IS NULL",
                 {absl::ToUnixMillis(clock_->Now()), name, info.spki_pin}));
    }
    return db
        .Run(
            "INSERT INTO node_certificates (serial, node, pin, not_before_ms, not_after_ms) "
            "VALUES (?, ?, ?, ?, ?)",
            {info.serial, name, info.spki_pin, absl::ToUnixMillis(info.not_before),
             absl::ToUnixMillis(info.not_after)})
        .status();
  }),
                  "recording the certificate");
  FaultPoint("node.issue.after", node);
  return pem;
}

absl::StatusOr<std::optional<NodeCertificate>> NodeCertificates::Newest(absl::string_view node) {
  ASSIGN_OR_RETURN(const auto rows,
                   db_->Run(absl::StrCat(kCertificates, " WHERE node = ? AND revoked_ms IS NULL",
                                         kNewestFirst, " LIMIT 1"),
                            {std::string(node)}));
  if (rows.empty()) return std::optional<NodeCertificate>();
  return std::optional<NodeCertificate>(CertificateFrom(rows.front()));
}

absl::StatusOr<std::vector<NodeCertificate>> NodeCertificates::All() {
  ASSIGN_OR_RETURN(const auto rows, db_->Run(absl::StrCat(kCertificates,
                                                          " WHERE revoked_ms IS NULL ORDER BY node, "
                                                          "not_after_ms DESC, rowid DESC")));
  std::vector<NodeCertificate> out;
  for (const SqlRow& row : rows) {
    if (out.empty() || out.back().node != AsText(row[0])) out.push_back(CertificateFrom(row));
  }
  return out;
}

absl::StatusOr<std::vector<NodeCertificate>> NodeCertificates::RenewalDue() {
  ASSIGN_OR_RETURN(std::vector<NodeCertificate> out, All());
  const absl::Time now = clock_->Now();
  std::erase_if(out, [&](const NodeCertificate& c) { return now < RenewalTime(c.not_before, c.not_after); });
  return out;
}

absl::StatusOr<int> NodeCertificates::Revoke(absl::string_view node) {
  RETURN_IF_ERROR(CheckNodeName(node));
  const std::string name(node);
  int revoked = 0;
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    ASSIGN_OR_RETURN(const auto known,
                     db.Run("SELECT 1 FROM node_certificates WHERE node = ? LIMIT 1", {name}));
    if (known.empty()) return absl::NotFoundError(absl::StrCat("no node named ", node, " has enrolled"));
    RETURN_IF_ERROR(
        db.Run("UPDATE node_certificates SET revoked_ms = ? WHERE node = ? AND revoked_ms IS NULL",
               {absl::ToUnixMillis(clock_->Now()), name}));
    revoked = static_cast<int>(db.Changes());
    // A token that lives would undo it.
    return db.Run("DELETE FROM node_tokens WHERE node = ?", {name}).status();
  }));
  return revoked;
}

absl::Status NodeCertificates::CheckServer(absl::string_view node, const pki::CertificateInfo& shown) {
  ASSIGN_OR_RETURN(const auto rows, db_->Run(absl::StrCat(kCertificates, " WHERE serial = ? AND node = ?"),
                                             {shown.serial, std::string(node)}));
  if (rows.empty() || CertificateFrom(rows.front()).pin != shown.spki_pin) {
    return absl::PermissionDeniedError(
        absl::StrCat("certificate ", shown.serial, " was not issued to ", node));
  }
  if (CertificateFrom(rows.front()).revoked) {
    return Hint(absl::PermissionDeniedError(absl::StrCat("the certificate of ", node, " has been revoked")),
                "enrol it again: devstatsctl node token NAME");
  }
  return absl::OkStatus();
}

}  // namespace devstats::access
