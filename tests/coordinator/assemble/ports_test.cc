#include "coordinator/assemble/assemble.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PoolByName : public AgentPool {
 public:
  AgentClient* Get(const std::string& node, const std::string&) override { return &agents[node]; }
  std::map<std::string, FakeAgent> agents;
};

class PortsTest : public ::testing::Test {
 protected:
  // Observes the preflight of node a; what its agent was asked.
  std::vector<agent::v1::CheckNetworkRequest> Asked(const std::string& more) {
    const auto spec = spec::ParseClusterSpec(absl::StrCat(R"(cluster: c
nodes:
  - { name: a, address: 10.0.0.1 }
  - { name: b, address: 10.0.0.2, agentPort: 7500, role: control-plane }
  - { name: c, address: 10.0.0.3 }
)",
                                                          more),
                                             "c.yaml");
    EXPECT_TRUE(spec.ok()) << spec.status();
    if (!spec.ok()) return {};
    const auto graph = Assemble(*spec, {.agents = &pool_, .clock = &clock_, .kubernetes = &access_}, {});
    EXPECT_TRUE(graph.ok()) << graph.status();
    if (!graph.ok()) return {};
    EXPECT_TRUE(graph->Find("preflight@a")->unit->Observe().ok());
    return pool_.agents["a"].checks;
  }
  TempDir dir_;
  PoolByName pool_;
  FixedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  KubernetesAccess access_{dir_.path(), &clock_};
};

TEST_F(PortsTest, APreflightAsksForThePortsOfItsBoxAndOfAllOthers) {
  const auto asked = Asked(R"(runtime: { sandboxImage: registry.k8s.io/pause:3.10 }
kubernetes: { version: 1.31.0, packageVersion: 1.31.0-1.1, cni: { kind: host-gateway } }
)");
  ASSERT_EQ(asked.size(), 1u);
  ASSERT_EQ(asked[0].ports_size(), 2);
  EXPECT_EQ(asked[0].ports(0).number(), 10250u);
  EXPECT_EQ(asked[0].ports(1).number(), 7442u);
  std::vector<std::string> peers;
  for (const agent::v1::Peer& peer : asked[0].peers())
    peers.push_back(
        absl::StrCat(peer.node(), " ", peer.address(), " ", absl::StrJoin(peer.tcp_ports(), ",")));
  EXPECT_THAT(peers, ElementsAre("b 10.0.0.2 6443,2379,10250,7500", "c 10.0.0.3 10250,7442"));
}

TEST_F(PortsTest, WithoutKubernetesNobodyIsAskedForPorts) { EXPECT_THAT(Asked(""), IsEmpty()); }

}  // namespace
}  // namespace devstats::coordinator
