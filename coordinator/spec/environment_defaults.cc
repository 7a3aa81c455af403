#include "coordinator/spec/environment_defaults.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "coordinator/spec/postgres_parameters.h"

namespace devstats::spec {
namespace {

using NameList = std::vector<const char*>;

// Upstream's images, which have no versions: `env images` pins them. ENV stands for the environment. Upstream
// backs prod up and vacuums it by the image of test; here an environment runs its own alone.
struct Image {
  const char* kind;
  const char* name;
};
constexpr Image kImages[] = {
    {"affiliations", "devstats-ENV"},
    {"api", "devstats-api-ENV"},
    {"backups", "devstats-ENV"},
    {"grafana", "devstats-grafana"},
    {"patroni", "devstats-patroni-18-hll"},
    {"provision", "devstats-ENV"},
    {"reports", "devstats-reports"},
    {"static", "devstats-static-default"},
    {"sync", "devstats-minimal-ENV"},
    {"tests", "devstats-tests"},
    {"vacuum", "devstats-ENV"},
};
constexpr absl::string_view kStaticPages[] = {"test", "prod", "cdf", "graphql"};  // those that upstream makes

std::string ImageNamed(absl::string_view name) { return absl::StrCat("lukaszgryglicki/", name, ":latest"); }

constexpr int kNeededSecrets = 6;  // the first of SecretKeys(); the chart knows the others' values

}  // namespace

constinit const EnvironmentDefaults kTestDefaults = {"test", "[{name: test, host: teststats.cncf.io}]",
                                                     "45 3 30 * *", "1"};
constinit const EnvironmentDefaults kProdDefaults = {
    "prod",
    "[{name: prod, host: devstats.cncf.io}, {name: cdf, host: devstats.cd.foundation}, {name: graphql, host: "
    "devstats.graphql.org}]",
    "45 3 29 * *", "2"};

const NameList& ImageKinds() {
  static const auto* const kinds = [] {
    auto* made = new NameList;
    for (const Image& image : kImages) made->push_back(image.kind);
    return made;
  }();
  return *kinds;
}

const NameList& ResourceKinds() {
  static const auto* const kinds =
      new NameList{"affiliations", "api",     "backups", "bootstrap", "grafana", "patroni",
                   "provision",    "reports", "static",  "sync",      "vacuum"};
  return *kinds;
}

const NameList& SecretKeys() {
  static const auto* const keys = new NameList{"PG_PASS",
                                               "PG_PASS_RO",
                                               "PG_PASS_TEAM",
                                               "PG_PASS_REP",
                                               "GHA2DB_GITHUB_OAUTH",
                                               "GF_SECURITY_ADMIN_PASSWORD",
                                               "PG_ADMIN_USER",
                                               "PG_HOST",
                                               "PG_HOST_RO",
                                               "PG_PORT",
                                               "PG_USER_RO",
                                               "GF_SECURITY_ADMIN_USER"};
  return *keys;
}

void FillEnvironment(EnvironmentSpec* environment) {
  const std::string& name = environment->name;
  for (const Image& image : kImages)
    environment->images.emplace(image.kind, ImageNamed(absl::StrReplaceAll(image.name, {{"ENV", name}})));
  for (DomainSpec& domain : environment->domains) {
    if (!domain.image.empty()) continue;
    const bool known =
        std::find(std::begin(kStaticPages), std::end(kStaticPages), domain.name) != std::end(kStaticPages);
    domain.image =
        known ? ImageNamed(absl::StrCat("devstats-static-", domain.name)) : environment->images.at("static");
  }
  for (int i = 0; i < kNeededSecrets; ++i) {
    const char* key = SecretKeys()[i];
    const std::string lower = absl::StrReplaceAll(absl::AsciiStrToLower(key), {{"_", "-"}});
    environment->secrets.emplace(key, absl::StrCat(name, "-", lower));
  }
  for (const PostgresParameter& parameter : PostgresParameters())
    if (parameter.fallback) environment->patroni.parameters.emplace(parameter.name, parameter.fallback);
}

}  // namespace devstats::spec
