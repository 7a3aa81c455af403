// An environment that is well, in a cluster in memory: each test makes one thing wrong.
#pragma once
#include "coordinator/devstats/health/crons.h"
#include "coordinator/spec/devstats.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::domain {

struct HealthyCluster {
  static constexpr char kSpace[] = "devstats-test";
  const absl::Time now = absl::FromUnixSeconds(1'795'000'000);  // 2026-11-18 11:06:40 UTC
  kube::FakeKube kube;
  spec::EnvironmentSpec environment;
  std::vector<spec::ProjectSpec> projects;

  HealthyCluster() {
    environment.name = "test";
    environment.namespace_ = kSpace;
    for (const char* name : {"keda", "flux"}) {
      spec::ProjectSpec project;
      project.name = project.database = name;
      projects.push_back(project);
    }
    kube.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kSpace}}}});
    AddKind("storage.k8s.io", "StorageClass", "storageclasses", "Cluster");
    for (const char* name : {"openebs-hostpath", "nfs-openebs-localstorage"})
      kube.Seed(
          {{"apiVersion", "storage.k8s.io/v1"}, {"kind", "StorageClass"}, {"metadata", {{"name", name}}}});
    for (const char* name : {"node-1", "node-2", "node-3"}) SeedNode(name, "True", "v1.20.2");
    SeedClaim("devstats-backups", "Bound");
    SeedPod("devstats-keda-1", "Running");
    for (const char* name : {"keda", "flux"}) SeedCron(std::string("devstats-") + name, "cron", name);
    SeedCron("devstats-affiliations-keda", "affiliations-cron", "keda");
    SeedCron("devstats-backups", "backups-cron", "");
  }

  void AddKind(const std::string& group, const std::string& kind, const std::string& plural,
               const std::string& scope) {
    const Json version = {{"name", "v1"}, {"served", true}};
    const auto made = kube.Apply({{"apiVersion", "apiextensions.k8s.io/v1"},
                                  {"kind", "CustomResourceDefinition"},
                                  {"metadata", {{"name", plural + "." + group}}},
                                  {"spec",
                                   {{"group", group},
                                    {"scope", scope},
                                    {"names", {{"kind", kind}, {"plural", plural}}},
                                    {"versions", Json::array({version})}}}},
                                 {});
    if (!made.ok()) abort();
  }
  void SeedNode(const std::string& name, const std::string& ready, const std::string& version) {
    kube.Seed(
        {{"apiVersion", "v1"},
         {"kind", "Node"},
         {"metadata", {{"name", name}, {"labels", {{"node", "devstats-app"}, {"node2", "devstats-db"}}}}},
         {"status",
          {{"conditions", Json::array({{{"type", "Ready"}, {"status", ready}}})},
           {"nodeInfo", {{"kubeletVersion", version}}}}}});
  }
  void SeedClaim(const std::string& name, const std::string& phase) {
    kube.Seed({{"apiVersion", "v1"},
               {"kind", "PersistentVolumeClaim"},
               {"metadata", {{"name", name}, {"namespace", kSpace}}},
               {"status", {{"phase", phase}}}});
  }
  void SeedPod(const std::string& name, const std::string& phase, const std::string& waiting = "",
               absl::Duration age = absl::Hours(1)) {
    Json container = {{"name", "main"}, {"state", Json::object()}};
    if (!waiting.empty()) container["state"]["waiting"]["reason"] = waiting;
    kube.Seed({{"apiVersion", "v1"},
               {"kind", "Pod"},
               {"metadata",
                {{"name", name},
                 {"namespace", kSpace},
                 {"creationTimestamp", absl::FormatTime(absl::RFC3339_sec, now - age, absl::UTCTimeZone())}}},
               {"status", {{"phase", phase}, {"containerStatuses", Json::array({container})}}}});
  }
  void SeedCron(const std::string& name, const std::string& type, const std::string& project) {
    Json labels = {{"name", "devstats"}, {"type", type}};
    if (!project.empty()) labels["proj"] = project;
    kube.Seed({{"apiVersion", "batch/v1"},
               {"kind", "CronJob"},
               {"metadata", {{"name", name}, {"namespace", kSpace}, {"labels", labels}}},
               {"spec", {{"schedule", "8 0,6,12,18 * * *"}}}});
  }
};

}  // namespace devstats::domain
