#include "agent/resources/kubeadm_config.h"

#include "common/files.h"
#include "common/yaml.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::KubeadmInit FullInit(const std::string& version) {
  v1::KubeadmInit init;
  init.set_version(version);
  init.set_node_name("node-1");
  init.set_advertise_address("10.0.0.1");
  init.set_pod_subnet("10.244.0.0/16");
  init.set_service_subnet("10.96.0.0/12");
  init.set_node_mask(22);
  init.add_sans("api.example.org");
  init.add_sans("203.0.113.7");
  init.set_image_repository("registry.example.org/k8s");
  init.set_max_pods(1024);
  init.set_cgroup_driver("systemd");
  init.set_resolv_conf("/run/systemd/resolve/resolv.conf");
  init.set_dns_domain("cluster.local");
  init.set_conntrack_max_per_core(0);
  init.set_conntrack_min(131072);
  return init;
}

v1::KubeadmJoin FullJoin(const std::string& version) {
  v1::KubeadmJoin join;
  join.set_version(version);
  join.set_node_name("node-2");
  join.set_endpoint("10.0.0.1:6443");
  join.set_ca_hash("sha256:" + std::string(64, 'a'));
  return join;
}

const char kGoodToken[] = "abcdef.0123456789abcdef";

// Held against kubeadm itself where it can be had: 1.20's `kubeadm config migrate` reads these files.
class KubeadmGoldenTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::string Golden(const std::string& kind) const {
    const std::string minor = GetParam().substr(0, 4);
    return *ReadFile(std::string(DEVSTATS_GOLDEN) + "/" + kind + "-" + minor + ".yaml");
  }
};

TEST_P(KubeadmGoldenTest, Init) {
  auto text = InitConfig(FullInit(GetParam()));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text, Golden("init"));
  auto documents = ParseYamlStream(*text, "init");
  ASSERT_TRUE(documents.ok()) << documents.status();
  EXPECT_EQ(documents->size(), 4u);
}

TEST_P(KubeadmGoldenTest, Join) {
  auto text = JoinConfig(FullJoin(GetParam()), Secret(kGoodToken));
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(text->Reveal(), Golden("join"));
}

INSTANTIATE_TEST_SUITE_P(Versions, KubeadmGoldenTest,
                         ::testing::Values("1.20.2", "1.24.17", "1.31.4", "1.35.0"));

TEST(KubeadmConfig, TheApiChangesWithTheVersion) {
  auto api = [](const std::string& version) {
    const std::string text = InitConfig(FullInit(version)).value_or("");
    return text.substr(0, text.find('\n'));
  };
  EXPECT_THAT(api("1.15.0"), HasSubstr("v1beta2"));
  EXPECT_THAT(api("1.21.14"), HasSubstr("v1beta2"));
  EXPECT_THAT(api("1.22.0"), HasSubstr("v1beta3"));
  EXPECT_THAT(api("1.30.9"), HasSubstr("v1beta3"));
  EXPECT_THAT(api("1.31.0"), HasSubstr("v1beta4"));
}

TEST(KubeadmConfig, TheSocketAndTheMaskChangeWithTheVersion) {
  EXPECT_EQ(*CriSocket("1.23.17"), "/run/containerd/containerd.sock");
  EXPECT_EQ(*CriSocket("1.24.0"), "unix:///run/containerd/containerd.sock");
  EXPECT_THAT(*InitConfig(FullInit("1.22.0")), HasSubstr("node-cidr-mask-size: \"22\""));
  EXPECT_THAT(*InitConfig(FullInit("1.23.0")), HasSubstr("node-cidr-mask-size-ipv4: \"22\""));
}

TEST(KubeadmConfig, WhatIsNotSetIsLeftToKubeadm) {
  v1::KubeadmInit init;
  init.set_version("1.35.0");
  init.set_advertise_address("10.0.0.1");
  init.set_pod_subnet("10.244.0.0/16");
  init.set_service_subnet("10.96.0.0/12");
  init.set_conntrack_max_per_core(-1);
  init.set_conntrack_min(-1);
  const std::string text = *InitConfig(init);
  for (const char* key : {"name:", "imageRepository", "dnsDomain", "certSANs", "extraArgs", "maxPods",
                          "resolvConf", "cgroupDriver", "conntrack", "token:"})
    EXPECT_THAT(text, Not(HasSubstr(key)));
}

TEST(KubeadmConfig, RefusesWhatItCannotWrite) {
  for (const char* version : {"", "1.35", "v1.35.0", "2.0.0", "1.x.0", "1.14.9"}) {
    EXPECT_EQ(InitConfig(FullInit(version)).status().code(), absl::StatusCode::kInvalidArgument) << version;
    EXPECT_EQ(CriSocket(version).status().code(), absl::StatusCode::kInvalidArgument) << version;
  }
  v1::KubeadmInit init = FullInit("1.35.0");
  init.clear_advertise_address();
  EXPECT_FALSE(InitConfig(init).ok());
}

TEST(KubeadmConfig, AValueCannotBecomeStructure) {
  v1::KubeadmInit init = FullInit("1.35.0");
  init.set_node_name("x\ntaints: []");
  auto documents = ParseYamlStream(*InitConfig(init), "init");
  ASSERT_TRUE(documents.ok());
  EXPECT_EQ((*documents)[0].Find("nodeRegistration")->Find("name")->value, "x\ntaints: []");
}

TEST(KubeadmConfig, NeverJoinsWithoutAPinAndDoesNotSayTheToken) {
  v1::KubeadmJoin join = FullJoin("1.35.0");
  join.set_ca_hash("");
  EXPECT_EQ(JoinConfig(join, Secret(kGoodToken)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(JoinConfig(FullJoin("1.35.0"), Secret()).status().message()),
              HasSubstr("sent no token"));
  const absl::Status bad = JoinConfig(FullJoin("1.35.0"), Secret("secret-and-wrong")).status();
  EXPECT_THAT(std::string(bad.message()), HasSubstr("malformed"));
  EXPECT_THAT(std::string(bad.message()), Not(HasSubstr("secret-and-wrong")));
}

}  // namespace
}  // namespace devstats::agent
