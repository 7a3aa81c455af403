#include "agent/executor/service.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServiceTest : public ::testing::Test {
 protected:
  static v1::Fence Ours() {
    v1::Fence fence;
    fence.set_cluster_id("c1");
    fence.set_epoch(1);
    return fence;
  }
  absl::Status Logs(const std::string& unit, uint32_t lines = 0) {
    executor::v1::Request request;
    request.mutable_logs()->set_unit(unit);
    request.mutable_logs()->set_lines(lines);
    *request.mutable_logs()->mutable_fence() = Ours();
    return service_.Answer(request, [this](const executor::v1::Reply& reply) {
      replies_.push_back(reply);
      return true;
    });
  }
  absl::Status Ask(const executor::v1::Request& request) {
    return service_.Answer(request, [this](const executor::v1::Reply& reply) {
      replies_.push_back(reply);
      return true;
    });
  }
  std::map<std::string, v1::Check> Health() {
    executor::v1::Request request;
    *request.mutable_health()->mutable_fence() = Ours();
    std::map<std::string, v1::Check> checks;
    const absl::Status status = service_.Answer(request, [&checks](const executor::v1::Reply& reply) {
      for (const v1::Check& check : reply.health().checks()) checks[check.name()] = check;
      return true;
    });
    EXPECT_TRUE(status.ok()) << status;
    return checks;
  }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const auto& reply : replies_) texts.push_back(reply.log().text());
    return texts;
  }
  Box box_;
  Fence fence_{"c1", box_.journal.get()};
  Steps steps_{box_.host.get(), box_.journal.get(), "boot-1"};
  ExecutorService service_{box_.host.get(), &fence_, &steps_, box_.journal.get()};
  std::vector<executor::v1::Reply> replies_;
};

TEST_F(ServiceTest, LogsOfAUnitThatWeManage) {
  for (const char* text : {"one", "two", "three"}) box_.systemd.Log("kubelet.service", text);
  ASSERT_TRUE(Logs("kubelet", 2).ok());
  EXPECT_THAT(Texts(), ElementsAre("two", "three"));
  EXPECT_EQ(replies_[0].log().unit(), "kubelet.service");
  EXPECT_EQ(replies_[0].log().time_ms(), 1000);
  replies_.clear();
  ASSERT_TRUE(Logs("kubelet.service").ok());
  EXPECT_THAT(Texts(), ElementsAre("one", "two", "three"));
}

TEST_F(ServiceTest, NoOtherUnitHasLogsHere) {
  box_.systemd.Log("ssh.service", "secret");
  for (const char* unit : {"ssh", "ssh.service", "", "kubelet.service.service", "*", "kubelet\n"}) {
    const absl::Status refused = Logs(unit);
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << unit;
    EXPECT_THAT(HintOf(refused), HasSubstr("containerd, kubelet"));
  }
  EXPECT_TRUE(replies_.empty());
}

TEST_F(ServiceTest, AskingForEverythingGetsALimitedAmount) {
  for (int i = 0; i < 1100; ++i) box_.systemd.Log("kubelet.service", "x");
  ASSERT_TRUE(Logs("kubelet", 4'000'000'000).ok());
  EXPECT_EQ(replies_.size(), 1000u);
}

TEST_F(ServiceTest, FactsWarnOfDoorsThatAreNotNeeded) {
  box_.commands.On({"/usr/sbin/sshd", "-T"}, "permitrootlogin yes\n");
  executor::v1::Request request;
  *request.mutable_facts()->mutable_fence() = Ours();
  ASSERT_TRUE(Ask(request).ok());
  ASSERT_EQ(replies_[0].facts().warnings_size(), 1);
  EXPECT_THAT(replies_[0].facts().warnings(0), HasSubstr("root may log in by ssh"));
}

TEST_F(ServiceTest, TheNetworkIsLookedAtForOursAlone) {
  box_.commands.On({"iptables-nft-save"}, "*filter\n:INPUT DROP [0:0]\nCOMMIT\n");
  executor::v1::Request request;
  v1::Port* port = request.mutable_check_network()->add_ports();
  port->set_protocol(v1::Port::TCP);
  port->set_number(6443);
  EXPECT_TRUE(absl::IsPermissionDenied(Ask(request)));
  *request.mutable_check_network()->mutable_fence() = Ours();
  ASSERT_TRUE(Ask(request).ok());
  ASSERT_EQ(replies_[0].network().blocked_size(), 1);
  EXPECT_EQ(replies_[0].network().blocked(0).rule(), "policy DROP of chain INPUT");
}

TEST_F(ServiceTest, HealthTellsWhatItSees) {
  EXPECT_TRUE(Health()["state"].ok());
  EXPECT_TRUE(Health()["systemd"].ok());
  EXPECT_TRUE(Health()["clock"].ok());
  box_.kernel.clock_synchronized = false;
  EXPECT_FALSE(Health()["clock"].ok());
  EXPECT_THAT(Health()["clock"].reason(), HasSubstr("clock"));
}

}  // namespace
}  // namespace devstats::agent
