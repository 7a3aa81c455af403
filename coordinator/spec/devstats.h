// DevStats in cluster.yaml: its environments, and the projects that they show. Whatever belongs to an
// environment is bound to it here, once.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/yaml.h"

namespace devstats::spec {

// A site of an environment: a host with pages of its own, below which its projects have hosts.
struct DomainSpec {
  std::string name;   // "prod": in names of objects; projects say by it where they are shown
  std::string host;   // "devstats.cncf.io"
  std::string image;  // of its static pages
};

// Of one project in one environment. Empty: computed (devstats/schedules.h).
struct ProjectSchedules {
  std::string sync, affiliations;  // as cron has them
  bool suspend = false;
};

// Upstream's fields under names that say what they are; values.h of devstats/ has both side by side.
struct ProjectSpec {
  enum class State {
    kActive,
    kArchived,  // its data stays, nothing is synced, no host is served but on the first domain
    kDisabled   // known, and not there
  };
  std::string name;              // "kubernetes": in names of objects
  std::string url;               // the first label of its hosts: "k8s"
  std::string database;          // "gha"
  std::string title;             // "Kubernetes"
  std::string repository = "-";  // "kubernetes/kubernetes"; "-": it has none of its own
  std::string icon;
  std::string disk = "3Gi";                     // for its git repositories
  std::vector<std::string> domains = {"prod"};  // names of those on which it is shown
  std::vector<std::string> aliases;             // more hosts
  State state = State::kActive;
  std::string added;                                  // "2026-08-01"; empty: not known
  std::map<std::string, ProjectSchedules> schedules;  // by environment
  std::string analytics;                              // id at Google Analytics
  int max_histograms = 8;
  bool durable_queries = true;  // retried for ever
  std::string lock_database;    // which keeps affs_lock; empty: devstats
  bool affiliations_lock = true;
  std::string max_run_duration;  // "calc_metric:48h:102,..."
  bool affiliations_skip_temp = true, affiliations_skip_github = true, affiliations_skip_repositories = true;
  // The chance that an import, an update of affiliations is left out.
  int skip_import_percent = 0, skip_update_percent = 0;
  // The keys that were written ("disk"): in cluster.yaml, those that stand over the catalog's. ProjectsOf
  // (catalog.h) goes by it; whoever has its result need not.
  std::set<std::string> given;
};

// Of the pods of one kind. Empty: not said.
struct ResourcesSpec {
  std::string request_cpu, request_memory, limit_cpu, limit_memory;
};

struct PatroniSpec {
  int members = 3;
  std::string storage_size;  // empty: the chart's
  // Patroni's own, in seconds: loop_wait, ttl, retry_timeout, primary_start_timeout; in bytes:
  // maximum_lag_on_failover.
  int64_t loop_wait = 15, ttl = 60, retry_timeout = 20, start_timeout = 600;
  int64_t maximum_lag_on_failover = int64_t{50} << 30;
  // PostgreSQL's, by its own names: "shared_buffers": "80GB". Those of postgres_parameters.h that have a
  // default are always among them.
  std::map<std::string, std::string> parameters;
};

struct BackupsSpec {
  std::string size = "2Ti", storage_class = "nfs-openebs-localstorage";
  std::string schedule;  // as cron has it
};

// Where the scripts and dashboards are that the Grafanas of an environment run.
enum class GrafanaData {
  kOnVolume,  // on the volume of backups, which all of them share: as upstream's image has it
  kInImage    // in their image
};

struct EnvironmentSpec {
  std::string name;  // "test" or "prod": also which schedules, scripts and lists of projects its images use
  std::string namespace_, ingress_class;
  std::vector<DomainSpec> domains;
  std::map<std::string, std::string> images;  // by kind of pod: all of ImageKinds()
  std::string pull_secret_registry = "docker.io";
  std::string pull_secret_user, pull_secret;  // the latter a sealed secret's name; both may be empty
  std::string issuer;                         // of certificates: "letsencrypt-prod"; empty: no TLS
  int hosts_per_certificate = 35;
  std::string storage_class = "openebs-hostpath";
  PatroniSpec patroni;
  BackupsSpec backups;
  std::map<std::string, ResourcesSpec> resources;  // by some of ResourceKinds(); of others the chart's
  int grafana_replicas = 1;
  GrafanaData grafana_data = GrafanaData::kOnVolume;
  bool api = true, reports = false;
  // "PG_PASS": the name of the sealed secret. Those that the chart needs, and others that are given.
  std::map<std::string, std::string> secrets;
  std::vector<std::string> projects;  // names and globs; empty: those shown on one of its domains
  std::string restore_from;           // URL of a folder with dumps: "https://devstats.cncf.io/backups/"
  YamlNode values;                    // of our chart, over all others
};

struct ProjectsSpec {
  std::string catalog = "shipped";  // "shipped", "none", or a path on the coordinator's box
  std::vector<ProjectSpec> list;    // in the order written; over those of the catalog by name
};

const char* NameOf(ProjectSpec::State state);  // "active"

// "affiliations", "api", "backups", "grafana", "patroni", "provision" (also of the bootstrap), "reports",
// "static" (for hosts of no domain), "sync", "tests", "vacuum".
const std::vector<const char*>& ImageKinds();
// The same with "bootstrap" and without "tests".
const std::vector<const char*>& ResourceKinds();
// "PG_PASS" ...: upstream's file names without ".secret".
const std::vector<const char*>& SecretKeys();

}  // namespace devstats::spec
