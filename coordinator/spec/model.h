// cluster.yaml as typed values. Defaults are filled in and everything has been checked against everything:
// whoever holds a ClusterSpec need not ask whether it makes sense.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/yaml.h"
#include "coordinator/spec/devstats.h"

namespace devstats::spec {

enum class Role { kControlPlane, kWorker };
const char* NameOf(Role role);  // "control-plane", "worker"

struct LinkSpec {
  std::string path;    // "/var/lib/containerd"
  std::string target;  // absolute, on the data mount: "/data/containerd"
  bool move = false;
};

struct StorageSpec {
  enum class Layout { kSingle, kRaid, kLvm };
  Layout layout = Layout::kSingle;
  int raid_level = 0;
  std::string filesystem = "ext4";
  std::string label = "data";
  std::string mount = "/data";
  std::vector<std::string> mount_options;
  std::vector<LinkSpec> links;
};

struct NodeSpec {
  std::string name;
  std::string address;
  std::string external_address;  // may be empty
  Role role = Role::kWorker;
  std::optional<std::string> os;  // "debian-12"
  int agent_port = 7442;
  std::map<std::string, std::string> labels;  // with those of all nodes
  std::vector<std::string> disks;             // serials or WWNs of the data disks; empty: none is managed
  std::vector<std::string> wipe;              // those of them whose content may be destroyed
};

struct OsSpec {
  bool hostname = true;  // set it to the node's name
  bool hosts = true;     // names of all nodes in /etc/hosts
  bool swap_off = true;
  std::vector<std::string> modules;
  std::map<std::string, std::string> sysctl;
  std::string journal_max_use, journal_max_retention;  // empty: not managed
};

struct RepositorySpec {
  std::string name;
  std::vector<std::string> uris, suites, components;
  std::string key;  // armoured
};

struct PackageSpec {
  std::string name;
  std::string version;  // empty: any
  bool hold = false;
};

struct RegistrySpec {
  std::string host;
  std::vector<std::string> mirrors;
  std::string user;             // empty: nobody logs in
  std::string password_secret;  // the name of the secret; set when user is
  std::string ca;               // PEM; empty: the authorities that the system trusts
};

struct RuntimeSpec {
  std::string package = "containerd";
  std::string version;  // empty: any
  std::string sandbox_image;
  std::string cni_bin_dir = "/opt/cni/bin";
  bool systemd_cgroup = true;
  bool restrict_oom_score_adj = false;
  std::vector<RegistrySpec> registries;
};

struct CniSpec {
  enum class Kind { kManifest, kHostGateway };
  Kind kind = Kind::kManifest;
  std::string manifest;  // URL or path on the coordinator's box
  std::string digest;    // "sha256:<hex>" of the manifest
};

struct KubernetesSpec {
  std::string version;          // "1.35.0"
  std::string package_version;  // "1.35.0-1.1"
  std::string pod_subnet = "10.244.0.0/16";
  std::string service_subnet = "10.96.0.0/12";
  std::string dns_domain = "cluster.local";
  std::string image_repository;                                // empty: kubeadm's default
  std::string check_image = "docker.io/library/busybox:1.36";  // from which the pod network is tried
  std::string resolv_conf;                                     // empty: what the box has
  int node_mask = 24;
  int max_pods = 110;
  std::vector<std::string> sans;
  CniSpec cni;
  int conntrack_max_per_core = -1, conntrack_min = -1;  // -1: kube-proxy's default
};

struct ContextSpec {
  std::string name;
  std::string namespace_;
};

struct ChartRepositorySpec {
  std::string name;
  std::string url;              // http, https or oci
  std::string user;             // empty: nobody logs in
  std::string password_secret;  // the name of the secret; set when user is
  std::string ca;               // PEM; empty: the authorities that the system trusts
};

// Which chart, and with what.
struct ChartSpec {
  std::string chart;       // absolute path, NAME, REPOSITORY/NAME, URL of a .tgz, oci://HOST/PATH/NAME
  std::string repository;  // URL in which a NAME is looked up
  std::string version;     // exact; may be empty for a path or a URL
  std::string digest;      // "sha256:<hex>"; empty only for a path
  YamlNode values;         // a mapping, or a null scalar
  // A path on the coordinator's box: nothing is fetched.
  bool IsPath() const { return !chart.empty() && chart[0] == '/'; }
};

struct ReleaseSpec {
  std::string name;
  std::string namespace_;
  ChartSpec chart;
  std::vector<std::string> values_files;  // paths on the coordinator's box
  bool wait = true, wait_for_jobs = false, atomic = false, create_namespace = true, skip_crds = false;
  std::string timeout = "5m";      // of each wait and hook
  std::vector<std::string> needs;  // releases, add-ons, units
};

// What every add-on has.
struct AddonSpec {
  ChartSpec chart;
  std::string namespace_;
  std::string timeout;                        // of each wait and hook
  std::map<std::string, std::string> images;  // "controller": "HOST/PATH:TAG@sha256:<hex>"
};

struct OpenEbsSpec : AddonSpec {
  std::string base_path;              // of the volumes, on each box
  bool default_storage_class = true;  // make openebs-hostpath the one default class
};

struct NfsSpec : AddonSpec {
  std::string size, storage_class, backing_class;
};

struct PoolSpec {
  std::string name;                    // of the environment: "test"
  std::vector<std::string> addresses;  // "10.0.0.1", "10.0.0.0/28", "10.0.0.1-10.0.0.9"
  std::string address;                 // which of them its ingress asks for; may be empty
};

struct MetalLbSpec : AddonSpec {
  // What becomes of the label node.kubernetes.io/exclude-from-external-load-balancers, which kubeadm puts on
  // the control plane: with it a node announces no address.
  enum class ExcludeLabel { kHonour, kIgnore, kRemove };
  std::vector<PoolSpec> pools;
  ExcludeLabel exclude_label = ExcludeLabel::kIgnore;
};

struct IngressSpec {
  enum class Mode { kLoadBalancer, kDaemonSet };
  Mode mode = Mode::kLoadBalancer;
  std::string environment;            // "test"
  std::string namespace_;             // whose Ingresses it serves, and where it runs
  std::string class_;                 // "nginx-test"
  int http_port = 0, https_port = 0;  // on the nodes, of kDaemonSet
  int open_files = 65535;
  YamlNode values;
};

struct IngressNginxSpec : AddonSpec {
  std::vector<IngressSpec> environments;
};

struct IssuerSpec {
  std::string environment;  // "test"
  std::string namespace_;
  std::string server;  // URL of the ACME directory
  std::string email;
  std::string private_key_secret;
  std::string ingress_class;
};

struct CertManagerSpec : AddonSpec {
  std::vector<IssuerSpec> issuers;
};

struct AddonsSpec {
  std::optional<OpenEbsSpec> openebs;
  std::optional<NfsSpec> nfs;
  std::optional<MetalLbSpec> metallb;
  std::optional<IngressNginxSpec> ingress_nginx;
  std::optional<CertManagerSpec> cert_manager;
  std::optional<AddonSpec> dashboard;
};

// An add-on as all of them are looked at.
struct NamedAddon {
  const char* key;  // "ingressNginx"
  const AddonSpec* addon;
  std::vector<std::string> releases;  // the names of its releases
};
// Those that are named, in the order in which they are told.
std::vector<NamedAddon> NamedAddons(const AddonsSpec& addons);
// The keys of all there are.
const std::vector<const char*>& AddonKeyNames();

struct ClusterSpec {
  std::string name;
  std::vector<NodeSpec> nodes;  // in the order written
  OsSpec os;
  StorageSpec storage;
  std::vector<RepositorySpec> repositories;
  std::vector<PackageSpec> packages;  // beyond those that units need
  RuntimeSpec runtime;
  std::optional<KubernetesSpec> kubernetes;  // absent: boxes only
  std::vector<ContextSpec> contexts;
  std::vector<ChartRepositorySpec> chart_repositories;
  std::string chart_mirror;  // folder or URL in place of the internet; may be empty
  AddonsSpec addons;
  std::vector<ReleaseSpec> releases;
  std::vector<EnvironmentSpec> environments;
  ProjectsSpec projects;

  const NodeSpec& ControlPlane() const;  // there is exactly one when kubernetes is set
};

}  // namespace devstats::spec
