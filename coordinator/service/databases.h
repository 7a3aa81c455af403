// Databases by call: an operator's own client, connected to one; without gRPC.
#pragma once
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/devstats/live_environment.h"
#include "coordinator/devstats/psql/sessions.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/kube/client.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

// Who logs in where, for somebody who may write, or only read.
using LoginFinder =
    std::function<absl::StatusOr<postgres::Server>(const spec::EnvironmentSpec&, bool read_only)>;
LoginFinder LoginOf(domain::SealedValues sealed, kube::KubeClient* client);

struct DatabasesParts {
  domain::EnvironmentFinder environment;
  LoginFinder login;
  psql::SessionLimits limits;
};

class Databases {
 public:
  static constexpr size_t kMostBytes = 64 << 10;  // of one DatabaseInput

  explicit Databases(DatabasesParts parts) : p_(std::move(parts)), sessions_(p_.limits) {}

  // For the audit trail: "read test/gha".
  static std::string Target(const v1::DatabaseInput& first);
  // `client` gives what followed the first. Until it closes, or the server does.
  absl::Status DoOpenDatabase(const v1::DatabaseInput& first, const std::string& actor, psql::Client& client);

 private:
  const DatabasesParts p_;
  psql::Sessions sessions_;
};

}  // namespace devstats::coordinator
