#include "coordinator/devstats/environment_secrets.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "common/registry_names.h"
#include "coordinator/devstats/values.h"

namespace devstats::domain {
namespace {

constexpr char kSuffix[] = ".secret";
// What is no secret, where nobody has made it one.
const std::map<std::string, std::string>& Texts() {
  static const auto& texts = *new std::map<std::string, std::string>{
      {"GF_SECURITY_ADMIN_USER", "admin"},    {"PG_ADMIN_USER", "postgres"}, {"PG_HOST", "devstats-postgres"},
      {"PG_HOST_RO", "devstats-postgres-ro"}, {"PG_PORT", "5432"},           {"PG_USER_RO", "ro_user"}};
  return texts;
}

struct Shape {
  const char* name;
  std::vector<const char*> keys;
};
const std::vector<Shape>& Shapes() {
  static const auto& shapes =
      *new std::vector<Shape>{{"pg-db",
                               {"PG_ADMIN_USER", "PG_HOST", "PG_HOST_RO", "PG_PASS", "PG_PASS_RO",
                                "PG_PASS_TEAM", "PG_PASS_REP", "PG_PORT", "PG_USER_RO"}},
                              {"github-oauth", {"GHA2DB_GITHUB_OAUTH"}},
                              {"grafana-secret", {"GF_SECURITY_ADMIN_USER", "GF_SECURITY_ADMIN_PASSWORD"}}};
  return shapes;
}

// As Docker names the hub in its file of logins.
std::string LoginHost(const std::string& registry) {
  return registry == kDockerHub ? std::string(kDockerHubLogin) : registry;
}

}  // namespace

SecretKey SecretKeyOf(const spec::EnvironmentSpec& environment, const std::string& key) {
  SecretKey out{.key = absl::StrCat(key, kSuffix)};
  if (const auto sealed = environment.secrets.find(key); sealed != environment.secrets.end())
    out.sealed = sealed->second;
  else if (const auto text = Texts().find(key); text != Texts().end())
    out.text = text->second;
  return out;
}

std::vector<SecretWanted> SecretsOf(const spec::EnvironmentSpec& environment) {
  std::vector<SecretWanted> out;
  for (const Shape& shape : Shapes()) {
    SecretWanted& secret = out.emplace_back();
    secret.name = shape.name;
    for (const char* key : shape.keys) secret.keys.push_back(SecretKeyOf(environment, key));
  }
  if (environment.pull_secret.empty()) return out;
  out.push_back({.name = kPullSecretName,
                 .type = "kubernetes.io/dockerconfigjson",
                 .keys = {{.key = ".dockerconfigjson", .sealed = environment.pull_secret}},
                 .registry_host = LoginHost(environment.pull_secret_registry),
                 .registry_user = environment.pull_secret_user});
  return out;
}

}  // namespace devstats::domain
