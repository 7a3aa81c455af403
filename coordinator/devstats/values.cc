#include "coordinator/devstats/values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/addons/values.h"
#include "coordinator/devstats/chart_values.h"
#include "coordinator/devstats/environment.h"
#include "coordinator/devstats/value_keys.h"

namespace devstats::domain {
namespace {

using Environment = spec::EnvironmentSpec;
using Parts = std::vector<Part>;

// The images have switched these off: upstream shows them in test alone.
constexpr char kTestProjects[] =
    "+cncf,+opencontainers,+istio,+knative,+zephyr,+linux,+rkt,+sam,+azf,+riff,+fn,+openwhisk,+openfaas,+cii,"
    "+prestodb,+godotengine";

bool HasAny(const Parts& parts, const Parts& of) {
  return std::find_first_of(parts.begin(), parts.end(), of.begin(), of.end()) != parts.end();
}

void SetGates(const Environment& environment, const Parts& parts, ChartValues* values) {
  for (const GateKey& gate : GateKeys()) {
    values->BindGate(gate.key, HasAny(parts, {gate.part}) == gate.opens);
  }
  values->BindGate("skipNamespaces", true);
  values->BindGate("skipSecrets", true);
  values->BindGate("skipAPIIngress", !environment.api);
  values->Set("skipAliases", "");  // see HostsOf
  values->Set("projectsOverride", IsTest(environment) ? kTestProjects : "");
  values->Set("skipGA", IsTest(environment) ? Json(1) : Json(""));
}

void SetIdentity(const Environment& environment, ChartValues* values) {
  const bool test = IsTest(environment);
  values->BindToName("environment", environment.name);
  values->Bind("namespace", environment.namespace_, "namespace");
  values->Bind("ingressClass", environment.ingress_class, "ingressClass");
  for (const char* key : {"testServer", "backupsTestServer"}) values->BindToName(key, test ? "1" : "");
  for (const char* key : {"prodServer", "backupsProdServer"}) values->BindToName(key, test ? "" : "1");
  if (!environment.pull_secret.empty())
    values->Bind("imagePullSecrets", Json::array({{{"name", kPullSecretName}}}), "pullSecret");
}

void SetResources(const std::string& kind, const std::string& infix, const spec::ResourcesSpec& of,
                  ChartValues* values) {
  const auto bind = [&](absl::string_view what, absl::string_view unit, const std::string& amount) {
    values->BindText(absl::StrCat(what, infix, unit), amount,
                     absl::StrCat("resources.", kind, ".", what, ".", absl::AsciiStrToLower(unit)));
  };
  bind("requests", "CPU", of.request_cpu);
  bind("requests", "Memory", of.request_memory);
  bind("limits", "CPU", of.limit_cpu);
  bind("limits", "Memory", of.limit_memory);
}

void SetKinds(const Environment& environment, const Parts& parts, ChartValues* values) {
  for (const KindKeys& keys : Kinds()) {
    if (!HasAny(parts, keys.parts)) continue;
    const auto image = environment.images.find(keys.kind);
    if (keys.image && image != environment.images.end())
      values->BindText(keys.image, image->second, absl::StrCat("images.", keys.kind));
    const auto resources = environment.resources.find(keys.kind);
    if (keys.resources && resources != environment.resources.end())
      SetResources(keys.kind, keys.resources, resources->second, values);
  }
}

void SetDomains(const Environment& environment, ChartValues* values) {
  Json domains = Json::array();
  for (const spec::DomainSpec& domain : environment.domains)
    domains.push_back({{"name", domain.host}, {"shortname", domain.name}, {"image", domain.image}});
  values->Bind("domains", std::move(domains), "domains");
}

void SetCertificates(const Environment& environment, const Certificates& certificates, ChartValues* values) {
  Json hosts = Json::object();
  for (const auto& [number, names] : certificates) hosts[absl::StrCat(number)] = names;
  values->Bind("tlsHosts", std::move(hosts), "domains");
  values->Bind("tlsMaxHostsPerCert", environment.hosts_per_certificate, "hostsPerCertificate");
  values->Bind("tlsProjectsIngressStart", 2, "hostsPerCertificate");
  // Upstream knows issuers by the end of their names.
  absl::string_view end = environment.issuer;
  values->Bind("sslEnv", absl::ConsumePrefix(&end, "letsencrypt-") ? std::string(end) : "", "issuer");
  values->Bind("issuer", environment.issuer, "issuer");
}

void SetProjects(const Environment& environment, const Derived& derived, ChartValues* values) {
  Json projects = Json::array();
  for (const spec::ProjectSpec& project : derived.projects) {
    const auto schedule = derived.schedules.find(project.name);
    Json one = ProjectValues(project, environment,
                             schedule == derived.schedules.end() ? Schedule() : schedule->second);
    one["i"] = projects.size();
    projects.push_back(std::move(one));
  }
  values->Bind("projects", std::move(projects), "projects");
}

// What is a number there is one here: the chart's schema may ask for it.
Json Scalar(const std::string& text) {
  int64_t whole = 0;
  if (absl::SimpleAtoi(text, &whole) && absl::StrCat(whole) == text) return whole;
  return text;
}

void SetPatroni(const spec::PatroniSpec& patroni, ChartValues* values) {
  values->Bind("postgresNodes", patroni.members, "patroni.members");
  values->BindText("postgresStorageSize", patroni.storage_size, "patroni.storageSize");
  values->Bind("patroniLoopWait", patroni.loop_wait, "patroni.loopWait");
  values->Bind("patroniTtl", patroni.ttl, "patroni.ttl");
  values->Bind("patroniRetryTimeout", patroni.retry_timeout, "patroni.retryTimeout");
  values->Bind("patroniMasterStartTimeout", patroni.start_timeout, "patroni.startTimeout");
  // As text: Helm reads large numbers as floating point, and would write 5.36870912e+10.
  if (patroni.maximum_lag_on_failover > 0)
    values->Bind("patroniMaximumLagOnFailover", absl::StrCat(patroni.maximum_lag_on_failover),
                 "patroni.maximumLagOnFailover");
  for (const auto& [parameter, key] : ParameterKeys()) {
    const auto given = patroni.parameters.find(parameter);
    if (given == patroni.parameters.end()) continue;
    values->Bind(key, Scalar(given->second), absl::StrCat("patroni.parameters.", parameter));
  }
}

void SetBackups(const Environment& environment, ChartValues* values) {
  const spec::BackupsSpec& backups = environment.backups;
  values->BindText("backupsPVSize", backups.size, "backups.size");
  values->BindText("backupsStorageClass", backups.storage_class, "backups.storageClass");
  values->BindText(IsTest(environment) ? "backupsCronTest" : "backupsCronProd", backups.schedule,
                   "backups.schedule");
}

// The names under which the step of secrets makes them.
void SetSecrets(ChartValues* values) {
  values->Bind("pgSecret", "pg-db", "secrets");
  values->Bind("oauthSecret", "github-oauth", "secrets");
  values->Bind("grafanaSecret", "grafana-secret", "secrets");
}

// What only some parts have is given to no others: what changes there is then no change of theirs.
void SetParts(const Environment& environment, const Derived& derived, const Parts& parts,
              ChartValues* values) {
  SetKinds(environment, parts, values);
  const Parts of_projects{Part::kPvs,          Part::kIngress,  Part::kProvisions, Part::kCrons,
                          Part::kAffiliations, Part::kGrafanas, Part::kServices};
  if (HasAny(parts, of_projects)) SetProjects(environment, derived, values);
  if (HasAny(parts, of_projects) || HasAny(parts, {Part::kStatic})) SetDomains(environment, values);
  if (HasAny(parts, {Part::kIngress})) SetCertificates(environment, derived.certificates, values);
  if (HasAny(parts, {Part::kPostgres})) SetPatroni(environment.patroni, values);
  if (HasAny(parts, {Part::kBackups, Part::kBackupsPv})) SetBackups(environment, values);
  if (HasAny(parts, {Part::kPvs, Part::kPostgres}))
    values->BindText("storageClass", environment.storage_class, "storageClass");
  if (HasAny(parts, {Part::kProvisions}))
    values->BindText("restoreFrom", environment.restore_from, "restoreFrom");
  if (HasAny(parts, {Part::kGrafanas}))
    values->Bind("grafanaNReplicas", environment.grafana_replicas, "grafanaReplicas");
}

}  // namespace

absl::StatusOr<Json> ValuesOf(const Environment& environment, const Derived& derived,
                              const std::vector<Part>& parts) {
  ChartValues values(environment.name);
  SetGates(environment, parts, &values);
  SetIdentity(environment, &values);
  SetParts(environment, derived, parts, &values);
  SetSecrets(&values);
  ASSIGN_OR_RETURN(const Json operators, addons::ValuesOf(environment.values),
                   absl::StrCat("values of environment \"", environment.name, "\""));
  return values.Under(operators);
}

}  // namespace devstats::domain
