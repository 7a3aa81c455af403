// Who somebody is: the URI in a certificate, and the names that TLS checks. The grammar is strict, because
// these strings decide what a peer may do.
//
//   devstats://CLUSTER/coordinator       DNS coordinator.devstats
//   devstats://CLUSTER/node/NAME         DNS NAME.node.devstats
//   devstats://CLUSTER/user/NAME         (clients only: no DNS name)
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats {

struct Identity {
  enum class Kind { kCoordinator, kNode, kUser };
  std::string cluster;
  Kind kind = Kind::kUser;
  std::string name;  // empty for the coordinator

  std::string Uri() const;      // what ParseIdentity reads
  std::string DnsName() const;  // empty for a user
  friend bool operator==(const Identity&, const Identity&) = default;
};

Identity CoordinatorIdentity(absl::string_view cluster);
Identity NodeIdentity(absl::string_view cluster, absl::string_view node);
Identity UserIdentity(absl::string_view cluster, absl::string_view user);

// InvalidArgument unless `uri` is exactly one of the three forms, every part of it as the checks below want.
absl::StatusOr<Identity> ParseIdentity(absl::string_view uri);
// The identity of a certificate with these URI names. There must be exactly one.
absl::StatusOr<Identity> IdentityOf(const std::vector<std::string>& uris);

// A cluster id: 1 to 63 of a-z 0-9 and '-', neither first nor last a '-'.
absl::Status CheckClusterId(absl::string_view id);
// A node: RFC 1123 labels joined by dots, at most 63 characters in all (a common name holds 64).
absl::Status CheckNodeName(absl::string_view name);
// A user: 1 to 63 of a-z 0-9 '.' '_' '-', starting with a letter or digit. No '@', so that none is root@local.
absl::Status CheckUserName(absl::string_view name);

}  // namespace devstats
