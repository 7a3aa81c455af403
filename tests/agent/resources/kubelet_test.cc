#include "agent/resources/kubelet.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class KubeletTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.systemd.Add("kubelet.service", "disabled");
    box_.Write("/proc/sys/kernel/hostname", "Node-1\n");
  }
  KubeletResource Make(const std::string& name = "node-1", const std::string& ip = "10.0.0.1") {
    v1::Kubelet desired;
    desired.set_node_ip(ip);
    desired.set_node_name(name);
    return KubeletResource(desired, box_.host.get());
  }
  // A kubelet of a cluster with these arguments.
  void Runs(const std::vector<std::string>& arguments) {
    box_.Write("/var/lib/kubelet/config.yaml", "x");
    std::string line = "/usr/bin/kubelet";
    for (const std::string& a : arguments) line += std::string(1, '\0') + a;
    box_.Write("/proc/4711/cmdline", line + std::string(1, '\0'));
    box_.Write("/proc/12/cmdline", std::string("/sbin/init") + std::string(1, '\0'));
  }
  Box box_;
};

TEST_F(KubeletTest, WritesItsVariableAndEnablesTheService) {
  KubeletResource kubelet = Make();
  EXPECT_THAT(PathsOf(PlanUnit(kubelet)), ElementsAre(KubeletResource::kFile, "kubelet.service enabled"));
  ASSERT_TRUE(RunUnit(box_, kubelet).ok());
  EXPECT_EQ(box_.Read(KubeletResource::kFile), "KUBELET_EXTRA_ARGS=\"--node-ip=10.0.0.1\"\n");
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("enable kubelet.service"));
  EXPECT_EQ(RunUnit(box_, kubelet, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(KubeletTest, TheNameIsSaidOnlyWhereItIsNotTheHostName) {
  KubeletResource kubelet = Make("devstats-node-1");
  EXPECT_THAT(ChangeOf(PlanUnit(kubelet), KubeletResource::kFile)->after(),
              HasSubstr("--node-ip=10.0.0.1 --hostname-override=devstats-node-1"));
}

TEST_F(KubeletTest, OtherPeoplesArgumentsAndLinesStay) {
  box_.Write(KubeletResource::kFile, "# mine\nKUBELET_EXTRA_ARGS=--v=2\nOTHER=1\n");
  KubeletResource kubelet = Make();
  const UnitPlan plan = PlanUnit(kubelet);
  EXPECT_EQ(ChangeOf(plan, KubeletResource::kFile)->owner(), Change::OURS);  // nothing of theirs is replaced
  ASSERT_TRUE(RunUnit(box_, kubelet).ok());
  EXPECT_EQ(box_.Read(KubeletResource::kFile),
            "# mine\nKUBELET_EXTRA_ARGS=\"--v=2 --node-ip=10.0.0.1\"\nOTHER=1\n");
  EXPECT_EQ((*box_.inventory->Find(std::string("file:") + KubeletResource::kFile))->before,
            "# mine\nKUBELET_EXTRA_ARGS=--v=2\nOTHER=1\n");
}

TEST_F(KubeletTest, AnotherAddressOfSomebodyElseIsAForeignChangeOursIsOurs) {
  box_.Write(KubeletResource::kFile, "KUBELET_EXTRA_ARGS=\"--node-ip=10.9.9.9\"\n");
  KubeletResource kubelet = Make();
  EXPECT_EQ(ChangeOf(PlanUnit(kubelet), KubeletResource::kFile)->owner(), Change::FOREIGN);
  ASSERT_TRUE(RunUnit(box_, kubelet).ok());
  KubeletResource moved = Make("node-1", "10.0.0.2");
  EXPECT_EQ(ChangeOf(PlanUnit(moved), KubeletResource::kFile)->owner(), Change::OURS);
  ASSERT_TRUE(RunUnit(box_, moved, {.operation = "op-2"}).ok());
  EXPECT_EQ(box_.Read(KubeletResource::kFile), "KUBELET_EXTRA_ARGS=\"--node-ip=10.0.0.2\"\n");
}

TEST_F(KubeletTest, ARunningKubeletIsRestartedOnlyWhenItRunsWithOtherArguments) {
  Runs({"--config=/var/lib/kubelet/config.yaml", "--node-ip=10.0.0.1"});
  KubeletResource kubelet = Make();
  ASSERT_TRUE(RunUnit(box_, kubelet).ok());
  EXPECT_THAT(box_.systemd.calls(), Not(Contains(HasSubstr("restart"))));
  Runs({"--config=/var/lib/kubelet/config.yaml"});
  EXPECT_THAT(PathsOf(PlanUnit(kubelet)), ElementsAre("kubelet.service with these arguments"));
  box_.systemd.on_change = [this](const std::string& verb, const std::string&) {
    if (verb == "restart") Runs({"--node-ip=10.0.0.1"});
  };
  EXPECT_EQ(RunUnit(box_, kubelet, {.operation = "op-2"})->outcome, Outcome::kChanged);
}

TEST_F(KubeletTest, ACutBetweenFileAndRestartIsFinishedByTheNextRun) {
  Runs({"--node-ip=10.9.9.9"});
  box_.Write(KubeletResource::kFile, "KUBELET_EXTRA_ARGS=\"--node-ip=10.0.0.1\"\n");  // written, then cut
  box_.systemd.Add("kubelet.service", "enabled", true);
  box_.systemd.on_change = [this](const std::string&, const std::string&) { Runs({"--node-ip=10.0.0.1"}); };
  KubeletResource kubelet = Make();
  ASSERT_TRUE(RunUnit(box_, kubelet).ok());
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("restart kubelet.service"));
}

TEST_F(KubeletTest, BeforeThereIsAClusterThePlanStandsAndAMissingPackageIsNamedInTheAct) {
  Box bare;
  bare.Write("/proc/sys/kernel/hostname", "node-1\n");
  v1::Kubelet desired;
  desired.set_node_ip("10.0.0.1");
  desired.set_node_name("node-1");
  KubeletResource kubelet(desired, bare.host.get());
  EXPECT_EQ(PlanUnit(kubelet).changes_size(), 2);
  EXPECT_THAT(HintOf(RunUnit(bare, kubelet).status()), HasSubstr("package kubelet"));
}

}  // namespace
}  // namespace devstats::agent
