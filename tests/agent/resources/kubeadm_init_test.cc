#include "agent/resources/kubeadm_init.h"

#include <filesystem>

#include "agent/resources/kubectl.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// kubeadm as a box sees it: init leaves files and an API server, reset takes them away.
class KubeadmInitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    desired_.set_version("1.35.0");
    desired_.set_node_name("n");
    desired_.set_advertise_address("10.0.0.1");
    desired_.set_pod_subnet("10.244.0.0/16");
    desired_.set_service_subnet("10.96.0.0/12");
    box_.systemd.Add("kubelet.service", "enabled", true);
    box_.commands.On({KubeadmRun::kProgram, "config", "images", "pull"}, "[config/images] Pulled x\n");
    box_.commands.On({KubeadmRun::kProgram, "init", "phase", "preflight"}, "[preflight] fine\n");
    box_.commands.On({KubeadmRun::kProgram, "init", "--config"}, [this](const Command& command) {
      MakeCluster();
      config_ = command.input;
      return ProcessResult{0, "[init] Using Kubernetes\nadvice\n[addons] done\n", "", false};
    });
    box_.commands.On({KubeadmRun::kProgram, "reset"}, [this](const Command&) {
      std::filesystem::remove_all(box_.dir.path() + "/etc/kubernetes");
      return ProcessResult{0, "[reset] done\n", "", false};
    });
    Answer("/readyz", "ok");
    Answer("/api/v1/namespaces/kube-system/configmaps/kubeadm-config", "{}");
  }
  void Answer(const std::string& path, const std::string& out, int exit_code = 0) {
    box_.commands.On({Kubectl::kProgram, "--kubeconfig", Kubectl::kAdminConfig, "--request-timeout=10s",
                      "get", "--raw", path},
                     out, exit_code);
  }
  void MakeCluster() {
    for (const char* file : {"/etc/kubernetes/admin.conf", "/etc/kubernetes/manifests/kube-apiserver.yaml",
                             "/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/config.yaml"})
      box_.Write(file, "x\n");
  }
  KubeadmInitResource Make() { return KubeadmInitResource(desired_, box_.host.get()); }
  std::vector<std::string> Labels() const {
    std::vector<std::string> out;
    for (const Command& c : box_.commands.runs()) out.push_back(c.label);
    return out;
  }

  Box box_;
  v1::KubeadmInit desired_;
  std::string config_;
};

