#include "coordinator/service/databases.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/access.h"
#include "coordinator/service/environments.h"
#include "re2/re2.h"

namespace devstats::coordinator {
namespace {

bool IsDatabaseName(const std::string& text) {
  return RE2::FullMatch(text, "[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");
}

}  // namespace

LoginFinder LoginOf(domain::SealedValues sealed, kube::KubeClient* client) {
  return [sealed = std::move(sealed), client](const spec::EnvironmentSpec& environment, bool read_only) {
    return domain::EnvironmentAccess(environment, sealed, client).Login(read_only);
  };
}

std::string Databases::Target(const v1::DatabaseInput& first) {
  if (!Environments::IsName(first.environment()) || !IsDatabaseName(first.database())) return "(not a name)";
  return absl::StrCat(first.read_only() ? "read " : "write ", first.environment(), "/", first.database());
}

absl::Status Databases::DoOpenDatabase(const v1::DatabaseInput& first, const std::string& actor,
                                       psql::Client& client) {
  if (!Environments::IsName(first.environment()))
    return absl::InvalidArgumentError("the environment is a lower-case name");
  if (!IsDatabaseName(first.database()))
    return absl::InvalidArgumentError("a database's name has letters, digits, _, - and . alone");
  ASSIGN_OR_RETURN(const domain::LiveEnvironment live, p_.environment(first.environment()));
  return sessions_.Serve({.actor = actor,
                          .environment = first.environment(),
                          .database = first.database(),
                          .read_only = first.read_only(),
                          .login = [&] { return p_.login(live.environment, first.read_only()); }},
                         client);
}

}  // namespace devstats::coordinator
