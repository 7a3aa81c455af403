// The head of every method: who calls, may he, write it down. A handler does nothing before Check, and ends
// with Done:
//
//   auto caller = guard_->Check(*context, "Apply", target);
//   if (!caller.ok()) return ToGrpc(caller.status());
//   return caller->Done(Apply(*request, *caller, response));
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/access/audit.h"
#include "coordinator/access/grants.h"
#include "coordinator/access/limiter.h"
#include "coordinator/access/roles.h"
#include "grpcpp/server_context.h"

namespace devstats::coordinator {

inline constexpr char kLocalRoot[] = "root@local";

struct Principal {
  std::string name;    // "ann", "root@local"
  std::string serial;  // of the certificate; empty for root@local
  access::Role role = access::Role::kViewer;
};

// Finds out who calls. Fills what it knows of `who` even when it refuses, for the audit trail.
using Authenticator = std::function<absl::Status(const grpc::ServerContextBase&, Principal* who)>;
// Users of this cluster by their certificate, with the role that its serial has now. Not owned.
Authenticator ByCertificate(std::string cluster, access::Grants* grants);
// For the server behind LocalSocket, which lets in nobody but root. Refuses any call that came by network or
// TLS, so that a wiring mistake does not make everybody root.
Authenticator ByLocalSocket();

// A call that was allowed. Move-only; ends with Done.
class Caller {
 public:
  Caller(Caller&& other) noexcept
      : who_(std::move(other.who_)),
        entry_(std::move(other.entry_)),
        audit_(std::exchange(other.audit_, nullptr)) {}
  Caller& operator=(Caller&&) = delete;
  ~Caller();  // without Done: writes that the end is not known

  const std::string& name() const { return who_.name; }
  access::Role role() const { return who_.role; }
  // What the method's own rule could not know: "the plan destroys data". PermissionDenied, naming `what`,
  // when the caller's role is less than `least`.
  absl::Status Require(access::Role least, absl::string_view what) const;
  // The operation that the call started or is about, for the line that Done writes.
  void SetOperation(absl::string_view id) { entry_.operation = std::string(id); }
  // Writes what came of it, and translates.
  grpc::Status Done(const absl::Status& result);

 private:
  friend class Guard;
  Caller(Principal who, access::AuditEntry entry, access::Audit* audit)
      : who_(std::move(who)), entry_(std::move(entry)), audit_(audit) {}
  Principal who_;
  access::AuditEntry entry_;  // as begun
  access::Audit* audit_;      // null: the method changes nothing, or Done was called
};

class Guard {
 public:
  // `rules` must be in order (CheckRules) and, as `audit` and `clock`, outlive this.
  Guard(const std::vector<access::MethodRule>* rules, Authenticator authenticate, access::Audit* audit,
        const Clock* clock);

  // Unauthenticated, PermissionDenied, or InvalidArgument (a method that does not stream, called without
  // deadline); each leaves a line, up to sixty a minute of one peer. With a method that changes something, an
  // allowed call leaves its line first; Unavailable when that cannot be written. `target` is what the call is
  // about, as the trail should show it; never a secret. Thread-safe.
  absl::StatusOr<Caller> Check(const grpc::ServerContextBase& context, absl::string_view method,
                               absl::string_view target);

 private:
  absl::Status Refusal(const grpc::ServerContextBase& context, const absl::StatusOr<access::MethodRule>& rule,
                       Principal* who) const;
  absl::Status Refused(access::AuditEntry entry, absl::Status why);

  const std::vector<access::MethodRule>* rules_;
  const Authenticator authenticate_;
  access::Audit* audit_;
  access::FailureLimiter lines_;
};

}  // namespace devstats::coordinator
