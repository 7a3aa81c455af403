#include "agent/resources/kubeadm_join.h"

#include <filesystem>

#include "common/pki.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kJoinToken[] = "abcdef.0123456789abcdef";

class KubeadmJoinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ca_ = *pki::NewAuthority("kubernetes", absl::UnixEpoch(), absl::Now() + absl::Hours(1));
    desired_.set_version("1.35.0");
    desired_.set_node_name("n");
    desired_.set_endpoint("10.0.0.1:6443");
    desired_.set_ca_hash(pki::Inspect(ca_.certificate_pem)->spki_pin);
    box_.systemd.Add("kubelet.service", "enabled", true);
    box_.commands.On({KubeadmRun::kProgram, "join", "phase", "preflight"}, "[preflight] fine\n");
    box_.commands.On({KubeadmRun::kProgram, "join", "--config"}, [this](const Command& command) {
      config_ = command.input;
      Become("https://10.0.0.1:6443", ca_.certificate_pem);
      return ProcessResult{0, "[kubelet-start] ...\n", "", false};
    });
    box_.commands.On({KubeadmRun::kProgram, "reset"}, [this](const Command&) {
      std::filesystem::remove_all(box_.dir.path() + "/etc/kubernetes");
      return ProcessResult{0, "", "", false};
    });
  }
  void Become(const std::string& server, const std::string& authority) {
    box_.Write("/etc/kubernetes/kubelet.conf", "apiVersion: v1\nclusters:\n- cluster:\n    server: " +
                                                   server + "\n  name: default-cluster\n");
    box_.Write("/etc/kubernetes/pki/ca.crt", authority);
  }
  KubeadmJoinResource Make(const std::string& token = kJoinToken) {
    return KubeadmJoinResource(desired_, Secret(token), box_.host.get());
  }

  Box box_;
  pki::Authority ca_;
  v1::KubeadmJoin desired_;
  std::string config_;
};

TEST_F(KubeadmJoinTest, JoinsOnceAndTheTokenIsInNoArgument) {
  KubeadmJoinResource join = Make();
  const UnitPlan plan = PlanUnit(join);
  ASSERT_THAT(PathsOf(plan), ElementsAre("kubeadm join"));
  EXPECT_EQ(plan.changes(0).owner(), Change::ABSENT);
  auto done = RunUnit(box_, join);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  EXPECT_THAT(box_.commands.RunTexts(),
              ElementsAre("/usr/bin/kubeadm join phase preflight --config /dev/stdin",
                          "/usr/bin/kubeadm join --config /dev/stdin"));
  EXPECT_THAT(config_, AllOf(HasSubstr(kJoinToken), HasSubstr(desired_.ca_hash())));
  EXPECT_THAT(box_.commands.RunTexts(), Each(Not(HasSubstr(kJoinToken))));
  for (const Command& c : box_.commands.runs()) EXPECT_THAT(c.environment, ::testing::IsEmpty());
  EXPECT_EQ(RunUnit(box_, join, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(KubeadmJoinTest, WithoutATokenNothingIsBegun) {
  KubeadmJoinResource join = Make("");
  EXPECT_THAT(std::string(RunUnit(box_, join).status().message()), HasSubstr("sent no token"));
  EXPECT_THAT(box_.commands.runs(), ::testing::IsEmpty());
}

TEST_F(KubeadmJoinTest, AMemberOfAnotherClusterIsRefused) {
  const auto other = *pki::NewAuthority("kubernetes", absl::UnixEpoch(), absl::Now() + absl::Hours(1));
  Become("https://10.0.0.1:6443", other.certificate_pem);
  KubeadmJoinResource join = Make();
  EXPECT_THAT(PlanUnit(join).error(), HasSubstr("belongs to the cluster of https://10.0.0.1:6443"));
  Become("https://10.9.9.9:6443", ca_.certificate_pem);
  EXPECT_THAT(PlanUnit(join).error(), HasSubstr("https://10.9.9.9:6443"));
  EXPECT_FALSE(RunUnit(box_, join).ok());
  EXPECT_THAT(box_.commands.runs(), ::testing::IsEmpty());
}

TEST_F(KubeadmJoinTest, AMemberOfThisVeryClusterIsAsItShouldBeWhoeverJoinedIt) {
  Become("https://10.0.0.1:6443", ca_.certificate_pem);
  KubeadmJoinResource join = Make();
  EXPECT_TRUE(IsEmpty(PlanUnit(join)));
  desired_.clear_ca_hash();  // but not on the word of an address alone
  KubeadmJoinResource unpinned = Make();
  EXPECT_FALSE(PlanUnit(unpinned).error().empty());
}

TEST_F(KubeadmJoinTest, AControlPlaneDoesNotJoin) {
  box_.Write("/etc/kubernetes/admin.conf", "x");
  KubeadmJoinResource join = Make();
  EXPECT_THAT(PlanUnit(join).error(), HasSubstr("is the control plane of a cluster"));
}

TEST_F(KubeadmJoinTest, AKubeletThatStoppedIsStarted) {
  KubeadmJoinResource join = Make();
  ASSERT_TRUE(RunUnit(box_, join).ok());
  box_.systemd.Add("kubelet.service", "enabled", false);
  ASSERT_THAT(PathsOf(PlanUnit(join)), ElementsAre("kubelet.service"));
  ASSERT_TRUE(RunUnit(box_, join, {.operation = "op-2"}).ok());
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("start kubelet.service"));
}

TEST_F(KubeadmJoinTest, ARebootInTheActIsCleanedUpAndTheActMadeAgain) {
  KubeadmJoinResource join = Make();
  const UnitPlan approved = PlanUnit(join);
  ASSERT_TRUE(box_.journal
                  ->WriteIntent({.key = {"op", "kubernetes@n/join"},
                                 .payload = DigestOf(join.Inputs()),
                                 .boot_id = "boot-1",
                                 .intent = {{"attempt", 1}, {"plan", ToJson(approved)}}})
                  .ok());
  ASSERT_TRUE(box_.inventory
                  ->Remember({.resource = "join",
                              .thing = "kubeadm:join",
                              .before = "boot-1 op/kubernetes@n/join#1",
                              .digest = ""})
                  .ok());
  box_.Write("/etc/kubernetes/bootstrap-kubelet.conf", "x");
  box_.Write("/proc/sys/kernel/random/boot_id", "boot-2\n");
  auto done = RunUnit(box_, join, {.boot = "boot-2", .approved = approved});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kRepeated);
  EXPECT_THAT(box_.commands.RunTexts()[0],
              HasSubstr("kubeadm reset --force --cri-socket unix:///run/containerd"));
  EXPECT_EQ(box_.commands.runs().size(), 3u);
  EXPECT_EQ(box_.Read("/etc/kubernetes/bootstrap-kubelet.conf"), "<absent>");
}

TEST_F(KubeadmJoinTest, KubeadmsFailureIsToldInItsWords) {
  box_.commands.On(
      {KubeadmRun::kProgram, "join", "phase", "preflight"},
      "[preflight] ...\nerror execution phase preflight: couldn't validate the identity of the API Server\n",
      1);
  KubeadmJoinResource join = Make();
  EXPECT_THAT(std::string(RunUnit(box_, join).status().message()),
              HasSubstr("kubeadm join failed (exit 1): error execution phase preflight: couldn't validate"));
}

}  // namespace
}  // namespace devstats::agent
