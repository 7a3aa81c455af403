#include "coordinator/service/guard.h"

#include "absl/strings/match.h"
#include "common/grpc/peer.h"
#include "common/grpc/status.h"
#include "common/log.h"

namespace devstats::coordinator {
namespace {

using access::AuditEntry;

absl::Status CheckCertificate(const std::string& cluster, access::Grants* grants,
                              const grpc::ServerContextBase& context, Principal* who) {
  ASSIGN_OR_RETURN(const Peer peer, PeerOf(*context.auth_context()));
  who->name = peer.identity.name.empty() ? peer.common_name : peer.identity.name;
  who->serial = peer.serial;
  if (peer.identity.kind != Identity::Kind::kUser || peer.identity.cluster != cluster) {
    who->name = peer.identity.Uri();
    return absl::PermissionDeniedError(
        absl::StrCat("only users of cluster ", cluster, " may call this, not ", peer.identity.Uri()));
  }
  ASSIGN_OR_RETURN(const access::Grant grant, grants->Find(peer.identity.name, peer.serial));
  who->role = grant.role;
  return absl::OkStatus();
}

}  // namespace

Authenticator ByCertificate(std::string cluster, access::Grants* grants) {
  return [cluster = std::move(cluster), grants](const grpc::ServerContextBase& context, Principal* who) {
    return CheckCertificate(cluster, grants, context, who);
  };
}

Authenticator ByLocalSocket() {
  return [](const grpc::ServerContextBase& context, Principal* who) -> absl::Status {
    const std::string peer = context.peer();
    if (context.auth_context()->IsPeerAuthenticated() || absl::StartsWith(peer, "ipv")) {
      return absl::PermissionDeniedError(absl::StrCat("only root on this box may call this, not ", peer));
    }
    *who = {kLocalRoot, "", access::Role::kAdmin};
    return absl::OkStatus();
  };
}

Caller::~Caller() {
  if (audit_ != nullptr) Done(absl::UnknownError("the call ended without a result"));
}

absl::Status Caller::Require(access::Role least, absl::string_view what) const {
  if (who_.role >= least) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(what, ": this needs the role ", access::RoleName(least),
                                                  ", and ", who_.name, " is ", access::RoleName(who_.role)));
}

grpc::Status Caller::Done(const absl::Status& result) {
  if (access::Audit* audit = std::exchange(audit_, nullptr); audit != nullptr) {
    entry_.kind = AuditEntry::Kind::kEnd;
    entry_.of = entry_.number;
    entry_.code = absl::StatusCodeToString(result.code());
    entry_.message = std::string(result.message());
    // It has happened; that the line is missing shows in the trail as a begin without end.
    if (auto written = audit->Append(entry_); !written.ok()) log::Error(written.status().message());
  }
  return ToGrpc(result);
}

Guard::Guard(const std::vector<access::MethodRule>* rules, Authenticator authenticate, access::Audit* audit,
             const Clock* clock)
    : rules_(rules),
      authenticate_(std::move(authenticate)),
      audit_(audit),
      lines_(60, 600, absl::Minutes(1), clock) {}

absl::Status Guard::Refusal(const grpc::ServerContextBase& context,
                            const absl::StatusOr<access::MethodRule>& rule, Principal* who) const {
  RETURN_IF_ERROR(authenticate_(context, who));
  RETURN_IF_ERROR(rule.status());
  if (who->role < rule->least) {
    return absl::PermissionDeniedError(absl::StrCat(rule->method, " needs the role ",
                                                    access::RoleName(rule->least), ", and ", who->name,
                                                    " is ", access::RoleName(who->role)));
  }
  if (!rule->streaming && context.deadline() == std::chrono::system_clock::time_point::max()) {
    return absl::InvalidArgumentError(absl::StrCat(rule->method, " was called without a deadline"));
  }
  return absl::OkStatus();
}

absl::Status Guard::Refused(AuditEntry entry, absl::Status why) {
  if (lines_.Ask(entry.peer) == access::FailureLimiter::Verdict::kRefused) return why;
  lines_.Failed(entry.peer);
  entry.kind = AuditEntry::Kind::kRefused;
  entry.code = absl::StatusCodeToString(why.code());
  entry.message = std::string(why.message());
  if (auto written = audit_->Append(std::move(entry)); !written.ok()) log::Error(written.status().message());
  return why;
}

absl::StatusOr<Caller> Guard::Check(const grpc::ServerContextBase& context, absl::string_view method,
                                    absl::string_view target) {
  const auto rule = access::RuleOf(*rules_, method);
  Principal who;
  const absl::Status refusal = Refusal(context, rule, &who);
  AuditEntry entry;
  entry.kind = AuditEntry::Kind::kBegin;
  entry.actor = who.name;
  entry.serial = who.serial;
  entry.peer = HostOfPeer(context.peer());
  entry.method = std::string(method);
  entry.target = std::string(target);
  if (!refusal.ok()) return Refused(std::move(entry), refusal);
  if (!rule->changes) return Caller(std::move(who), std::move(entry), nullptr);
  auto number = audit_->Append(entry);
  if (!number.ok()) {
    log::Error(number.status().message());
    return absl::UnavailableError(number.status().message());
  }
  entry.number = *number;
  return Caller(std::move(who), std::move(entry), audit_);
}

}  // namespace devstats::coordinator
