// Environments of cluster.yaml: what they have when little is said, and what is read.
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "coordinator/spec/environment_defaults.h"
#include "coordinator/spec/postgres_parameters.h"
#include "coordinator/spec/presets.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kCarrier[] = R"(cluster: c
nodes:
  - {name: m, address: 10.0.0.1, role: control-plane}
  - {name: n0, address: 10.0.0.2}
  - {name: n1, address: 10.0.0.3}
labels: {node: devstats-app, node2: devstats-db}
kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}
)";

std::vector<EnvironmentSpec> EnvironmentsIn(absl::string_view text) {
  const auto spec = ParseClusterSpec(absl::StrCat(kCarrier, text), "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? spec->environments : std::vector<EnvironmentSpec>();
}

TEST(Environments, AreOffUnlessNamed) {
  EXPECT_TRUE(EnvironmentsIn("").empty());
  EXPECT_TRUE(EnvironmentsIn("environments: {}\n").empty());
}

TEST(Environments, NamesFollowThatOfTheEnvironment) {
  const auto environments = EnvironmentsIn("environments: {prod: {}, test: {}}\n");
  ASSERT_EQ(environments.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    const EnvironmentSpec& e = environments[i];
    const std::string name = i == 0 ? "test" : "prod";
    EXPECT_EQ(e.name, name);
    EXPECT_EQ(e.namespace_, "devstats-" + name);
    EXPECT_EQ(e.ingress_class, "nginx-" + name);
    EXPECT_EQ(e.issuer, "letsencrypt-" + name);
    EXPECT_EQ(e.secrets.at("PG_PASS"), name + "-pg-pass");
    EXPECT_EQ(e.secrets.at("GF_SECURITY_ADMIN_PASSWORD"), name + "-gf-security-admin-password");
    EXPECT_EQ(e.secrets.size(), 6u);  // the chart knows the others' values
    EXPECT_EQ(e.images.at("sync"), absl::StrCat("lukaszgryglicki/devstats-minimal-", name, ":latest"));
    EXPECT_EQ(e.images.at("provision"), absl::StrCat("lukaszgryglicki/devstats-", name, ":latest"));
    EXPECT_EQ(e.images.at("api"), absl::StrCat("lukaszgryglicki/devstats-api-", name, ":latest"));
    EXPECT_EQ(e.images.at("grafana"), "lukaszgryglicki/devstats-grafana:latest");
    EXPECT_EQ(e.images.size(), ImageKinds().size());
  }
}

TEST(Environments, HaveUpstreamsSitesAndSchedules) {
  const auto environments = EnvironmentsIn("environments: {prod: {}, test: {}}\n");
  ASSERT_EQ(environments.size(), 2u);
  ASSERT_EQ(environments[0].domains.size(), 1u);
  EXPECT_EQ(environments[0].domains[0].host, "teststats.cncf.io");
  EXPECT_EQ(environments[0].domains[0].image, "lukaszgryglicki/devstats-static-test:latest");
  std::vector<std::string> hosts;
  for (const DomainSpec& domain : environments[1].domains) hosts.push_back(domain.host);
  EXPECT_THAT(hosts, ElementsAre("devstats.cncf.io", "devstats.cd.foundation", "devstats.graphql.org"));
  EXPECT_EQ(environments[1].domains[2].image, "lukaszgryglicki/devstats-static-graphql:latest");
  EXPECT_EQ(environments[0].backups.schedule, "45 3 30 * *");
  EXPECT_EQ(environments[1].backups.schedule, "45 3 29 * *");
  EXPECT_EQ(environments[0].grafana_replicas, 1);
  EXPECT_EQ(environments[1].grafana_replicas, 2);
  for (const EnvironmentSpec& environment : environments)
    EXPECT_EQ(environment.grafana_data, GrafanaData::kOnVolume);
}

TEST(Environments, PatroniHasUpstreamsSizesAndTimesThatItTakes) {
  const auto environments =
      EnvironmentsIn("environments: {test: {patroni: {parameters: {work_mem: 1GB}}}}\n");
  ASSERT_EQ(environments.size(), 1u);
  const PatroniSpec& patroni = environments[0].patroni;
  EXPECT_EQ(patroni.members, 3);
  EXPECT_EQ(patroni.loop_wait, 15);
  EXPECT_EQ(patroni.retry_timeout, 20);
  EXPECT_EQ(patroni.ttl, 60);
  EXPECT_EQ(patroni.start_timeout, 600);
  EXPECT_EQ(patroni.maximum_lag_on_failover, 53687091200);
  EXPECT_EQ(patroni.parameters.at("work_mem"), "1GB");
  EXPECT_EQ(patroni.parameters.at("shared_buffers"), "500GB");
  EXPECT_EQ(patroni.parameters.size(), PostgresParameters().size());
}

TEST(Environments, AllOfItIsRead) {
  const auto environments = EnvironmentsIn(R"(environments:
  test:
    namespace: a
    ingressClass: b
    schedules: test
    domains: [{name: main, host: stats.example.com}, {name: other, host: o.example.com, image: "o:1"}]
    issuer: ""
    hostsPerCertificate: 50
    projects: [kubernetes, "open*"]
    images: {sync: "r.example.com/s:1", static: "r.example.com/p:2"}
    pullSecret: {registry: r.example.com, user: robot, passwordSecret: pull}
    resources: {sync: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: 2, memory: 2Gi}}, api: {}}
    patroni: {members: 2, storageSize: 10Gi, loopWait: 5, ttl: 30, retryTimeout: 10, startTimeout: 300,
              maximumLagOnFailover: 1MB, parameters: {hot_standby_feedback: "off"}}
    storageClass: local
    backups: {size: 1Gi, storageClass: shared, schedule: "1 2 * * *"}
    restoreFrom: http://dumps.example.com/
    grafanaReplicas: 3
    grafanaData: image
    api: false
    reports: true
    secrets: {PG_PASS: mine, PG_HOST: host}
    values: {skipGA: 1}
)");
  ASSERT_EQ(environments.size(), 1u);
  const EnvironmentSpec& e = environments[0];
  EXPECT_EQ(e.namespace_, "a");
  EXPECT_EQ(e.ingress_class, "b");
  ASSERT_EQ(e.domains.size(), 2u);
  EXPECT_EQ(e.domains[0].image, "r.example.com/p:2");  // of no site of upstream's: as for hosts of no domain
  EXPECT_EQ(e.domains[1].image, "o:1");
  EXPECT_EQ(e.issuer, "");
  EXPECT_EQ(e.hosts_per_certificate, 50);
  EXPECT_THAT(e.projects, ElementsAre("kubernetes", "open*"));
  EXPECT_EQ(e.images.at("sync"), "r.example.com/s:1");
  EXPECT_EQ(e.pull_secret_registry, "r.example.com");
  EXPECT_EQ(e.pull_secret_user, "robot");
  EXPECT_EQ(e.pull_secret, "pull");
  ASSERT_EQ(e.resources.size(), 2u);
  EXPECT_EQ(e.resources.at("sync").request_cpu, "500m");
  EXPECT_EQ(e.resources.at("sync").request_memory, "1Gi");
  EXPECT_EQ(e.resources.at("sync").limit_cpu, "2");
  EXPECT_EQ(e.resources.at("sync").limit_memory, "2Gi");
  EXPECT_EQ(e.patroni.members, 2);
  EXPECT_EQ(e.patroni.storage_size, "10Gi");
  EXPECT_EQ(e.patroni.loop_wait, 5);
  EXPECT_EQ(e.patroni.ttl, 30);
  EXPECT_EQ(e.patroni.retry_timeout, 10);
  EXPECT_EQ(e.patroni.start_timeout, 300);
  EXPECT_EQ(e.patroni.maximum_lag_on_failover, 1 << 20);
  EXPECT_EQ(e.patroni.parameters.at("hot_standby_feedback"), "off");
  EXPECT_EQ(e.storage_class, "local");
  EXPECT_EQ(e.backups.size, "1Gi");
  EXPECT_EQ(e.backups.storage_class, "shared");
  EXPECT_EQ(e.backups.schedule, "1 2 * * *");
  EXPECT_EQ(e.restore_from, "http://dumps.example.com/");
  EXPECT_EQ(e.grafana_replicas, 3);
  EXPECT_EQ(e.grafana_data, GrafanaData::kInImage);
  EXPECT_FALSE(e.api);
  EXPECT_TRUE(e.reports);
  EXPECT_EQ(e.secrets.at("PG_PASS"), "mine");
  EXPECT_EQ(e.secrets.at("PG_HOST"), "host");
  EXPECT_EQ(e.secrets.at("PG_PASS_RO"), "test-pg-pass-ro");
  ASSERT_TRUE(e.values.IsMapping());
}

