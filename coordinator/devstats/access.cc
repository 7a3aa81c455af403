#include "coordinator/devstats/access.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/environment_secrets.h"
#include "coordinator/devstats/postgres/connection.h"
#include "coordinator/devstats/postgres/leader.h"

namespace devstats::domain {
namespace {
constexpr char kDatabaseNodes[] = "node2=devstats-db";
constexpr char kServerDatabase[] = "postgres";
}  // namespace

std::shared_ptr<postgres::Postgres> ByNetwork(postgres::Server server) {
  return postgres::NewPostgres(std::move(server));
}

EnvironmentAccess::EnvironmentAccess(spec::EnvironmentSpec environment, SealedValues sealed,
                                     kube::KubeClient* client, ServerMaker connect)
    : environment_(std::move(environment)),
      sealed_(std::move(sealed)),
      client_(client),
      connect_(std::move(connect)),
      patroni_(patroni::ByPodProxy(client, environment_.namespace_, kPostgresSelector)) {}

absl::StatusOr<Secret> EnvironmentAccess::ValueOf(const std::string& key) const {
  const SecretKey from = SecretKeyOf(environment_, key);
  return from.sealed.empty() ? Secret(from.text) : sealed_.get(from.sealed);
}

absl::StatusOr<std::shared_ptr<postgres::Postgres>> EnvironmentAccess::At(const std::string& host, int port) {
  ASSIGN_OR_RETURN(const Secret user, ValueOf("PG_ADMIN_USER"));
  ASSIGN_OR_RETURN(Secret password, ValueOf("PG_PASS"));
  return connect_({.host = host,
                   .port = port,
                   .user = user.Reveal(),
                   .password = std::move(password)});  // a login's name
}

absl::StatusOr<std::shared_ptr<postgres::Postgres>> EnvironmentAccess::Leader() {
  ASSIGN_OR_RETURN(const postgres::Endpoint leader, postgres::FindLeader(*client_, environment_.namespace_),
                   environment_.name);
  return At(leader.host, leader.port);
}

absl::StatusOr<std::shared_ptr<postgres::Postgres>> EnvironmentAccess::Member(const std::string& pod) {
  ASSIGN_OR_RETURN(const Json live, client_->Get({"v1", "Pod", environment_.namespace_, pod}));
  const std::string address = kube::TextAt(live, {"status", "podIP"});
  if (address.empty()) return absl::UnavailableError(absl::StrCat("pod ", pod, " has no address yet"));
  return At(address, postgres::Endpoint().port);
}

absl::StatusOr<postgres::Server> EnvironmentAccess::Login(bool read_only) {
  absl::StatusOr<postgres::Endpoint> at = absl::NotFoundError("");
  if (read_only) at = postgres::FindReplica(*client_, environment_.namespace_);
  if (absl::IsNotFound(at.status())) at = postgres::FindLeader(*client_, environment_.namespace_);
  RETURN_IF_ERROR(at.status(), environment_.name);
  ASSIGN_OR_RETURN(const Secret user, ValueOf("PG_ADMIN_USER"));
  ASSIGN_OR_RETURN(Secret password, ValueOf(read_only ? "PG_PASS_RO" : "PG_PASS"));
  return postgres::Server{.host = at->host,
                          .port = at->port,
                          .user = read_only ? postgres::kReadRole : user.Reveal(),  // a login's name
                          .password = std::move(password)};
}

absl::StatusOr<patroni::Settings> EnvironmentAccess::SettingsOf(const std::string& pod) {
  ASSIGN_OR_RETURN(const auto member, Member(pod));
  ASSIGN_OR_RETURN(const postgres::Rows rows, member->Query(kServerDatabase, patroni::kSettingsQuery), pod);
  return patroni::SettingsOf(rows);
}

absl::StatusOr<postgres::BootstrapOptions> EnvironmentAccess::Roles() {
  postgres::BootstrapOptions options;
  const std::pair<const char*, const char*> roles[] = {{postgres::kAdminRole, "PG_PASS"},
                                                       {postgres::kReadRole, "PG_PASS_RO"},
                                                       {postgres::kTeamRole, "PG_PASS_TEAM"}};
  for (const auto& [role, key] : roles) {
    ASSIGN_OR_RETURN(options.passwords[role], ValueOf(key));
  }
  return options;
}

absl::StatusOr<int> EnvironmentAccess::DatabaseNodes() {
  ASSIGN_OR_RETURN(const kube::ObjectList nodes,
                   client_->List({.api_version = "v1", .kind = "Node", .label_selector = kDatabaseNodes}));
  return static_cast<int>(nodes.items.size());
}

}  // namespace devstats::domain