TEST_F(KubeadmInitTest, MakesTheClusterOnceAndIsThenContent) {
  KubeadmInitResource init = Make();
  const UnitPlan plan = PlanUnit(init);
  ASSERT_THAT(PathsOf(plan), ElementsAre("kubeadm init"));
  EXPECT_EQ(plan.changes(0).action(), Change::RUN);
  EXPECT_EQ(plan.changes(0).owner(), Change::ABSENT);
  auto done = RunUnit(box_, init);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  EXPECT_THAT(box_.commands.RunTexts(),
              ElementsAre("/usr/bin/kubeadm config images pull --config /dev/stdin",
                          "/usr/bin/kubeadm init phase preflight --config /dev/stdin",
                          "/usr/bin/kubeadm init --config /dev/stdin --skip-token-print"));
  EXPECT_THAT(config_, HasSubstr("kubernetesVersion: v1.35.0"));
  EXPECT_TRUE(IsEmpty(PlanUnit(init)));
  EXPECT_EQ(RunUnit(box_, init, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
  EXPECT_EQ(box_.commands.runs().size(), 3u);
}

TEST_F(KubeadmInitTest, AClusterOfOthersIsRefusedAndNotTouched) {
  MakeCluster();
  KubeadmInitResource init = Make();
  EXPECT_THAT(PlanUnit(init).error(), HasSubstr("this agent has not made a cluster"));
  EXPECT_THAT(PlanUnit(init).hint(), HasSubstr("not taken over"));
  EXPECT_FALSE(RunUnit(box_, init).ok());
  EXPECT_THAT(box_.commands.runs(), ::testing::IsEmpty());
}

TEST_F(KubeadmInitTest, ABoxThatJoinedAnotherClusterIsRefused) {
  box_.Write("/etc/kubernetes/kubelet.conf", "x");
  KubeadmInitResource init = Make();
  EXPECT_THAT(PlanUnit(init).error(), HasSubstr("/etc/kubernetes/kubelet.conf"));
}

TEST_F(KubeadmInitTest, OurProcessDiesAndTheNextOneAttaches) {
  KubeadmInitResource init = Make();
  const UnitPlan approved = PlanUnit(init);
  box_.commands.On({KubeadmRun::kProgram, "init", "phase", "preflight"}, [this](const Command&) {
    box_.commands.CutNextRun();
    return ProcessResult{0, "", "", false};
  });
  // What a death leaves: kubeadm ran to its end, the intent is open, no success is written.
  ASSERT_TRUE(box_.journal
                  ->WriteIntent({.key = {"op", "kubernetes@n/init"},
                                 .payload = DigestOf(init.Inputs()),
                                 .boot_id = "boot-1",
                                 .intent = {{"attempt", 1}, {"plan", ToJson(approved)}}})
                  .ok());
  StepContext context{.key = {"op", "kubernetes@n/init"}, .progress = [](absl::string_view) {}};
  EXPECT_EQ(init.Apply(approved, context).code(), absl::StatusCode::kUnavailable);
  KubeadmInitResource restarted = Make();
  auto done = RunUnit(box_, restarted, {.approved = approved});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kResumed);
  EXPECT_THAT(Labels(), ElementsAre("images-1", "preflight-1", "init-1"));
}

TEST_F(KubeadmInitTest, ARebootInTheActIsCleanedUpAndTheActMadeAgain) {
  KubeadmInitResource init = Make();
  const UnitPlan approved = PlanUnit(init);
  box_.commands.On({KubeadmRun::kProgram, "init", "phase", "preflight"}, [this](const Command&) {
    box_.commands.CutNextRun();
    return ProcessResult{0, "", "", false};
  });
  ASSERT_TRUE(box_.journal
                  ->WriteIntent({.key = {"op", "kubernetes@n/init"},
                                 .payload = DigestOf(init.Inputs()),
                                 .boot_id = "boot-1",
                                 .intent = {{"attempt", 1}, {"plan", ToJson(approved)}}})
                  .ok());
  StepContext context{.key = {"op", "kubernetes@n/init"}, .progress = [](absl::string_view) {}};
  EXPECT_FALSE(init.Apply(approved, context).ok());
  box_.commands.Reboot();
  box_.commands.On({KubeadmRun::kProgram, "init", "phase", "preflight"}, "");
  box_.Write("/proc/sys/kernel/random/boot_id", "boot-2\n");
  KubeadmInitResource restarted = Make();
  EXPECT_EQ(PlanUnit(restarted).changes(0).owner(), Change::OURS);
  auto done = RunUnit(box_, restarted, {.boot = "boot-2", .approved = approved});
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kRepeated);
  EXPECT_THAT(Labels(), ElementsAre("images-1", "preflight-1", "init-1", "reset-1", "images-1", "preflight-1",
                                    "init-1"));
  EXPECT_EQ(RunUnit(box_, restarted, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(KubeadmInitTest, WhatPreflightFindsIsToldInItsWordsAndNothingIsResetAfterwards) {
  const std::string out =
      "[preflight] Running pre-flight checks\n"
      "error execution phase preflight: [preflight] Some fatal errors occurred:\n"
      "\t[ERROR Swap]: running with swap on is not supported\n"
      "\t[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty\n"
      "[preflight] If you know what you are doing, ...\n";
  box_.commands.On({KubeadmRun::kProgram, "init", "phase", "preflight"}, out, 1);
  KubeadmInitResource init = Make();
  const absl::Status failed = RunUnit(box_, init).status();
  EXPECT_EQ(failed.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(failed.message(),
            "kubeadm init failed (exit 1): [ERROR Swap]: running with swap on is not supported\n"
            "[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty");
  // What is in the way is somebody's: the next attempt must not wipe it.
  box_.commands.On({KubeadmRun::kProgram, "init", "phase", "preflight"}, "");
  ASSERT_TRUE(RunUnit(box_, init).ok());
  EXPECT_THAT(Labels(), ElementsAre("images-1", "preflight-1", "images-2", "preflight-2", "init-2"));
}

TEST_F(KubeadmInitTest, AFailedInitIsCleanedBeforeTheNextAttempt) {
  bool fail = true;
  box_.commands.On({KubeadmRun::kProgram, "init", "--config"}, [&](const Command&) {
    MakeCluster();
    return fail ? ProcessResult{1,
                                "[wait] ...\nerror execution phase wait-control-plane: timed out\nSee --v=5",
                                "", false}
                : ProcessResult{0, "", "", false};
  });
  KubeadmInitResource init = Make();
  const absl::Status failed = RunUnit(box_, init).status();
  EXPECT_EQ(failed.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(failed.message()),
              HasSubstr("error execution phase wait-control-plane: timed out"));
  fail = false;
  ASSERT_TRUE(RunUnit(box_, init, {.operation = "op-2"}).ok());
  EXPECT_THAT(Labels(), ElementsAre("images-1", "preflight-1", "init-1", "reset-1", "images-1", "preflight-1",
                                    "init-1"));
}

TEST_F(KubeadmInitTest, WithoutARegistryImagesThatAreThereWillDo) {
  box_.commands.On({KubeadmRun::kProgram, "config", "images", "pull"}, "failed to pull image", 1);
  KubeadmInitResource init = Make();
  EXPECT_TRUE(RunUnit(box_, init).ok());
}

TEST_F(KubeadmInitTest, AKubeletThatStoppedIsStarted) {
  KubeadmInitResource init = Make();
  ASSERT_TRUE(RunUnit(box_, init).ok());
  box_.systemd.Add("kubelet.service", "enabled", false);
  ASSERT_THAT(PathsOf(PlanUnit(init)), ElementsAre("kubelet.service"));
  ASSERT_TRUE(RunUnit(box_, init, {.operation = "op-2"}).ok());
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("start kubelet.service"));
}

TEST_F(KubeadmInitTest, AnApiServerThatDoesNotAnswerIsAnErrorNotAReasonToMakeAnother) {
  KubeadmInitResource init = Make();
  ASSERT_TRUE(RunUnit(box_, init).ok());
  Answer("/readyz", "Unable to connect to the server: connection refused", 1);
  EXPECT_THAT(PlanUnit(init).error(), HasSubstr("connection refused"));
  EXPECT_EQ(PlanUnit(init).changes_size(), 0);
}

TEST_F(KubeadmInitTest, WhatWasFixedWhenTheClusterWasMadeIsNotSilentlyDifferent) {
  KubeadmInitResource init = Make();
  ASSERT_TRUE(RunUnit(box_, init).ok());
  desired_.set_pod_subnet("10.9.0.0/16");
  desired_.set_max_pods(500);
  KubeadmInitResource changed = Make();
  EXPECT_THAT(PlanUnit(changed).error(), HasSubstr("pod_subnet: \"10.244.0.0/16\" -> \"10.9.0.0/16\""));
  EXPECT_THAT(PlanUnit(changed).error(), HasSubstr("max_pods: null -> 500"));
}

TEST_F(KubeadmInitTest, AMissingPartIsNamedAndARemovedClusterIsMadeAnew) {
  KubeadmInitResource init = Make();
  ASSERT_TRUE(RunUnit(box_, init).ok());
  std::filesystem::remove(box_.dir.path() + "/etc/kubernetes/admin.conf");
  EXPECT_THAT(PlanUnit(init).error(), HasSubstr("/etc/kubernetes/admin.conf is gone"));
  std::filesystem::remove_all(box_.dir.path() + "/etc/kubernetes");
  EXPECT_THAT(PathsOf(PlanUnit(init)), ElementsAre("kubeadm init"));
  EXPECT_EQ(RunUnit(box_, init, {.operation = "op-2"})->outcome, Outcome::kChanged);
}

}  // namespace
}  // namespace devstats::agent
