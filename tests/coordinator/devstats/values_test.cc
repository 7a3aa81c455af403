#include "coordinator/devstats/values.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/chart_values.h"
#include "coordinator/devstats/value_keys.h"
#include "tests/coordinator/devstats/production.h"

namespace devstats::domain {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Derived ProductionDerived(const spec::EnvironmentSpec& environment) {
  Derived derived;
  derived.projects = ProductionProjects();
  derived.schedules = SchedulesOf(environment, derived.projects);
  derived.certificates = *CertificatesOf(environment, HostsOf(environment, derived.projects));
  return derived;
}

std::vector<Part> AllParts() {
  std::vector<Part> parts;
  for (const GateKey& gate : GateKeys()) parts.push_back(gate.part);
  return parts;
}

Json ProdValues(const std::vector<Part>& parts) {
  return *ValuesOf(ProdEnvironment(), ProductionDerived(ProdEnvironment()), parts);
}

// The values of prod with the operator's, for crons and PostgreSQL.
absl::StatusOr<Json> WithOperator(const std::string& yaml) {
  spec::EnvironmentSpec prod = ProdEnvironment();
  prod.images["sync"] = "devstats-minimal-prod:1";
  prod.resources["sync"].request_cpu = "1";
  prod.patroni.parameters["shared_buffers"] = "80GB";
  prod.values = *ParseYaml(yaml, "values");
  return ValuesOf(prod, ProductionDerived(prod), {Part::kCrons, Part::kPostgres});
}

TEST(Values, EachPartHasItsGate) {
  for (const GateKey& gate : GateKeys()) {
    const Json values = ProdValues({gate.part});
    for (const GateKey& other : GateKeys())
      EXPECT_EQ(IsTruthy(values.at(other.key)), (other.part == gate.part) == other.opens)
          << gate.key << ": " << other.key;
    EXPECT_EQ(values.at("skipNamespaces"), 1);
    EXPECT_EQ(values.at("skipSecrets"), 1);
  }
  EXPECT_EQ(GateKeys().size(), static_cast<size_t>(Part::kAffiliationsImport) + 1);
}

TEST(Values, SayWhichEnvironmentItIs) {
  const Json prod = ProdValues({Part::kCrons});
  EXPECT_EQ(prod.at("namespace"), "devstats-prod");
  EXPECT_EQ(prod.at("ingressClass"), "nginx-prod");
  EXPECT_EQ(prod.at("testServer"), "");
  EXPECT_EQ(prod.at("prodServer"), "1");
  EXPECT_EQ(prod.at("backupsProdServer"), "1");
  EXPECT_EQ(prod.at("skipGA"), "");
  EXPECT_EQ(prod.at("projectsOverride"), "");
  const Json test = *ValuesOf(TestEnvironment(), {}, {Part::kCrons});
  EXPECT_EQ(test.at("testServer"), "1");
  EXPECT_EQ(test.at("prodServer"), "");
  EXPECT_EQ(test.at("backupsTestServer"), "1");
  EXPECT_EQ(test.at("skipGA"), 1);
  for (const spec::ProjectSpec& project : ProductionProjects()) {
    if (project.domains != std::vector<std::string>{"test"}) continue;
    EXPECT_THAT(test.at("projectsOverride").get<std::string>() + ",", HasSubstr("+" + project.name + ","));
  }
}

TEST(Values, ProjectsHaveTheSchedulesOfTheirEnvironment) {
  const Json values = ProdValues({Part::kCrons});
  ASSERT_EQ(values.at("projects").size(), 283u);
  const Json& kubernetes = values.at("projects")[0];
  EXPECT_EQ(kubernetes.at("proj"), "kubernetes");
  EXPECT_EQ(kubernetes.at("url"), "k8s");
  EXPECT_EQ(kubernetes.at("db"), "gha");
  EXPECT_EQ(kubernetes.at("domains"), Json::array({1, 0, 0}));
  EXPECT_EQ(kubernetes.at("cronProd"), "4 0,6,12,18 * * *");
  EXPECT_EQ(kubernetes.at("affCronProd"), "0 20 28 * *");
  EXPECT_FALSE(kubernetes.contains("cronTest"));
  EXPECT_EQ(kubernetes.at("maxHist"), 8);
  EXPECT_EQ(kubernetes.at("durablePQ"), 1);
  for (size_t i = 0; i < 283; ++i) EXPECT_EQ(values.at("projects")[i].at("i"), i);
}

TEST(Values, OfAProjectWithAllThatItCanSay) {
  spec::ProjectSpec project;
  project.name = "a";
  project.title = "A";
  project.aliases = {"a.example.org"};
  project.state = spec::ProjectSpec::State::kArchived;
  project.durable_queries = project.affiliations_lock = project.affiliations_skip_temp = false;
  project.affiliations_skip_github = project.affiliations_skip_repositories = false;
  project.max_histograms = 2;
  project.lock_database = "gha";
  project.max_run_duration = "tags:1h:102";
  project.skip_import_percent = 10;
  project.skip_update_percent = 60;
  const Json values = ProjectValues(project, TestEnvironment(), {"1 * * * *", "2 * * * *"});
  const Json wanted{{"proj", "a"},
                    {"url", "a"},
                    {"db", ""},
                    {"org", "A"},
                    {"repo", project.repository},
                    {"icon", ""},
                    {"disk", project.disk},
                    {"domains", Json::array({0})},
                    {"ga", ""},
                    {"certNum", 0},
                    {"cronTest", "1 * * * *"},
                    {"affCronTest", "2 * * * *"},
                    {"aliases", Json::array({"a.example.org"})},
                    {"suspendCronTest", true},
                    {"archived", true},
                    {"maxHist", 2},
                    {"noDurable", 1},
                    {"affsLockDB", "gha"},
                    {"skipAffsLock", 1},
                    {"maxRunDuration", "tags:1h:102"},
                    {"skipImpAffs", 10},
                    {"skipUpdAffs", 60}};
  EXPECT_EQ(values, wanted);
}

TEST(Values, NothingRunsForSuspendedAndArchivedProjects) {
  const Json values = ProdValues({Part::kCrons});
  size_t place = 0;
  for (const ProductionRow& row : ProductionRows()) {
    const Json& project = values.at("projects")[place++];
    EXPECT_EQ(project.contains("suspendCronProd"), row.at("suspendProd") == "1" || row.at("archived") == "1")
        << row.at("project");
    EXPECT_EQ(project.contains("archived"), row.at("archived") == "1") << row.at("project");
  }
}

TEST(Values, ImagesResourcesAndParametersHaveTheirKeys) {
  spec::EnvironmentSpec prod = ProdEnvironment();
  prod.images = {
      {"patroni", "patroni:1"}, {"sync", "sync:1"}, {"provision", "provision:1"}, {"static", "static:1"}};
  prod.resources["patroni"] = {"8", "32Gi", "32", "256Gi"};
  prod.resources["sync"].limit_memory = "1Gi";
  prod.patroni = {.members = 4, .storage_size = "30Gi", .loop_wait = 10, .ttl = 50, .retry_timeout = 20};
  prod.patroni.start_timeout = 300;
  prod.patroni.maximum_lag_on_failover = 53687091200;
  prod.patroni.parameters = {{"shared_buffers", "80GB"},
                             {"max_connections", "1024"},
                             {"checkpoint_timeout", "15min"},
                             {"effective_cache_size", "128GB"},
                             {"random_page_cost", "1.1"}};
  prod.backups.schedule = "45 3 29 * *";
  prod.pull_secret = "registry";
  prod.grafana_replicas = 2;
  prod.restore_from = "https://example.org/";
  const Json values = *ValuesOf(prod, ProductionDerived(prod), AllParts());
  const std::map<std::string, Json> wanted{{"postgresImageName", "patroni:1"},
                                           {"syncImage", "sync:1"},
                                           {"provisionImage", "provision:1"},
                                           {"staticImage", "static:1"},
                                           {"requestsPostgresCPU", "8"},
                                           {"requestsPostgresMemory", "32Gi"},
                                           {"limitsPostgresCPU", "32"},
                                           {"limitsPostgresMemory", "256Gi"},
                                           {"limitsCronsMemory", "1Gi"},
                                           {"postgresNodes", 4},
                                           {"postgresStorageSize", "30Gi"},
                                           {"patroniLoopWait", 10},
                                           {"patroniTtl", 50},
                                           {"patroniRetryTimeout", 20},
                                           {"patroniMasterStartTimeout", 300},
                                           {"patroniMaximumLagOnFailover", "53687091200"},
                                           {"postgresSharedBuffers", "80GB"},
                                           {"postgresMaxConn", 1024},
                                           {"postgresCacheSize", "128GB"},
                                           {"postgresRandomPageCost", "1.1"},
                                           {"backupsPVSize", "2Ti"},
                                           {"backupsStorageClass", "nfs-openebs-localstorage"},
                                           {"backupsCronProd", "45 3 29 * *"},
                                           {"grafanaNReplicas", 2},
                                           {"restoreFrom", "https://example.org/"},
                                           {"storageClass", "openebs-hostpath"},
                                           {"issuer", "letsencrypt-prod"},
                                           {"sslEnv", "prod"},
                                           {"tlsMaxHostsPerCert", 35},
                                           {"tlsProjectsIngressStart", 2},
                                           {"pgSecret", "pg-db"},
                                           {"oauthSecret", "github-oauth"},
                                           {"grafanaSecret", "grafana-secret"},
                                           {"imagePullSecrets", Json::array({{{"name", kPullSecretName}}})}};
  for (const auto& [key, value] : wanted) EXPECT_EQ(values.value(key, Json()), value) << key;
  for (const char* key : {"backupsCronTest", "requestsCronsCPU", "apiImage"})
    EXPECT_FALSE(values.contains(key)) << key;
  EXPECT_THAT(values.dump(), Not(HasSubstr("15min")));  // only Patroni's store has it
  EXPECT_EQ(
      values.at("domains")[1],
      (Json{{"name", "devstats.cd.foundation"}, {"shortname", "cdf"}, {"image", "devstats-static-cdf"}}));
}

TEST(Values, OtherIssuersAndNone) {
  spec::EnvironmentSpec prod = ProdEnvironment();
  for (const auto& [issuer, end] : std::map<std::string, std::string>{{"own-ca", ""}, {"", ""}}) {
    prod.issuer = issuer;
    const Json values = *ValuesOf(prod, {}, {Part::kIngress});
    EXPECT_EQ(values.at("issuer"), issuer);
    EXPECT_EQ(values.at("sslEnv"), end);
  }
}

// What changes for some parts leaves the releases of others alone.
TEST(Values, APartHasOnlyWhatItReads) {
  const spec::EnvironmentSpec prod = ProdEnvironment();
  for (const Part part : {Part::kPostgres, Part::kApi, Part::kBackups, Part::kBackupsPv, Part::kBootstrap,
                          Part::kVacuum, Part::kReports, Part::kTests, Part::kStatic}) {
    EXPECT_EQ(*ValuesOf(prod, {}, {part}), *ValuesOf(prod, ProductionDerived(prod), {part}));
  }
  spec::EnvironmentSpec other = prod;
  other.patroni.members = 5;
  other.images["patroni"] = "patroni:2";
  other.resources["patroni"].limit_cpu = "5";
  other.grafana_replicas = 5;
  for (const Part part : {Part::kPvs, Part::kCrons, Part::kIngress, Part::kServices})
    EXPECT_EQ(*ValuesOf(prod, {}, {part}), *ValuesOf(other, {}, {part}));
  EXPECT_NE(*ValuesOf(prod, {}, {Part::kPostgres}), *ValuesOf(other, {}, {Part::kPostgres}));
}

TEST(Values, AProjectInTheMiddleChangesNoOther) {
  const spec::EnvironmentSpec prod = ProdEnvironment();
  Derived derived = ProductionDerived(prod);
  const Json before = *ValuesOf(prod, derived, {Part::kCrons, Part::kIngress});
  spec::ProjectSpec fresh;
  fresh.name = fresh.url = fresh.database = "fresh";
  fresh.domains = {"prod"};
  derived.projects.insert(derived.projects.begin() + 50, fresh);
  derived.schedules = SchedulesOf(prod, derived.projects, SchedulesIn(before, prod));
  derived.certificates = *CertificatesOf(prod, HostsOf(prod, derived.projects), CertificatesIn(before));
  Json after = *ValuesOf(prod, derived, {Part::kCrons, Part::kIngress});
  EXPECT_EQ(after["projects"][50].at("proj"), "fresh");
  EXPECT_EQ(after["tlsHosts"]["8"].back(), "fresh.devstats.cncf.io");  // the only certificate with room
  after["projects"].erase(50);
  after["tlsHosts"]["8"].erase(34);
  for (size_t i = 50; i < 283; ++i) after["projects"][i]["i"] = i;  // read by nothing
  EXPECT_EQ(after, before);
}

TEST(Values, ComeBack) {
  for (const spec::EnvironmentSpec& environment : {TestEnvironment(), ProdEnvironment()}) {
    const Derived derived = ProductionDerived(environment);
    const Json values = *ValuesOf(environment, derived, {Part::kCrons, Part::kIngress});
    EXPECT_EQ(SchedulesIn(values, environment), derived.schedules);
    EXPECT_EQ(CertificatesIn(values), derived.certificates);
  }
  const Json values = ProdValues({Part::kCrons});
  EXPECT_TRUE(SchedulesIn(values, TestEnvironment()).empty());
  for (const char* text :
       {"{}", "[]", "null", R"({"projects": 1, "tlsHosts": []})",
        R"({"projects": [1, {"proj": 2}, {"proj": "a"}], "tlsHosts": {"x": ["a"], "2": 3, "0": []}})"}) {
    EXPECT_TRUE(SchedulesIn(Json::parse(text), ProdEnvironment()).empty()) << text;
    EXPECT_TRUE(CertificatesIn(Json::parse(text)).empty()) << text;
  }
}

TEST(Values, TheOperatorsStandOverOurs) {
  const auto values = WithOperator(
      "{nSyncCPUs: 4, skipGA: 1, skipCrons: '', skipSecrets: 1, postgresNodes: '3', appNodeSelector: {node: "
      "mine}, "
      "limitsCronsCPU: 2, pgPass: ''}");
  ASSERT_TRUE(values.ok()) << values.status();
  EXPECT_EQ(values->at("nSyncCPUs"), 4);
  EXPECT_EQ(values->at("skipGA"), 1);
  EXPECT_EQ(values->at("appNodeSelector"), (Json{{"node", "mine"}}));
  EXPECT_EQ(values->at("limitsCronsCPU"), 2);
}

TEST(Values, ContradictionsAreRefused) {
  struct Case {
    const char *yaml, *message, *hint;
  };
  const Case cases[] = {
      {"namespace: devstats-test",
       "values.namespace is \"devstats-test\", but it is bound to "
       "environments.prod.namespace, which is \"devstats-prod\"",
       "set environments.prod.namespace"},
      {"ingressClass: nginx-test", "values.ingressClass", "environments.prod.ingressClass"},
      {"testServer: 1", "values.testServer is \"1\", but it is bound to the environment, where it is \"\"",
       "remove"},
      {"prodServer: ''", "values.prodServer is \"\"", "remove"},
      {"skipCrons: 1",
       "values.skipCrons is \"1\", but it is bound to the parts of the release, where it is \"\"", "remove"},
      {"skipGrafanas: ''", "values.skipGrafanas", "remove"},
      {"skipSecrets: false", "values.skipSecrets", "remove"},
      {"runTests: 1", "values.runTests", "remove"},
      {"syncImage: other", "bound to environments.prod.images.sync", "environments.prod.images.sync"},
      {"postgresNodes: 4", "bound to environments.prod.patroni.members, which is \"3\"", "patroni.members"},
      {"postgresSharedBuffers: 1GB", "patroni.parameters.shared_buffers, which is \"80GB\"",
       "shared_buffers"},
      {"requestsCronsCPU: 2", "bound to environments.prod.resources.sync.requests.cpu", "resources.sync"},
      {"projects: []", "values.projects is a list", "environments.prod.projects"},
      {"indexCronsFrom: 3", "values.indexCronsFrom selects by position", "environments.prod.projects"},
  };
  for (const Case& c : cases) {
    const absl::Status status = WithOperator(c.yaml).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.yaml;
    EXPECT_THAT(status.message(), AllOf(HasSubstr("environment \"prod\""), HasSubstr(c.message)));
    EXPECT_THAT(HintOf(status), HasSubstr(c.hint)) << c.yaml;
  }
}

TEST(Values, SecretsAreRefusedAndNotShown) {
  for (const char* key : {"pgPass", "githubOAuth", "grafanaPassword", "pgHost"}) {
    const absl::Status status = WithOperator(absl::StrCat(key, ": hunter2")).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << key;
    EXPECT_THAT(status.message(), AllOf(HasSubstr(key), Not(HasSubstr("hunter2"))));
    EXPECT_THAT(HintOf(status), HasSubstr("environments.prod.secrets"));
  }
}

TEST(Values, OfNoMapping) {
  EXPECT_THAT(WithOperator("[1]").status().message(), HasSubstr("mapping"));
  EXPECT_THAT(WithOperator("a: .inf").status().message(), HasSubstr("values of environment \"prod\""));
}

}  // namespace
}  // namespace devstats::domain
