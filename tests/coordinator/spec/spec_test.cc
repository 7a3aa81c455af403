#include "coordinator/spec/spec.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/spec/os.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kSmall[] = "cluster: c\nnodes: [{name: a, address: 10.0.0.1}]\n";

ClusterSpec Parse(absl::string_view text) {
  auto spec = ParseClusterSpec(text, "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? *spec : ClusterSpec();
}

std::string ErrorIn(absl::string_view text) {
  return std::string(ParseClusterSpec(text, "c.yaml").status().message());
}

TEST(Spec, TheSmallestFileIsFilledWithDefaults) {
  const ClusterSpec spec = Parse(kSmall);
  EXPECT_EQ(spec.name, "c");
  ASSERT_EQ(spec.nodes.size(), 1u);
  EXPECT_EQ(spec.nodes[0].name, "a");
  EXPECT_EQ(spec.nodes[0].address, "10.0.0.1");
  EXPECT_EQ(spec.nodes[0].role, Role::kWorker);
  EXPECT_EQ(spec.nodes[0].os, std::nullopt);
  EXPECT_EQ(spec.nodes[0].agent_port, 7442);
  EXPECT_TRUE(spec.os.hostname && spec.os.hosts && spec.os.swap_off);
  EXPECT_THAT(spec.os.sysctl, IsEmpty());
  EXPECT_EQ(spec.runtime.package, "containerd");
  EXPECT_EQ(spec.runtime.cni_bin_dir, "/opt/cni/bin");
  EXPECT_TRUE(spec.runtime.systemd_cgroup);
  EXPECT_FALSE(spec.kubernetes.has_value());
  EXPECT_THAT(spec.contexts, IsEmpty());
}

TEST(Spec, WithoutStorageNothingIsLinked) { EXPECT_THAT(Parse(kSmall).storage.links, IsEmpty()); }

TEST(Spec, StorageBringsTheMountOptionsAndLinksOfDevStats) {
  const ClusterSpec spec = Parse(absl::StrCat(kSmall, "storage: {}\n"));
  EXPECT_EQ(spec.storage.layout, StorageSpec::Layout::kSingle);
  EXPECT_EQ(spec.storage.filesystem, "ext4");
  EXPECT_EQ(spec.storage.label, "data");
  EXPECT_EQ(spec.storage.mount, "/data");
  EXPECT_THAT(spec.storage.mount_options,
              ElementsAre("defaults", "noatime", "x-systemd.before=local-fs.target",
                          "x-systemd.requires=local-fs-pre.target"));
  std::vector<std::string> links;
  for (const LinkSpec& link : spec.storage.links) {
    links.push_back(absl::StrCat(link.path, " ", link.target));
    EXPECT_FALSE(link.move);
  }
  EXPECT_THAT(links,
              ElementsAre("/var/openebs /data/openebs", "/var/lib/containerd /data/containerd",
                          "/var/lib/kubelet /data/kubelet", "/var/lib/etcd /data/etcd",
                          "/var/log/pods /data/logs/pods", "/var/log/containers /data/logs/containers"));
}

TEST(Spec, LinksFollowTheMountAndMayMove) {
  const ClusterSpec spec = Parse(absl::StrCat(
      kSmall, "storage: {mount: /mnt/big, links: {/var/a: x/y, /var/b: /mnt/big/b}, move: [/var/b]}\n"));
  ASSERT_EQ(spec.storage.links.size(), 2u);
  EXPECT_EQ(spec.storage.links[0].target, "/mnt/big/x/y");
  EXPECT_FALSE(spec.storage.links[0].move);
  EXPECT_EQ(spec.storage.links[1].target, "/mnt/big/b");
  EXPECT_TRUE(spec.storage.links[1].move);
}

TEST(Spec, LayoutsBecomeLevels) {
  const struct {
    const char* layout;
    StorageSpec::Layout want;
    int level;
  } cases[] = {{"single", StorageSpec::Layout::kSingle, 0},
               {"raid0", StorageSpec::Layout::kRaid, 0},
               {"raid1", StorageSpec::Layout::kRaid, 1},
               {"raid10", StorageSpec::Layout::kRaid, 10},
               {"lvm", StorageSpec::Layout::kLvm, 0}};
  for (const auto& c : cases) {
    const ClusterSpec spec = Parse(absl::StrCat(kSmall, "storage: {layout: ", c.layout, "}\n"));
    EXPECT_EQ(spec.storage.layout, c.want) << c.layout;
    EXPECT_EQ(spec.storage.raid_level, c.level) << c.layout;
  }
}

TEST(Spec, ANodesLabelsLieOverThoseOfAll) {
  const ClusterSpec spec = Parse(
      "cluster: c\n"
      "nodes:\n"
      "  - {name: a, address: 10.0.0.1, labels: {node: other, ingress: prod}}\n"
      "  - {name: b, address: 10.0.0.2}\n"
      "labels: {node: devstats-app, example.com/node2: ''}\n");
  EXPECT_THAT(spec.nodes[0].labels, UnorderedElementsAre(Pair("node", "other"), Pair("ingress", "prod"),
                                                         Pair("example.com/node2", "")));
  EXPECT_THAT(spec.nodes[1].labels,
              UnorderedElementsAre(Pair("node", "devstats-app"), Pair("example.com/node2", "")));
}

constexpr char kFull[] = R"(cluster: devstats
nodes:
  - name: master.example.com
    address: 10.0.0.1
    externalAddress: 203.0.113.1
    role: control-plane
    os: debian-12
    agentPort: 17442
    disks: [S1, S2, S3, S4]
    wipe: [S2]
  - {name: node-0, address: 10.0.0.2, externalAddress: 10.0.0.2}
os:
  hostname: false
  hosts: false
  swapOff: false
  modules: [overlay]
  sysctl:
    net.ipv4.ip_forward: 1
    net.ipv4.ip_local_port_range: 1024 65000
    net.ipv4.conf.eth0/1.forwarding: "1"
  journald: {maxUse: 2G, maxRetention: 2week}
storage: {layout: raid10, filesystem: xfs, label: big}
repositories:
  - name: example
    uris: ["https://example.com/deb/", "file:///srv/deb"]
    suites: [stable]
    components: [main, contrib]
    key: |
      -----BEGIN PGP PUBLIC KEY BLOCK-----

      mQ==
      -----END PGP PUBLIC KEY BLOCK-----
packages:
  - {name: nfs-common, version: "1:2.6.4-3ubuntu5", hold: true}
  - {name: net-tools}
runtime:
  package: containerd.io
  version: 2.1.4-1~ubuntu.24.04~noble
  sandboxImage: registry.k8s.io/pause:3.10.1
  cniBinDir: /usr/lib/cni
  systemdCgroup: false
  restrictOomScoreAdj: true
  registries: [{host: docker.io, mirrors: ["http://10.0.0.9:5000", "https://m.example.com/v2"]},
               {host: registry.example.com, user: robot$devstats, passwordSecret: registry-password}]
kubernetes:
  version: 1.35.2
  podSubnet: 10.32.0.0/14
  serviceSubnet: 10.96.0.0/16
  dnsDomain: devstats.local
  imageRepository: registry.example.com:5000/k8s
  resolvConf: /run/systemd/resolve/resolv.conf
  nodeMask: 22
  maxPods: 1000
  sans: [api.example.com, 203.0.113.1]
  cni:
    manifest: https://example.com/flannel.yml
    digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
  proxy: {conntrackMaxPerCore: 0, conntrackMin: 131072}
contexts:
  test: {namespace: devstats-test}
  prod: {namespace: devstats-prod}
)";

