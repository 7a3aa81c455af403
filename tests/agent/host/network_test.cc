#include "agent/host/network.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

class NetworkTest : public ::testing::Test {
 protected:
  void Port(v1::Port::Protocol protocol, uint32_t number, const std::vector<std::string>& holders) {
    v1::Port* port = request_.add_ports();
    port->set_protocol(protocol);
    port->set_number(number);
    port->mutable_holders()->Add(holders.begin(), holders.end());
  }
  // `program` listens on TCP `port`.
  void Listen(int pid, const std::string& program, uint32_t port) {
    box_.Write("/proc/net/tcp", absl::StrCat("   0: 00000000:", absl::Hex(port, absl::kZeroPad4),
                                             " 00000000:0000 0A 0 0 0 0 0 ", pid, "000 1\n"));
    const std::string folder = absl::StrCat("/proc/", pid);
    box_.Write(folder + "/comm", program + "\n");
    ASSERT_TRUE(MakeFolders(box_.dir.path() + folder + "/fd").ok());
    ASSERT_EQ(::symlink(absl::StrCat("socket:[", pid, "000]").c_str(),
                        (box_.dir.path() + folder + "/fd/3").c_str()),
              0);
  }
  absl::StatusOr<v1::NetworkFindings> Check() { return CheckNetwork(*box_.host, box_.commands, request_); }
  Box box_;
  v1::CheckNetworkRequest request_;
};

TEST_F(NetworkTest, AClearBoxHasNothingToSay) {
  Port(v1::Port::TCP, 6443, {"kube-apiserver"});
  Port(v1::Port::UDP, 8472, {"kernel"});
  const auto findings = Check();
  ASSERT_TRUE(findings.ok()) << findings.status();
  EXPECT_EQ(findings->ByteSizeLong(), 0u) << findings->DebugString();
}

TEST_F(NetworkTest, APortIsHeldByWhoMayNot) {
  Port(v1::Port::TCP, 6443, {"haproxy", "kube-apiserver"});
  Listen(42, "nginx", 6443);
  auto findings = Check();
  ASSERT_TRUE(findings.ok()) << findings.status();
  ASSERT_EQ(findings->held_size(), 1);
  EXPECT_EQ(findings->held(0).program(), "nginx");
  EXPECT_EQ(findings->held(0).pid(), 42u);
  EXPECT_EQ(findings->held(0).port().number(), 6443u);
  Listen(43, "kube-apiserver", 6443);
  EXPECT_EQ(Check()->held_size(), 0);
}

TEST_F(NetworkTest, ARuleIsInTheWay) {
  Port(v1::Port::TCP, 6443, {});
  Port(v1::Port::TCP, 10250, {});
  Port(v1::Port::UDP, 4789, {});
  box_.commands.On({"iptables-nft-save"},
                   "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 10250 -j DROP\n-A INPUT -p "
                   "udp -j REJECT\nCOMMIT\n");
  const auto findings = Check();
  ASSERT_TRUE(findings.ok()) << findings.status();
  ASSERT_EQ(findings->blocked_size(), 2);
  EXPECT_EQ(findings->blocked(0).port().number(), 10250u);
  EXPECT_EQ(findings->blocked(0).rule(), "-A INPUT -p tcp -m tcp --dport 10250 -j DROP");
  EXPECT_EQ(findings->blocked(1).port().number(), 4789u);
}

TEST_F(NetworkTest, PeersThatRefuseCanBeReached) {
  v1::Peer* peer = request_.add_peers();
  peer->set_node("node-2");
  peer->set_address("127.0.0.1");
  peer->add_tcp_ports(1);
  const auto findings = Check();
  ASSERT_TRUE(findings.ok()) << findings.status();
  EXPECT_EQ(findings->unreachable_size(), 0) << findings->DebugString();
}

TEST_F(NetworkTest, WhoAsksForNothingLooksAtNothing) {
  ASSERT_TRUE(Check().ok());
  EXPECT_TRUE(box_.commands.observed().empty());
}

TEST_F(NetworkTest, WhatIsNoPortIsRefused) {
  Port(v1::Port::TCP, 0, {});
  EXPECT_TRUE(absl::IsInvalidArgument(Check().status()));
  request_.mutable_ports(0)->set_number(65536);
  EXPECT_TRUE(absl::IsInvalidArgument(Check().status()));
  request_.mutable_ports(0)->set_number(1);
  request_.mutable_ports(0)->clear_protocol();
  EXPECT_TRUE(absl::IsInvalidArgument(Check().status()));
  request_.clear_ports();
  for (int i = 0; i < 65; ++i) Port(v1::Port::TCP, 1, {});
  EXPECT_THAT(std::string(Check().status().message()), HasSubstr("65 ports are more than 64"));
  request_.clear_ports();
  request_.add_peers()->set_address("nowhere");
  request_.mutable_peers(0)->add_tcp_ports(1);
  EXPECT_THAT(std::string(Check().status().message()), HasSubstr("nowhere"));
  EXPECT_TRUE(box_.commands.observed().empty());
}

}  // namespace
}  // namespace devstats::agent
