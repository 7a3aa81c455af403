#include "agent/resources/bridge_cni.h"

#include "common/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BridgeCniTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.systemd.Add(BridgeCniResource::kUnit, "disabled");
    box_.systemd.on_change = [this](const std::string& verb, const std::string&) {
      if (verb == "restart") rule_ = true;
      if (verb == "stop") rule_ = false;
    };
    box_.commands.On({"/usr/sbin/iptables", "-w", "-t", "nat", "-C"}, [this](const Command&) {
      return ProcessResult{rule_ ? 0 : 1, "", "", false};
    });
  }
  BridgeCniResource Make(const std::string& pods = "10.244.1.0/24") {
    v1::BridgeCni desired;
    desired.set_pod_cidr(pods);
    desired.set_cluster_cidr("10.244.0.0/16");
    return BridgeCniResource(desired, box_.host.get());
  }
  Box box_;
  bool rule_ = false;
};

TEST_F(BridgeCniTest, WritesTheNetworkAfterTheRuleForPacketsThatLeave) {
  BridgeCniResource cni = Make();
  EXPECT_THAT(PathsOf(PlanUnit(cni)),
              ElementsAre(BridgeCniResource::kUnitFile, "devstats-masquerade.service enabled",
                          "masquerading of pods that leave the cluster", BridgeCniResource::kFile));
  ASSERT_TRUE(RunUnit(box_, cni).ok());
  auto network = ParseJson(box_.Read(BridgeCniResource::kFile));
  ASSERT_TRUE(network.ok());
  const Json& bridge = (*network)["plugins"][0];
  EXPECT_EQ(bridge["type"], "bridge");
  EXPECT_EQ(bridge["ipMasq"], false);  // it would hide a pod's address from pods of other nodes
  EXPECT_EQ(bridge["ipam"]["ranges"][0][0]["subnet"], "10.244.1.0/24");
  EXPECT_EQ((*network)["plugins"][1]["capabilities"]["portMappings"], true);
  EXPECT_THAT(
      box_.Read(BridgeCniResource::kUnitFile),
      HasSubstr(
          "ExecStart=/usr/sbin/iptables -w -t nat -A POSTROUTING -s 10.244.1.0/24 ! -d 10.244.0.0/16 -m "
          "comment --comment devstats-pods -j MASQUERADE\n"));
  EXPECT_TRUE(rule_);
  EXPECT_EQ(RunUnit(box_, cni, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(BridgeCniTest, AFlushedRuleIsDriftAndComesBack) {
  BridgeCniResource cni = Make();
  ASSERT_TRUE(RunUnit(box_, cni).ok());
  rule_ = false;
  EXPECT_THAT(PathsOf(PlanUnit(cni)), ElementsAre("masquerading of pods that leave the cluster"));
  ASSERT_TRUE(RunUnit(box_, cni, {.operation = "op-2"}).ok());
  EXPECT_TRUE(rule_);
}

TEST_F(BridgeCniTest, TheOldRuleGoesByItsOwnStop) {
  BridgeCniResource cni = Make();
  ASSERT_TRUE(RunUnit(box_, cni).ok());
  box_.systemd.ClearCalls();
  std::string stopped_with;
  box_.systemd.on_change = [&](const std::string& verb, const std::string&) {
    if (verb == "stop") stopped_with = box_.Read(BridgeCniResource::kUnitFile);
    rule_ = verb == "restart";
  };
  BridgeCniResource other = Make("10.244.7.0/24");
  ASSERT_TRUE(RunUnit(box_, other, {.operation = "op-2"}).ok());
  EXPECT_THAT(stopped_with,
              HasSubstr("ExecStop=-/usr/sbin/iptables -w -t nat -D POSTROUTING -s 10.244.1.0/24"));
  EXPECT_THAT(box_.systemd.calls()[0], "stop devstats-masquerade.service");
}

TEST_F(BridgeCniTest, ANetworkThatWouldWinOverOursIsNamed) {
  box_.Write("/etc/cni/net.d/05-cilium.conflist", "{}");
  BridgeCniResource cni = Make();
  EXPECT_THAT(PlanUnit(cni).error(), HasSubstr("/etc/cni/net.d/05-cilium.conflist comes before"));
  EXPECT_FALSE(RunUnit(box_, cni).ok());
  EXPECT_EQ(box_.Read(BridgeCniResource::kFile), "<absent>");
}

TEST_F(BridgeCniTest, NetworksThatComeLaterAndOtherFilesDoNotMatter) {
  box_.Write("/etc/cni/net.d/87-podman.conflist", "{}");
  box_.Write("/etc/cni/net.d/00-README", "x");
  BridgeCniResource cni = Make();
  EXPECT_TRUE(PlanUnit(cni).error().empty());
}

TEST_F(BridgeCniTest, AForeignFileOfTheSameNameIsShownAsForeign) {
  box_.Write(BridgeCniResource::kFile, "{}");
  BridgeCniResource cni = Make();
  const UnitPlan plan = PlanUnit(cni);
  EXPECT_EQ(ChangeOf(plan, BridgeCniResource::kFile)->owner(), Change::FOREIGN);
}

}  // namespace
}  // namespace devstats::agent
