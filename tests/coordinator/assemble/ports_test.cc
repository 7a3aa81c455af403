#include "coordinator/assemble/ports.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Texts(const std::vector<PortWanted>& ports) {
  std::vector<std::string> texts;
  for (const PortWanted& w : ports)
    texts.push_back(absl::StrCat(w.port.number(), w.port.protocol() == agent::v1::Port::UDP ? "/udp" : "",
                                 " ", absl::StrJoin(w.port.holders(), ",")));
  return texts;
}

Json Parsed(absl::string_view text) {
  auto json = ParseJson(text);
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json();
}

Json Flannel(const std::string& backend) {
  return {{"kind", "ConfigMap"},
          {"data",
           {{"net-conf.json", absl::StrCat(R"({"Network": "10.244.0.0/16", "Backend": )", backend, "}")}}}};
}

Json CalicoNode(const std::string& vxlan) {
  return Parsed(absl::StrCat(
      R"({"kind": "DaemonSet", "spec": {"template": {"spec": {"containers": [{"name": "calico-node", "env": [{"name": "CALICO_IPV4POOL_VXLAN", "value": ")",
      vxlan, R"("}]}]}}}})"));
}

Json CalicoConfig(const std::string& backend) {
  return {{"kind", "ConfigMap"}, {"data", {{"calico_backend", backend}}}};
}

TEST(PodNetworkPortsTest, FlannelByItsBackend) {
  EXPECT_THAT(Texts(PodNetworkPorts({Flannel(R"({"Type": "vxlan"})")})), ElementsAre("8472/udp kernel"));
  EXPECT_THAT(Texts(PodNetworkPorts({Flannel(R"({"Type": "vxlan", "Port": 4789})")})),
              ElementsAre("4789/udp kernel"));
  EXPECT_THAT(Texts(PodNetworkPorts({Flannel(R"({"Type": "vxlan", "Port": 70000})")})),
              ElementsAre("8472/udp kernel"));
  EXPECT_THAT(PodNetworkPorts({Flannel(R"({"Type": "host-gw"})")}), IsEmpty());
  EXPECT_THAT(PodNetworkPorts({Flannel("x")}), IsEmpty());
}

TEST(PodNetworkPortsTest, CalicoByItsBackendAndPool) {
  EXPECT_THAT(Texts(PodNetworkPorts({CalicoConfig("bird"), CalicoNode("Never")})), ElementsAre("179 bird"));
  EXPECT_THAT(Texts(PodNetworkPorts({CalicoNode("CrossSubnet")})),
              ElementsAre("179 bird", "4789/udp kernel"));
  EXPECT_THAT(Texts(PodNetworkPorts({CalicoConfig("vxlan"), CalicoNode("Always")})),
              ElementsAre("4789/udp kernel"));
  EXPECT_THAT(Texts(PodNetworkPorts(
                  {CalicoNode("Never"), Parsed(R"({"kind": "IPPool", "spec": {"vxlanMode": "Always"}})")})),
              ElementsAre("179 bird", "4789/udp kernel"));
}

TEST(PodNetworkPortsTest, WithBothFlannelIsTheNetwork) {
  EXPECT_THAT(Texts(PodNetworkPorts({CalicoNode("Never"), Flannel(R"({"Type": "vxlan"})")})),
              ElementsAre("8472/udp kernel"));
}

TEST(PodNetworkPortsTest, OthersAreNotKnown) {
  EXPECT_THAT(PodNetworkPorts({}), IsEmpty());
  EXPECT_THAT(
      PodNetworkPorts(
          {Parsed(
               R"({"kind": "DaemonSet", "spec": {"template": {"spec": {"containers": [{"name": "cilium-agent"}]}}}})"),
           Json(3), Json()}),
      IsEmpty());
}

constexpr char kNodes[] = R"(cluster: c
nodes:
  - { name: a, address: 10.0.0.1, role: control-plane }
  - { name: b, address: 10.0.0.2, agentPort: 7500 }
)";
constexpr char kKubernetes[] = R"(runtime: { sandboxImage: registry.k8s.io/pause:3.10 }
kubernetes: { version: 1.31.0, packageVersion: 1.31.0-1.1, cni: { kind: host-gateway } }
)";

spec::ClusterSpec SpecOf(const std::string& text) {
  auto spec = spec::ParseClusterSpec(text, "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? *spec : spec::ClusterSpec();
}

TEST(PortsOfTest, ByTheNodesRole) {
  const spec::ClusterSpec spec = SpecOf(absl::StrCat(kNodes, kKubernetes));
  ASSERT_EQ(spec.nodes.size(), 2u);
  EXPECT_THAT(Texts(PortsOf(spec, spec.nodes[0], {})),
              ElementsAre("6443 kube-apiserver", "2379 etcd", "10250 kubelet", "7442 devstats-agent"));
  EXPECT_THAT(Texts(PortsOf(spec, spec.nodes[1], PodNetworkPorts({Flannel(R"({"Type": "vxlan"})")}))),
              ElementsAre("10250 kubelet", "7500 devstats-agent", "8472/udp kernel"));
}

TEST(PortsOfTest, BoxesWithoutKubernetesHaveNone) {
  const spec::ClusterSpec spec = SpecOf(kNodes);
  ASSERT_EQ(spec.nodes.size(), 2u);
  EXPECT_THAT(PortsOf(spec, spec.nodes[0], {}), IsEmpty());
}

}  // namespace
}  // namespace devstats::coordinator
