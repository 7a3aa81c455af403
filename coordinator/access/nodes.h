// Certificates of nodes: each one issued is recorded before it leaves, and the coordinator speaks only to a
// box that shows one of those.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/pki.h"
#include "common/sqlite.h"
#include "coordinator/access/authority.h"

namespace devstats::access {

inline constexpr absl::Duration kNodeLife = absl::Hours(24 * 30);

struct NodeCertificate {
  std::string node;
  std::string serial;
  std::string pin;
  absl::Time not_before, not_after;
  bool revoked = false;
};

class NodeCertificates {
 public:
  // None is owned.
  NodeCertificates(Database* db, const Authority* authority, const Clock* clock)
      : db_(db), authority_(authority), clock_(clock) {}

  enum class Why {
    kEnrolment,  // a new box: what other keys of this name had is revoked
    kRenewal     // the box has the old one until it has taken the new one
  };
  // Signs the request's key for the node and records it; the PEM. Renewal of a node without a valid
  // certificate is FailedPrecondition. Fault points node.issue.{before,after}.
  absl::StatusOr<std::string> Issue(absl::string_view node, absl::string_view csr_pem, Why why);

  // The newest that is not revoked; empty when there is none. It may have expired.
  absl::StatusOr<std::optional<NodeCertificate>> Newest(absl::string_view node);
  // The newest of each node that has one, by name.
  absl::StatusOr<std::vector<NodeCertificate>> All();
  // Those of All() that are past 2/3 of their life.
  absl::StatusOr<std::vector<NodeCertificate>> RenewalDue();

  // Makes every certificate of the node useless; how many. NotFound when it never had one.
  absl::StatusOr<int> Revoke(absl::string_view node);

  // Whether a certificate that a server has just shown was issued by us to that node and is not revoked: the
  // check for TlsIdentity::Channel. PermissionDenied otherwise. Thread-safe.
  absl::Status CheckServer(absl::string_view node, const pki::CertificateInfo& shown);

 private:
  Database* db_;
  const Authority* authority_;
  const Clock* clock_;
};

}  // namespace devstats::access