TEST(Presets, DemoFillsWhatTheFileDoesNotSay) {
  const auto environments = EnvironmentsIn(
      "environments: {test: {preset: demo, patroni: {ttl: 180, parameters: {work_mem: 64MB}}, resources: "
      "{sync: "
      "{requests: {cpu: 50m}}}}}\n");
  ASSERT_EQ(environments.size(), 1u);
  const EnvironmentSpec& e = environments[0];
  EXPECT_EQ(e.patroni.ttl, 180);
  EXPECT_EQ(e.patroni.retry_timeout, 50);
  EXPECT_EQ(e.patroni.storage_size, "30Gi");
  EXPECT_EQ(e.patroni.parameters.at("work_mem"), "64MB");
  EXPECT_EQ(e.patroni.parameters.at("shared_buffers"), "1280MB");
  EXPECT_EQ(e.backups.size, "2Gi");
  EXPECT_EQ(e.resources.at("sync").request_cpu, "50m");
  EXPECT_EQ(e.resources.at("sync").request_memory, "128Mi");
  EXPECT_EQ(e.resources.at("patroni").request_memory, "512Mi");
  EXPECT_EQ(e.resources.at("patroni").limit_memory, "");  // the chart's
}

TEST(Presets, DemoIsForEitherEnvironmentAndNoOther) {
  const auto environments = EnvironmentsIn("environments: {test: {}, prod: {preset: demo}}\n");
  ASSERT_EQ(environments.size(), 2u);
  EXPECT_EQ(environments[0].patroni.parameters.at("shared_buffers"), "500GB");
  EXPECT_EQ(environments[1].patroni.parameters.at("shared_buffers"), "1280MB");
}