TEST(Spec, ReadsNodesAndTheirSystem) {
  const ClusterSpec spec = Parse(kFull);
  ASSERT_EQ(spec.nodes.size(), 2u);
  const NodeSpec& master = spec.nodes[0];
  EXPECT_EQ(master.name, "master.example.com");
  EXPECT_EQ(master.external_address, "203.0.113.1");
  EXPECT_EQ(master.role, Role::kControlPlane);
  EXPECT_EQ(master.os, "debian-12");
  EXPECT_EQ(master.agent_port, 17442);
  EXPECT_THAT(master.disks, ElementsAre("S1", "S2", "S3", "S4"));
  EXPECT_THAT(master.wipe, ElementsAre("S2"));
  EXPECT_EQ(&spec.ControlPlane(), &master);
  EXPECT_FALSE(spec.os.hostname || spec.os.hosts || spec.os.swap_off);
  EXPECT_THAT(spec.os.modules, ElementsAre("overlay"));
  EXPECT_THAT(spec.os.sysctl, UnorderedElementsAre(Pair("net.ipv4.ip_forward", "1"),
                                                   Pair("net.ipv4.ip_local_port_range", "1024 65000"),
                                                   Pair("net.ipv4.conf.eth0/1.forwarding", "1")));
  EXPECT_EQ(spec.os.journal_max_use, "2G");
  EXPECT_EQ(spec.os.journal_max_retention, "2week");
  EXPECT_EQ(spec.storage.filesystem, "xfs");
  EXPECT_EQ(spec.storage.label, "big");
}

