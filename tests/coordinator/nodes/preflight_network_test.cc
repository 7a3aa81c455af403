#include "coordinator/nodes/preflight_network.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using agent::v1::Port;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kSilence[] = "no answer in 2s: a firewall between the boxes?";
constexpr char kBetween[] =
    "let the boxes of the cluster reach each other: look at the firewalls of both, and of the provider";

class PreflightNetworkTest : public ::testing::Test {
 protected:
  PreflightNetworkTest() {
    Want(Port::TCP, 6443, "Kubernetes API");
    Want(Port::UDP, 4789, "Calico's VXLAN");
    for (int i = 2; i <= 3; ++i) {
      PeerWanted& w = wanted_.peers.emplace_back();
      w.agent = i == 2 ? &second_ : &third_;
      w.peer.set_node("node-" + std::to_string(i));
      w.peer.set_address("10.0.0." + std::to_string(i));
      w.peer.add_tcp_ports(10250);
      w.peer.add_tcp_ports(7442);
    }
  }
  void Want(Port::Protocol protocol, uint32_t number, const std::string& use) {
    PortWanted& w = wanted_.ports.emplace_back();
    w.port.set_protocol(protocol);
    w.port.set_number(number);
    w.use = use;
  }
  static void Unreachable(int node, uint32_t port, agent::v1::NetworkFindings* findings) {
    auto* u = findings->add_unreachable();
    u->set_node("node-" + std::to_string(node));
    u->set_address("10.0.0." + std::to_string(node));
    u->set_port(port);
    u->set_error(kSilence);
  }
  void Blocked(const PortWanted& port, const std::string& rule) {
    auto* blocked = agent_.findings.add_blocked();
    *blocked->mutable_port() = port.port;
    blocked->set_rule(rule);
  }
  Json Observed() {
    auto observed = ObserveNetwork(wanted_, agent_);
    EXPECT_TRUE(observed.ok()) << observed.status();
    return observed.ok() ? *observed : Json();
  }
  std::vector<std::string> Texts() {
    std::vector<std::string> texts;
    for (const Trouble& trouble : NetworkTroubles("node-1", Observed())) texts.push_back(trouble.text);
    return texts;
  }
  std::vector<std::string> Advice() {
    std::vector<std::string> advice;
    for (const Trouble& trouble : NetworkTroubles("node-1", Observed())) advice.push_back(trouble.advice);
    return advice;
  }
  std::vector<std::string> Warnings() { return NetworkWarnings("node-1", Observed()); }

  FakeAgent agent_, second_, third_;
  NetworkWanted wanted_;
};

TEST_F(PreflightNetworkTest, AsksOnceForAllAndHasNothingToSayOfAGoodBox) {
  EXPECT_THAT(Texts(), ::testing::IsEmpty());
  ASSERT_EQ(agent_.checks.size(), 1u);
  EXPECT_EQ(agent_.checks[0].ports_size(), 2);
  EXPECT_EQ(agent_.checks[0].peers_size(), 2);
  EXPECT_THAT(Warnings(), ::testing::IsEmpty());
}

TEST_F(PreflightNetworkTest, AHeldPortIsNamedWithItsHolder) {
  auto* held = agent_.findings.add_held();
  *held->mutable_port() = wanted_.ports[0].port;
  held->set_program("nginx");
  held->set_pid(1);
  EXPECT_THAT(Texts(), ElementsAre("port 6443 (Kubernetes API) of node-1 is held by nginx"));
  EXPECT_THAT(Advice(), ElementsAre(HasSubstr("ss -lntup")));
  const Json before = Observed();
  held->set_pid(2);
  EXPECT_EQ(Observed(), before);
  held->set_program("kernel");
  EXPECT_THAT(Texts(), ElementsAre("port 6443 (Kubernetes API) of node-1 is held by the kernel"));
}

TEST_F(PreflightNetworkTest, ARuleInTheWayIsShownWithHowToAllow) {
  Blocked(wanted_.ports[0], "-A INPUT -p tcp -m tcp --dport 6443 -j DROP");
  Blocked(wanted_.ports[1], "table inet filter, chain input: udp dport 4789 drop");
  EXPECT_THAT(Texts(), ElementsAre("a firewall rule of node-1 is in the way of port 6443 (Kubernetes API): "
                                   "-A INPUT -p tcp -m tcp --dport 6443 -j DROP",
                                   "a firewall rule of node-1 is in the way of port 4789/udp (Calico's "
                                   "VXLAN): table inet filter, chain input: udp dport 4789 drop"));
  EXPECT_THAT(
      Advice(),
      ElementsAre(
          HasSubstr("iptables -I INPUT -p tcp --dport 6443 -j ACCEPT"),
          HasSubstr(
              "nft insert rule inet filter input udp dport 4789 accept; with ufw: ufw allow 4789/udp")));
}

TEST_F(PreflightNetworkTest, APortOfAPeerThatDoesNotAnswer) {
  Unreachable(2, 10250, &agent_.findings);
  EXPECT_THAT(Texts(),
              ElementsAre(std::string("node-1 cannot reach node-2 (10.0.0.2) at port 10250: ") + kSilence));
  EXPECT_THAT(Advice(), ElementsAre(kBetween));
  EXPECT_THAT(Warnings(), ::testing::IsEmpty());
}

TEST_F(PreflightNetworkTest, APeerThatIsNotThereIsOneWarning) {
  for (const uint32_t port : {10250u, 7442u}) Unreachable(3, port, &agent_.findings);
  third_.error = absl::UnavailableError("away");
  EXPECT_THAT(Texts(), ::testing::IsEmpty());
  EXPECT_THAT(Warnings(),
              ElementsAre("node-3 (10.0.0.3) cannot be reached at all; its agent does not answer either"));
}

TEST_F(PreflightNetworkTest, APeerThatOnlyThisBoxCannotReachIsOneTrouble) {
  for (const uint32_t port : {10250u, 7442u}) Unreachable(3, port, &agent_.findings);
  EXPECT_THAT(Texts(), ElementsAre(std::string("node-3 (10.0.0.3) cannot be reached at all from node-1: ") +
                                   kSilence));
  EXPECT_THAT(Warnings(), ::testing::IsEmpty());
}

TEST_F(PreflightNetworkTest, APeerThatWasStartingIsTriedAgain) {
  for (const uint32_t port : {10250u, 7442u}) Unreachable(3, port, &agent_.findings);
  agent_.later_findings.emplace();
  EXPECT_THAT(Texts(), ::testing::IsEmpty());
  EXPECT_EQ(agent_.checks.size(), 2u);
}

TEST_F(PreflightNetworkTest, AnAgentThatIsOlderThanTheQuestionIsAWarning) {
  agent_.network_error = absl::UnimplementedError("");
  EXPECT_THAT(Texts(), ::testing::IsEmpty());
  EXPECT_THAT(
      Warnings(),
      ElementsAre("the agent of node-1 is too old to look at ports and firewall: upgrade devstats-agent"));
}

TEST_F(PreflightNetworkTest, MorePeersThanOneCallTakes) {
  const PeerWanted peer = wanted_.peers[0];
  wanted_.peers.assign(1025, peer);
  EXPECT_THAT(Texts(), ::testing::IsEmpty());
  ASSERT_EQ(agent_.checks.size(), 3u);
  EXPECT_EQ(agent_.checks[0].peers_size(), 512);
  EXPECT_EQ(agent_.checks[2].peers_size(), 1);
  EXPECT_EQ(agent_.checks[0].ports_size(), 2);
  EXPECT_EQ(agent_.checks[1].ports_size(), 0);
}

}  // namespace
}  // namespace devstats::coordinator
