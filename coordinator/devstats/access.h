// How the databases of an environment are reached: Patroni through the API server, PostgreSQL at its pods'
// addresses, as the superuser whose password is in the sealed store.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/devstats/patroni/rest_api.h"
#include "coordinator/devstats/patroni/settings.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/postgres.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/kube/client.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// Of Patroni's pods.
inline constexpr char kPostgresSelector[] = "name=devstats,type=postgres,cluster-name=devstats-postgres";

using ServerMaker = std::function<std::shared_ptr<postgres::Postgres>(postgres::Server server)>;
std::shared_ptr<postgres::Postgres> ByNetwork(postgres::Server server);

// Thread-safe as far as its client is.
class EnvironmentAccess {
 public:
  // `client` is not owned.
  EnvironmentAccess(spec::EnvironmentSpec environment, SealedValues sealed, kube::KubeClient* client,
                    ServerMaker connect = ByNetwork);

  const spec::EnvironmentSpec& environment() const { return environment_; }
  patroni::PatroniApi& patroni() { return patroni_; }
  // The member that takes writes. Unavailable, with the reason, when there is none.
  absl::StatusOr<std::shared_ptr<postgres::Postgres>> Leader();
  absl::StatusOr<std::shared_ptr<postgres::Postgres>> Member(const std::string& pod);
  // For somebody's own client: the leader as its superuser; to read only, a replica (the leader, where there
  // is none) as the role that can do nothing else.
  absl::StatusOr<postgres::Server> Login(bool read_only);
  absl::StatusOr<patroni::Settings> SettingsOf(const std::string& pod);
  // The roles of DevStats with their passwords.
  absl::StatusOr<postgres::BootstrapOptions> Roles();
  // Nodes that may carry a member.
  absl::StatusOr<int> DatabaseNodes();

 private:
  absl::StatusOr<std::shared_ptr<postgres::Postgres>> At(const std::string& host, int port);
  absl::StatusOr<Secret> ValueOf(const std::string& key) const;

  const spec::EnvironmentSpec environment_;
  const SealedValues sealed_;
  kube::KubeClient* const client_;
  const ServerMaker connect_;
  patroni::RestApi patroni_;
};

}  // namespace devstats::domain