TEST(Spec, ReadsSoftware) {
  const ClusterSpec spec = Parse(kFull);
  ASSERT_EQ(spec.repositories.size(), 1u);
  EXPECT_EQ(spec.repositories[0].name, "example");
  EXPECT_THAT(spec.repositories[0].uris, ElementsAre("https://example.com/deb/", "file:///srv/deb"));
  EXPECT_THAT(spec.repositories[0].suites, ElementsAre("stable"));
  EXPECT_THAT(spec.repositories[0].components, ElementsAre("main", "contrib"));
  EXPECT_EQ(spec.repositories[0].key,
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n");
  ASSERT_EQ(spec.packages.size(), 2u);
  EXPECT_EQ(spec.packages[0].version, "1:2.6.4-3ubuntu5");
  EXPECT_TRUE(spec.packages[0].hold);
  EXPECT_EQ(spec.packages[1].name, "net-tools");
  EXPECT_EQ(spec.packages[1].version, "");
  EXPECT_FALSE(spec.packages[1].hold);
  EXPECT_EQ(spec.runtime.package, "containerd.io");
  EXPECT_EQ(spec.runtime.version, "2.1.4-1~ubuntu.24.04~noble");
  EXPECT_EQ(spec.runtime.sandbox_image, "registry.k8s.io/pause:3.10.1");
  EXPECT_EQ(spec.runtime.cni_bin_dir, "/usr/lib/cni");
  EXPECT_FALSE(spec.runtime.systemd_cgroup);
  EXPECT_TRUE(spec.runtime.restrict_oom_score_adj);
  ASSERT_EQ(spec.runtime.registries.size(), 2u);
  EXPECT_EQ(spec.runtime.registries[0].host, "docker.io");
  EXPECT_THAT(spec.runtime.registries[0].mirrors,
              ElementsAre("http://10.0.0.9:5000", "https://m.example.com/v2"));
  EXPECT_EQ(spec.runtime.registries[0].user, "");
  EXPECT_EQ(spec.runtime.registries[1].user, "robot$devstats");
  EXPECT_EQ(spec.runtime.registries[1].password_secret, "registry-password");
  EXPECT_THAT(spec.runtime.registries[1].mirrors, IsEmpty());
}

TEST(Spec, ReadsKubernetes) {
  const ClusterSpec spec = Parse(kFull);
  ASSERT_TRUE(spec.kubernetes.has_value());
  const KubernetesSpec& kubernetes = *spec.kubernetes;
  EXPECT_EQ(kubernetes.version, "1.35.2");
  EXPECT_EQ(kubernetes.package_version, "1.35.2-1.1");  // the first build, when none is named
  EXPECT_EQ(kubernetes.pod_subnet, "10.32.0.0/14");
  EXPECT_EQ(kubernetes.service_subnet, "10.96.0.0/16");
  EXPECT_EQ(kubernetes.dns_domain, "devstats.local");
  EXPECT_EQ(kubernetes.image_repository, "registry.example.com:5000/k8s");
  EXPECT_EQ(kubernetes.resolv_conf, "/run/systemd/resolve/resolv.conf");
  EXPECT_EQ(kubernetes.node_mask, 22);
  EXPECT_EQ(kubernetes.max_pods, 1000);
  EXPECT_THAT(kubernetes.sans, ElementsAre("api.example.com", "203.0.113.1"));
  EXPECT_EQ(kubernetes.cni.kind, CniSpec::Kind::kManifest);
  EXPECT_EQ(kubernetes.cni.manifest, "https://example.com/flannel.yml");
  EXPECT_THAT(kubernetes.cni.digest, EndsWith("b855"));
  EXPECT_EQ(kubernetes.conntrack_max_per_core, 0);
  EXPECT_EQ(kubernetes.conntrack_min, 131072);
  ASSERT_EQ(spec.contexts.size(), 2u);
  EXPECT_EQ(spec.contexts[0].name, "test");
  EXPECT_EQ(spec.contexts[0].namespace_, "devstats-test");
  EXPECT_EQ(spec.contexts[1].namespace_, "devstats-prod");
}

TEST(Spec, APackagesBuildMayBeNamed) {
  for (const char* package : {"1.35.0", "1.35.0-1.1", "1.35.0-150500.2.1", "1.35.0-00"}) {
    const ClusterSpec spec =
        Parse(absl::StrCat("cluster: c\nnodes: [{name: a, address: 10.0.0.1, role: control-plane}]\n"
                           "kubernetes: {version: 1.35.0, packageVersion: ",
                           package, ", cni: {kind: host-gateway}}\n"));
    EXPECT_EQ(spec.kubernetes->package_version, package);
    EXPECT_EQ(spec.kubernetes->cni.kind, CniSpec::Kind::kHostGateway);
  }
}

std::string WithVersions(absl::string_view kubernetes, absl::string_view containerd) {
  return absl::StrCat(
      "cluster: c\nnodes: [{name: a, address: 10.0.0.1, role: control-plane}]\nruntime: {version: ",
      containerd, "}\nkubernetes: {version: ", kubernetes, ", cni: {kind: host-gateway}}\n");
}

TEST(Spec, TheEndsOfTheSupportedVersionsAreSupported) {
  Parse(WithVersions(absl::StrCat("1.", kOldestKubernetes, ".2"), "1.4.13"));
  Parse(WithVersions(absl::StrCat("1.", kNewestKubernetes, ".0"), "2.0.0"));
  Parse(WithVersions("1.35.0", "1.7.27-1"));
  EXPECT_THAT(ErrorIn(WithVersions(absl::StrCat("1.", kOldestKubernetes - 1, ".0"), "2.0.0")),
              HasSubstr("is not supported"));
  EXPECT_THAT(ErrorIn(WithVersions("2.0.0", "2.0.0")), HasSubstr("is not supported"));
  EXPECT_THAT(ErrorIn(WithVersions("1.36.0", "\"1:1.7.27\"")), HasSubstr("is too old"));
}

TEST(Spec, EverySupportedSystemMayBeNamed) {
  for (const SupportedOs& os : SupportedSystems()) {
    const ClusterSpec spec =
        Parse(absl::StrCat("cluster: c\nnodes: [{name: a, address: 10.0.0.1, os: ", os.name(), "}]\n"));
    EXPECT_EQ(spec.nodes[0].os, os.name());
  }
}

TEST(Spec, AMaskThatJustHoldsThePodsIsEnough) {
  const std::string head =
      "cluster: c\nnodes: [{name: a, address: 10.0.0.1, role: control-plane}]\n"
      "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, podSubnet: 10.244.0.0/22, nodeMask: 23, "
      "maxPods: ";
  EXPECT_EQ(Parse(head + "510}\n").kubernetes->max_pods, 510);
  EXPECT_THAT(ErrorIn(head + "511}\n"), HasSubstr("write nodeMask: 22"));
}

std::string ManyNodes(int count, absl::string_view rest) {
  std::string text = "cluster: c\nnodes:\n";
  for (int i = 0; i < count; ++i)
    absl::StrAppend(&text, "  - {name: n", i, ", address: 10.1.", i / 250, ".", i % 250 + 1,
                    i == 0 ? ", role: control-plane" : "", "}\n");
  return absl::StrCat(text, rest);
}

TEST(Spec, HoldsTheLimitOfNodes) {
  EXPECT_EQ(Parse(ManyNodes(500, "")).nodes.size(), 500u);
  EXPECT_EQ(ErrorIn(ManyNodes(501, "")), "c.yaml:3:3: nodes has 501 items; at most 500");
}

TEST(Spec, RoutesByHandEndAt250Nodes) {
  const std::string routes =
      "kubernetes: {version: 1.35.0, podSubnet: 10.64.0.0/12, serviceSubnet: 10.96.0.0/16, cni: {kind: "
      "host-gateway}}\n";
  Parse(ManyNodes(250, routes));
  EXPECT_EQ(
      ErrorIn(ManyNodes(251, routes)),
      "c.yaml:254:97: kubernetes.cni.kind is host-gateway, which is for at most 250 nodes, not 251; choose "
      "kind: manifest");
}

TEST(Spec, HoldsTheLimitsOfListsMapsAndTexts) {
  std::vector<std::string> items;
  for (int i = 0; i < 1000; ++i) items.push_back(absl::StrCat("m", i));
  auto modules = [&] { return absl::StrCat(kSmall, "os: {modules: [", absl::StrJoin(items, ","), "]}\n"); };
  EXPECT_EQ(Parse(modules()).os.modules.size(), 1000u);
  items.push_back("m1000");
  EXPECT_EQ(ErrorIn(modules()), "c.yaml:3:15: os.modules has 1001 items; at most 1000");
  for (std::string& item : items) item = absl::StrCat("a.", item, ": 1");
  EXPECT_EQ(ErrorIn(absl::StrCat(kSmall, "os: {sysctl: {", absl::StrJoin(items, ","), "}}\n")),
            "c.yaml:3:14: os.sysctl has 1001 keys; at most 1000");
  auto value = [](size_t size) {
    return absl::StrCat(kSmall, "os: {sysctl: {a.b: ", std::string(size, 'x'), "}}\n");
  };
  EXPECT_EQ(Parse(value(4096)).os.sysctl.at("a.b").size(), 4096u);
  EXPECT_EQ(ErrorIn(value(4097)), "c.yaml:3:20: os.sysctl.a.b is 4097 bytes; at most 4096");
}

TEST(Spec, AKeyMayBeLongerThanOtherTexts) {
  auto file = [](size_t lines) {
    std::string key = "      -----BEGIN PGP PUBLIC KEY BLOCK-----\n";
    for (size_t i = 0; i < lines; ++i) absl::StrAppend(&key, "      ", std::string(63, 'A'), "\n");
    return absl::StrCat(kSmall,
                        "repositories:\n  - name: k\n    uris: ['https://example.com']\n    suites: [/]\n",
                        "    key: |\n", key, "      -----END PGP PUBLIC KEY BLOCK-----\n");
  };
  EXPECT_GT(Parse(file(1000)).repositories[0].key.size(), 64'000u);
  EXPECT_THAT(ErrorIn(file(1100)), HasSubstr("bytes; at most 65536"));
}

TEST(Spec, ShowsTwentyMistakesAndCountsTheRest) {
  std::string text = kSmall;
  for (int i = 0; i < 25; ++i) absl::StrAppend(&text, "unheardof", i, ": 1\n");
  const std::vector<std::string> lines = absl::StrSplit(ErrorIn(text), '\n');
  ASSERT_EQ(lines.size(), 21u);
  EXPECT_THAT(lines[0], HasSubstr("c.yaml:3:1: unknown key \"unheardof0\""));
  EXPECT_THAT(lines[19], HasSubstr("c.yaml:22:1: unknown key \"unheardof19\""));
  EXPECT_EQ(lines[20], "c.yaml: 5 more mistakes are not shown");
}

TEST(Spec, EveryMistakeIsALine) {
  const std::string error =
      ErrorIn("cluster: c\nnodes: [{name: a, address: 10.0.0.1}]\nrepositories: [{}]\n");
  EXPECT_EQ(error,
            "c.yaml:3:16: repositories[0].name is missing; for example name: kubernetes\n"
            "c.yaml:3:16: repositories[0].uris is missing; for example uris: "
            "[\"https://pkgs.k8s.io/core:/stable:/v1.35/deb/\"]\n"
            "c.yaml:3:16: repositories[0].suites is missing; for example suites: [/]\n"
            "c.yaml:3:16: repositories[0].key is missing");
}

TEST(Spec, ControlPlaneIsTheNodeOfThatRole) {
  const ClusterSpec spec = Parse(
      "cluster: c\nnodes: [{name: a, address: 10.0.0.1}, {name: b, address: 10.0.0.2, role: "
      "control-plane}]\n");
  EXPECT_EQ(spec.ControlPlane().name, "b");
  EXPECT_STREQ(NameOf(spec.nodes[0].role), "worker");
  EXPECT_STREQ(NameOf(spec.nodes[1].role), "control-plane");
}

// The commented lines of the example that begin with `first`, as if they were meant.
std::string Uncommented(absl::string_view first) {
  std::vector<std::string> lines = absl::StrSplit(ExampleSpec(), '\n');
  auto line = std::find(lines.begin(), lines.end(), absl::StrCat("  # ", first));
  EXPECT_NE(line, lines.end());
  for (; line != lines.end() && absl::StartsWith(*line, "  # "); ++line)
    *line = absl::StrCat("  ", line->substr(4));
  return absl::StrJoin(lines, "\n");
}

TEST(Spec, TheRegistriesOfTheExampleAreValid) {
  const ClusterSpec spec = Parse(Uncommented("registries:"));
  ASSERT_EQ(spec.runtime.registries.size(), 2u);
  EXPECT_EQ(spec.runtime.registries[1].password_secret, "registry-password");
}

// The same of a section at the top.
std::string WithSection(std::string text, absl::string_view first) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  auto line = std::find(lines.begin(), lines.end(), absl::StrCat("# ", first));
  EXPECT_NE(line, lines.end());
  for (; line != lines.end() && absl::StartsWith(*line, "# "); ++line) *line = line->substr(2);
  return absl::StrJoin(lines, "\n");
}

TEST(Spec, TheEnvironmentsOfTheExampleAreValid) {
  const ClusterSpec spec = Parse(WithSection(WithSection(ExampleSpec(), "environments:"), "projects:"));
  ASSERT_EQ(spec.environments.size(), 2u);
  EXPECT_EQ(spec.environments[1].patroni.parameters.at("shared_buffers"), "64GB");
  EXPECT_EQ(spec.projects.list.size(), 2u);
}

TEST(Spec, TheExampleIsAProductionSetUp) {
  const ClusterSpec spec = Parse(ExampleSpec());
  ASSERT_EQ(spec.nodes.size(), 4u);
  EXPECT_EQ(spec.ControlPlane().name, "devstats-master");
  EXPECT_EQ(spec.nodes[3].labels.at("node2"), "devstats-db");
  EXPECT_EQ(spec.os.sysctl.at("net.netfilter.nf_conntrack_max"), "2621440");
  EXPECT_THAT(spec.os.modules,
              ::testing::Contains("nf_conntrack"));  // without it that parameter is not there
  EXPECT_EQ(spec.storage.links.size(), 6u);
  EXPECT_EQ(spec.kubernetes->version, "1.35.0");
  EXPECT_EQ(spec.contexts.size(), 3u);
}

}  // namespace
}  // namespace devstats::spec
