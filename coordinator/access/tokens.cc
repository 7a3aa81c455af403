#include "coordinator/access/tokens.h"

#include "common/digest.h"
#include "common/fault.h"
#include "common/identity.h"
#include "common/status.h"

namespace devstats::access {
namespace {

absl::Status Denied(absl::string_view why) {
  return Hint(absl::PermissionDeniedError(why), "make a new one on the coordinator: devstatsctl node token NAME");
}

}  // namespace

absl::StatusOr<NewToken> Tokens::Create(absl::string_view node, absl::Duration life) {
  RETURN_IF_ERROR(CheckNodeName(node));
  if (life < absl::ZeroDuration() || life > kMaxTokenLife) {
    return absl::InvalidArgumentError(
        absl::StrCat("a token lives at most ", absl::ToInt64Hours(kMaxTokenLife), " hours"));
  }
  const absl::Time now = clock_->Now();
  NewToken out{RandomSecret(32), now + (life == absl::ZeroDuration() ? kTokenLife : life)};
  RETURN_IF_ERROR(db_->Run("INSERT OR REPLACE INTO node_tokens (node, hash, created_ms, expires_ms, pin) "
                           "VALUES (?, ?, ?, ?, NULL)",
                           {std::string(node), Sha256Hex(out.token.Reveal()),  // its hash alone is kept
                            absl::ToUnixMillis(now), absl::ToUnixMillis(out.expires)}),
                  "recording the token");
  return out;
}

absl::Status Tokens::Claim(absl::string_view node, const Secret& token, absl::string_view pin) {
  const std::string hash = Sha256Hex(token.Reveal());  // compared as a hash: no timing tells about the token
  FaultPoint("token.claim.before", node);
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    ASSIGN_OR_RETURN(const auto rows,
                     db.Run("SELECT node, expires_ms, pin FROM node_tokens WHERE hash = ?", {hash}));
    if (rows.empty()) return Denied("this token is not known, or a newer one has replaced it");
    const SqlRow& row = rows.front();
    if (AsText(row[0]) != node) return Denied("this token is for another node");
    if (absl::ToUnixMillis(clock_->Now()) >= AsInt(row[1])) return Denied("this token has expired");
    const std::string used_by = AsText(row[2]);
    if (used_by == pin) return absl::OkStatus();
    if (!used_by.empty()) return Denied("this token has been used, with another key");
    return db.Run("UPDATE node_tokens SET pin = ? WHERE hash = ?", {std::string(pin), hash}).status();
  }));
  FaultPoint("token.claim.after", node);
  return absl::OkStatus();
}

absl::Status Tokens::Drop(absl::string_view node) {
  return db_->Run("DELETE FROM node_tokens WHERE node = ?", {std::string(node)}).status();
}

}  // namespace devstats::access
