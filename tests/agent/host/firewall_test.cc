#include "agent/host/firewall.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/fake_commands.h"

namespace devstats::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr char kOpenTable[] = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n";
constexpr char kClosedTable[] =
    "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 6443 -j DROP\nCOMMIT\n";
constexpr char kClosedRuleset[] =
    R"({"nftables": [{"chain": {"family": "ip", "table": "filter", "name": "INPUT", "type": "filter", "hook": "input", "policy": "drop"}}]})";

class FirewallTest : public ::testing::Test {
 protected:
  std::string InTheWayOf6443() {
    return Firewall::Read(commands_).InTheWay(v1::Port::TCP, 6443).value_or("");
  }
  FakeCommands commands_;
};

TEST_F(FirewallTest, ABoxWithoutToolsHasNoFirewall) { EXPECT_EQ(InTheWayOf6443(), ""); }

TEST_F(FirewallTest, BothKindsOfIptablesAreAskedByTheirNames) {
  commands_.On({"iptables-nft-save"}, kOpenTable);
  commands_.On({"iptables-legacy-save"}, kClosedTable);
  EXPECT_EQ(InTheWayOf6443(), "-A INPUT -p tcp -m tcp --dport 6443 -j DROP");
  EXPECT_THAT(commands_.observed(), Not(Contains(ElementsAre("iptables-save"))));
}

TEST_F(FirewallTest, WhereThereIsOneKindOnlyItIsAsked) {
  commands_.On({"iptables-save"}, kClosedTable);
  EXPECT_EQ(InTheWayOf6443(), "-A INPUT -p tcp -m tcp --dport 6443 -j DROP");
}

TEST_F(FirewallTest, NftShowsItsOwnTables) {
  commands_.On({"nft", "-j", "list", "ruleset"}, kClosedRuleset);
  EXPECT_EQ(InTheWayOf6443(), "table ip filter, chain INPUT: policy drop");
  // Of the old kind nft knows nothing; its table of that name is not iptables'.
  commands_.On({"iptables-legacy-save"}, kOpenTable);
  EXPECT_EQ(InTheWayOf6443(), "table ip filter, chain INPUT: policy drop");
  commands_.On({"iptables-nft-save"}, kOpenTable);
  EXPECT_EQ(InTheWayOf6443(), "");
}

TEST_F(FirewallTest, WhatFailsIsLeftOut) {
  commands_.On({"iptables-legacy-save"}, kClosedTable, 1);
  commands_.On({"nft"}, "no JSON");
  EXPECT_EQ(InTheWayOf6443(), "");
  commands_.On({"iptables-nft-save"}, [](const Command&) {
    return ProcessResult{0, kClosedTable, "", true};
  });
  EXPECT_EQ(InTheWayOf6443(), "");
}

}  // namespace
}  // namespace devstats::agent
