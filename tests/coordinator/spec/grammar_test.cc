#include "coordinator/spec/grammar.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/test_identity.h"

namespace devstats::spec {
namespace {

const std::string kHex64(64, 'a');
const std::string kLong63(63, 'a');
const std::string kLong64(64, 'a');

void Check(const Grammar& grammar, const std::vector<std::string>& good,
           const std::vector<std::string>& bad) {
  for (const std::string& text : good) EXPECT_TRUE(grammar.fits(text)) << text << ": " << grammar.says;
  for (const std::string& text : bad) EXPECT_FALSE(grammar.fits(text)) << text << ": " << grammar.says;
}

TEST(Grammar, Names) {
  Check(kDnsLabel, {"a", "a-b", "0a", kLong63}, {"", "-a", "a-", "A", "a.b", "a_b", kLong64, "a b", "ä"});
  Check(kDnsName, {"a", "a.b", "cluster.local", "10.0.0.1"},
        {"", ".", "a.", ".a", "a..b", "A.b", kLong64 + ".b"});
  Check(kNodeName, {"a", "devstats-node-0", "a.example.com", kLong63},
        {"", "Node", "a.", kLong64, kLong63 + ".b"});
  Check(kRepositoryName, {"k8s", "a-b"}, {"", "a.b", "../a", "a/b"});
}

TEST(Grammar, Addresses) {
  Check(kAddress, {"10.0.0.1", "1.2.3.4", "223.255.255.255"},
        {"", "10.0.0", "10.0.0.1.2", "10.0.0.256", "10.0.0.01", "0.0.0.0", "224.0.0.1", "255.255.255.255",
         "::1", " 10.0.0.1", "10.0.0.1 ", "10.0.0.-1", "a.b.c.d"});
  Check(kSubnet, {"10.0.0.0/8", "10.244.0.0/16", "0.0.0.0/0", "10.0.0.1/32"},
        {"", "10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "/8"});
  Check(kSan, {"10.0.0.1", "api.example.com"}, {"", "10.0.0.256", "1.2.3", "*.example.com", "API"});
}

TEST(Grammar, Labels) {
  Check(kLabelKey, {"node", "a_b.c-d", "A", "example.com/node", "node-role.kubernetes.io/control-plane"},
        {"", "-a", "a-", "/a", "example.com/", "a/b/c", "Example.com/a", kLong64, "a b"});
  Check(kLabelValue, {"", "a", "devstats-app", "A_b.c"}, {"-a", "a-", kLong64, "a b", "a/b"});
}

TEST(Grammar, Disks) {
  Check(kDisk,
        {"S5XYNG0R201234", "eui.0025385b11b2c3d4", "naa.5000c500a1b2c3d4", "0x5000c500a1b2c3d4", "QM_00001"},
        {"", "/dev/sdb", "-a", "a b", "a/b", std::string(129, 'a')});
}

TEST(Grammar, Kernel) {
  Check(kModule, {"overlay", "br_netfilter", "nf-conntrack"}, {"", "a b", "../a", "a.ko", "-a"});
  Check(kSysctlKey,
        {"net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables", "net.ipv4.conf.eth0/1.rp_filter"},
        {"", "ip_forward", "net..a", ".net.a", "net.a.", "net/ipv4/ip_forward", "net.a b", "net./a",
         "net.a=1", "net.*"});
  Check(kOneLine, {"1", "1024 65000", "1024\t65000", "ä"},
        {"", " ", " a", "a ", "a\nb", "a\r", std::string("a\0b", 3)});
}

TEST(Grammar, Journal) {
  Check(kJournalSize, {"0", "500M", "2G", "1000000"}, {"", "G", "2GB", "2g", "-1", "2.5G", "007"});
  Check(kJournalTime, {"2week", "14days", "1month", "3600"}, {"", "week", "2 weeks", "2fortnight", "-1day"});
}

TEST(Grammar, Paths) {
  Check(kPath, {"/", "/data", "/var/lib/kubelet", "/a-b_c.d"},
        {"", "data", "/data/", "//data", "/a//b", "/a/../b", "/a/./b", "/a b", "/a\n",
         "/" + std::string(256, 'a')});
  Check(kLinkTarget, {"openebs", "logs/pods", "/data/openebs"},
        {"", "/", "../a", "a/../b", "a/", "./a", "a b"});
  Check(kMountOption, {"noatime", "x-systemd.before=local-fs.target"},
        {"", "a,b", "a b", "a#b", "a\"b", "a\\040b"});
  Check(kFsLabel, {"data", "DATA_1", "a-b"}, {"", "-a", "a b", "aaaaaaaaaaaaaaaaa"});
}

TEST(Grammar, Packages) {
  Check(kPackage, {"containerd", "containerd.io", "libstdc++6", "g++"},
        {"", "a", "Curl", "-a", "a b", "a=1", "a/stable"});
  Check(kPackageVersion, {"1.35.0-1.1", "1:2.6.4-3ubuntu5", "2.1.4-1~ubuntu.24.04~noble"},
        {"", "1.*", "a b", "-1", "1="});
  Check(kRepositoryUri, {"https://example.com/deb/", "http://10.0.0.9:8080", "file:///srv/deb"},
        {"", "example.com", "ftp://example.com", "https://", "https://a:b@example.com/",
         "https://example.com/a b", "file://srv", "https://example.com:99999/"});
  Check(kAptWord, {"stable", "/", "./", "noble-updates"}, {"", "a b", "a\nb", "[a]"});
  const std::string begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
                    end = "-----END PGP PUBLIC KEY BLOCK-----\n";
  Check(kPublicKey, {begin + "mQ==\n" + end, "\n" + begin + "\nmQ==\n" + end},
        {"", "abc", begin, end, begin + "x", begin + "\x01" + end, "x\n" + begin + end,
         "-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n-----END PGP PRIVATE KEY BLOCK-----\n"});
}

TEST(Grammar, Images) {
  Check(kImage,
        {"registry.k8s.io/pause:3.10", "localhost:5000/a/b:1", "a@sha256:" + kHex64, "a:1@sha256:" + kHex64},
        {"", "pause", "registry.k8s.io/pause", "localhost:5000/a", "a:", ":1", "A:1", "a:1@sha256:ab", "a:-1",
         "https://registry.k8s.io/pause:1"});
  Check(kImageRepository, {"registry.k8s.io", "registry.example.com:5000/k8s"},
        {"", "https://a", "a/", "a//b", "a/B"});
  Check(kRegistryHost, {"docker.io", "localhost:5000", "10.0.0.1:80"},
        {"", "https://docker.io", "docker.io/", "a:0", "a:65536", "a:", "a:b", "a:1:2"});
  Check(kMirror, {"http://10.0.0.9:5000", "https://m.example.com/v2"},
        {"", "m.example.com", "file:///a", "https://u@a"});
  Check(kRegistryUser, {"robot", "robot$devstats", "AWS", "_json_key", "a b"},
        {"", " a", "a ", "a:b", "a\nb"});
  Check(kSecretName, {"registry-password", "a.b", "0"},
        {"", "A", "-a", ".a", "a_b", "a b", std::string(64, 'a')});
  const pki::Authority ca = TestIdentity::NewCa();
  const std::string pem = ca.certificate_pem, half = pem.substr(0, pem.size() / 2);
  Check(
      kAuthority, {pem, pem + pem},
      {"", "/etc/ssl/ca.pem", half, pem + half, ca.key_pem.Reveal() + pem, pem + ca.key_pem.Reveal() + pem});
}

TEST(Grammar, Kubernetes) {
  Check(kKubernetesVersion, {"1.35.0", "1.20.15"},
        {"", "1.35", "v1.35.0", "1.35.0-1.1", "1.035.0", "1.35.x", "1.35.0."});
  Check(kManifestSource, {"https://example.com/a.yml", "/etc/a.yml"},
        {"", "http://example.com/a.yml", "a.yml"});
  Check(kDigest, {"sha256:" + kHex64},
        {"", kHex64, "sha256:" + kHex64 + "a", "sha256:" + std::string(64, 'A'), "sha512:" + kHex64});
}

TEST(Grammar, HintsAreThemselvesRight) {
  const struct {
    const Grammar& grammar;
    const char* text;
    const char* hint;
  } cases[] = {
      {kDnsLabel, "Dev_Stats", "did you mean \"dev-stats\"?"},
      {kDnsLabel, "---", ""},
      {kSubnet, "10.244.9.1/16", "did you mean \"10.244.0.0/16\"?"},
      {kSubnet, "nonsense", ""},
      {kPath, "var//log/", "did you mean \"/var/log\"?"},
      {kPath, "/a/../b", ""},
      {kSysctlKey, "net/ipv4/ip_forward", "did you mean \"net.ipv4.ip_forward\"?"},
      {kKubernetesVersion, "1.35", "name the patch version too, as in \"1.35.0\""},
      {kPublicKey, "-----BEGIN PGP PUBLIC KEY BLOCK-----\nx", "its end is missing"},
      {kAuthority, "-----BEGIN EC PRIVATE KEY-----",
       "there is a private key in it: take it out of this file"},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(c.grammar.fits(c.text)) << c.text;
    EXPECT_EQ(c.grammar.hint(c.text), c.hint) << c.text;
  }
}

TEST(Grammar, Environments) {
  Check(kProjectName, {"a", "all", "3scale", "k8s-sig", std::string(30, 'a')},
        {"", "A", "a_b", "a.b", "-a", std::string(31, 'a')});
  Check(kProjectPattern, {"a", "*", "kube*", "?ll"}, {"", "A*", "a.b", "a b"});
  Check(kDomainName, {"test", "cdf"}, {"", "default", "a.b"});
  Check(kHost, {"devstats.cncf.io", "a.b"},
        {"", "localhost", "10.0.0.1", "A.b", "a..b", "*.a.b", "https://a.b"});
  Check(kDatabase, {"gha", "_a1"}, {"", "1a", "A", "a-b", "a b", kLong64});
  Check(kGitHubRepository, {"-", "kubernetes/kubernetes", "a/.github", "a-b/c_d.e"},
        {"", "a", "a/b/c", "/a", "a/", "a b/c"});
  Check(kDate, {"2026-08-01", "2024-02-29"},
        {"", "2026-8-1", "2026-02-29", "2026-13-01", "01.08.2026", "2026-08-01 "});
  Check(kIssuerName, {"", "letsencrypt-prod"}, {"A", "a b"});
  Check(kCatalog, {"shipped", "none", "/etc/devstats/projects.yaml"},
        {"", "/", "Shipped", "a.yaml", "https://a.b/c"});
}

TEST(Grammar, Schedules) {
  Check(kCron,
        {"* * * * *", "4 0,6,12,18 * * *", "45 3 29 * *", "0 0 * * 6", "*/5 1-5 1,15 jan-mar MON",
         "0-30/10 * * * *", "05 08 * * 0"},
        {"",           "* * * *",       "* * * * * *", "60 * * * *",  "* 24 * * *",    "* * 0 * *",
         "* * 32 * *", "* * * 13 *",    "* * * * 7",   "5-1 * * * *", "*/0 * * * *",   "1,, * * * *",
         "a * * * *",  "* * * * unmon", "@daily",      "-1 * * * *",  "1-2-3 * * * *", "*  * * * *",
         " * * * * *", "1/2/3 * * * *"});
  EXPECT_EQ(kCron.hint("*  * * * *"), "write \"* * * * *\"");
  EXPECT_EQ(kCron.hint("0 0 * * 7"), "write 0 for Sunday");
  Check(kRunDurations, {"calc_metric:48h:102", "a:1h:102,b:30m:1"},
        {"", "a", "a:1h", "a:1h:102,", "a:x:1", "a:0h:1", "a:1h:256", "A:1h:1"});
}

TEST(Grammar, Amounts) {
  Check(kCpu, {"1", "0.5", "500m", "160000m"}, {"", "m", "0", "0m", "-1", "1.5m", "1k", "1 "});
  Check(kByteSize, {"0", "1024", "50GB", "128kB"}, {"", "GB", "1 GB", "-1", "1Gi", "9999999999TB"});
}

}  // namespace
}  // namespace devstats::spec
