// A new value for a secret of an environment: in PostgreSQL, in the sealed store, in the cluster's Secret, in
// this order. The new value is sealed first, under a pending name, so that a cut anywhere leaves it known;
// whoever rotates the same again goes on from what is there.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "common/secret.h"
#include "coordinator/devstats/postgres/postgres.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/kube/client.h"
#include "coordinator/secrets/store.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// Those that may be rotated: upstream's names.
const std::vector<std::string>& RotatableKeys();
// Whether Patroni's own pods log in with it, so that they must be new ones after its rotation.
bool IsPatronis(const std::string& key);

// The name under which the next value of a sealed secret is kept until it is in force everywhere.
std::string PendingOf(const std::string& sealed);

struct RotationParts {
  secrets::Store* store = nullptr;   // not owned
  kube::KubeClient* kube = nullptr;  // not owned
  // The member that takes writes, logged in to as the superuser with the values that are given.
  std::function<absl::StatusOr<std::shared_ptr<postgres::Postgres>>(const SealedValues&)> leader;
  const Clock* clock = &SystemClock();
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
};

struct RotationWanted {
  spec::EnvironmentSpec environment;
  std::vector<spec::EnvironmentSpec> all;  // of cluster.yaml: whether another has the same sealed value
  std::string key;                         // "PG_PASS"
  std::optional<Secret> value;             // none: one is made, or what was begun is ended
};

// Fault points, each with the key: rotate.pending, rotate.role (for each role), rotate.sealed, rotate.secret,
// rotate.done.
class Rotation {
 public:
  Rotation(RotationParts parts, RotationWanted wanted) : p_(std::move(parts)), wanted_(std::move(wanted)) {}

  // Nothing is changed by a value that is not fit (InvalidArgument: empty, with a newline, too short ...), a
  // key that is none, a sealed value that is another's, too (FailedPrecondition), or a server that cannot be
  // reached. A rotation that was cut is ended first; a value that is not the one it was begun with comes
  // after it.
  absl::Status Run();

  // What of a rotation was begun and not ended. Nothing: none.
  static absl::StatusOr<std::optional<Secret>> Pending(secrets::Store& store, const std::string& sealed);

 private:
  absl::StatusOr<std::string> SealedName() const;
  absl::Status CheckAlone(const std::string& sealed) const;
  absl::Status CheckValue(const Secret& value) const;
  absl::StatusOr<std::vector<std::string>> Roles() const;
  absl::StatusOr<std::shared_ptr<postgres::Postgres>> Leader();
  absl::Status CheckRoles();
  absl::Status Finish(const Secret& value);
  absl::Status Mend();
  absl::Status SetRoles(const Secret& value);
  absl::Status ApplySecret();
  SecretsWanted Secrets() const;

  const RotationParts p_;
  const RotationWanted wanted_;
  std::string sealed_;
};

}  // namespace devstats::domain