// Four members, as the old procedure has them.
TEST(Presets, DemoHoldsFourMembers) {
  const auto spec = ParseClusterSpec(
      absl::StrReplaceAll(kCarrier, {{"labels:", "  - {name: n2, address: 10.0.0.4}\nlabels:"}}) +
          "environments: {test: {preset: demo, patroni: {members: 4}}}\n",
      "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
}

TEST(Presets, EachValueStandsOnceAndEachCorrectionHasAReason) {
  std::set<std::string> keys;
  for (const PresetValue& row : DemoValues()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    EXPECT_EQ(row.was != nullptr, std::string(row.why) != "") << row.key;
    EXPECT_TRUE(row.was == nullptr || std::string(row.was) != row.value) << row.key;
  }
}

// Whatever Patroni would refuse is corrected: of a refused value of the old procedure nothing is left.
TEST(Presets, TheOldValuesThatAreCorrectedAreRefused) {
  for (const PresetValue& row : DemoValues()) {
    absl::string_view key = row.key;
    if (!row.was || !absl::ConsumePrefix(&key, "patroni.parameters.")) continue;
    const PostgresParameter* parameter = FindParameter(key);
    ASSERT_NE(parameter, nullptr) << key;
    EXPECT_EQ(WrongValue(*parameter, row.value), "") << key;
    const bool refused = absl::StrContains(row.why, "refuses");
    EXPECT_TRUE(!refused || WrongValue(*parameter, row.was) != "") << key;
  }
}

TEST(PostgresParameters, AreSortedAndTheirDefaultsFit) {
  const auto& all = PostgresParameters();
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_TRUE(i == 0 || std::string(all[i - 1].name) < all[i].name) << all[i].name;
    ASSERT_NE(all[i].fallback, nullptr) << all[i].name;
    EXPECT_EQ(WrongValue(all[i], all[i].fallback), "") << all[i].name;
    EXPECT_EQ(FindParameter(all[i].name), &all[i]);
  }
  EXPECT_EQ(FindParameter("wal_keep_segments"), nullptr);
}

TEST(PostgresParameters, ValuesAreHeldToTheirLimits) {
  struct Case {
    const char* name;
    const char* value;
    const char* wrong;
  };
  for (const Case& c :
       {Case{"max_connections", "25", ""},
        {"max_connections", "24", "must be from 25 to 262143"},
        {"max_connections", "2.5", "must be from 25 to 262143"},
        {"max_wal_senders", "2", "must be from 3 to 262143"},
        {"max_replication_slots", "3", "must be from 4 to 262143"},
        {"max_worker_processes", "1", "must be from 2 to 262143"},
        {"shared_buffers", "128MB", ""},
        {"shared_buffers", "16384", "must be a size from 128kB to 8TB"},
        {"shared_buffers", "1gb", "must be a size from 128kB to 8TB"},
        {"temp_file_limit", "-1", ""},
        {"max_wal_size", "-1", "must be a size from 32MB to 2048TB"},
        {"wal_keep_size", "8MB", "must be a size from 16MB to 2048TB"},
        {"checkpoint_timeout", "5s", "must be a time from 30s to 86400s"},
        {"idle_in_transaction_session_timeout", "0", ""},
        {"checkpoint_completion_target", "1.5", "must be a number from 0 to 1"},
        {"hot_standby", "off", "must be on"},
        {"wal_level", "hot_standby", "must be replica or logical; hot_standby is the old name of replica"},
        {"wal_level", "minimal", "must be replica or logical"}})
    EXPECT_EQ(WrongValue(*FindParameter(c.name), c.value), c.wrong) << c.name << " " << c.value;
}

TEST(PostgresParameters, UnitsArePostgresOwn) {
  EXPECT_EQ(BytesOf("1kB"), 1024);
  EXPECT_EQ(BytesOf("80GB"), 80.0 * (1 << 30));
  EXPECT_EQ(BytesOf("1TB"), 1024.0 * (1 << 30));
  EXPECT_EQ(BytesOf("7"), 7);
  for (const char* bad : {"", "GB", "1Gi", "1 GB", "-1", "1.5GB", "1234567890123GB"})
    EXPECT_EQ(BytesOf(bad), -1) << bad;
  EXPECT_EQ(SecondsOf("30min"), 1800);
  EXPECT_EQ(SecondsOf("120s"), 120);
  EXPECT_EQ(SecondsOf("1d"), 86400);
  EXPECT_EQ(SecondsOf("1m"), -1);
}

}  // namespace
}  // namespace devstats::spec
