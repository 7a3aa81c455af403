#include "coordinator/nodes/preflight_unit.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/nodes/fake_agent.h"

namespace devstats::coordinator {
namespace {

using ::testing::HasSubstr;

class PreflightTest : public ::testing::Test {
 protected:
  PreflightTest() {
    agent_.facts.set_os_id("debian");
    agent_.facts.set_os_version("12");
    agent_.facts.set_time_ms(absl::ToUnixMillis(clock_.Now()));
    agent_.facts.add_addresses()->set_address("10.0.0.5/24");
  }
  std::string Error() {
    PreflightUnit unit(wants_, &agent_, &clock_);
    return ErrorOf(PlanUnit(unit));
  }
  std::string Advice() {
    PreflightUnit unit(wants_, &agent_, &clock_);
    return PlanUnit(unit).hint();
  }
  FakeAgent agent_;
  FixedClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  PreflightWants wants_{.node = "a", .address = "10.0.0.5", .os = "", .supported = {"debian-12", "ubuntu-24.04"}};
};

TEST_F(PreflightTest, AGoodBoxHasNothingToSay) {
  PreflightUnit unit(wants_, &agent_, &clock_);
  const UnitPlan plan = PlanUnit(unit);
  EXPECT_EQ(unit.id(), "preflight@a");
  EXPECT_EQ(ErrorOf(plan), "");
  EXPECT_TRUE(IsEmpty(plan));
}

TEST_F(PreflightTest, AnUnsupportedSystemIsNamed) {
  agent_.facts.set_os_version("10");
  EXPECT_EQ(Error(), "a runs debian-10, which is not supported");
  EXPECT_EQ(Advice(), "supported are debian-12, ubuntu-24.04");
}

TEST_F(PreflightTest, AnotherSystemThanTheSpecSays) {
  wants_.os = "ubuntu-24.04";
  EXPECT_EQ(Error(), "a runs debian-12; cluster.yaml says ubuntu-24.04");
}

TEST_F(PreflightTest, NeighboursAreInTheNetworkOfTheBox) {
  wants_.neighbours = {{"b", "10.0.0.9"}};
  EXPECT_EQ(Error(), "");
  wants_.neighbours = {{"b", "10.0.0.9"}, {"c", "10.0.1.9"}, {"d", "192.168.0.1"}};
  EXPECT_EQ(Error(),
            "c (10.0.1.9) is not in the network of a (10.0.0.5/24): host-gateway routes within one network only\n"
            "d (192.168.0.1) is not in the network of a (10.0.0.5/24): host-gateway routes within one network only");
  EXPECT_THAT(Advice(), HasSubstr("kubernetes.cni.kind: manifest"));
  agent_.facts.mutable_addresses(0)->set_address("10.0.0.5/16");
  EXPECT_THAT(Error(), ::testing::StartsWith("d (192.168.0.1)"));
  wants_.address = "10.0.0.6";
  EXPECT_THAT(Error(), ::testing::Not(HasSubstr("host-gateway"))) << "a box that is another one has no say";
}

TEST_F(PreflightTest, CgroupV1IsRefusedWhereTheKubeletWouldRefuseIt) {
  agent_.facts.set_cgroup_version(1);
  EXPECT_EQ(Error(), "");
  wants_.cgroup2 = true;
  EXPECT_THAT(Error(), HasSubstr("a runs with cgroup v1"));
  agent_.facts.set_cgroup_version(2);
  EXPECT_EQ(Error(), "");
}

TEST_F(PreflightTest, AClockThatIsOffIsToldWithItsOffsetAndTheCure) {
  clock_.Advance(absl::Seconds(5));
  EXPECT_EQ(Error(), "");
  clock_.Advance(absl::Seconds(2));
  EXPECT_THAT(Error(), HasSubstr("the clock of a is off by 7s"));
  EXPECT_THAT(Advice(), HasSubstr("timedatectl set-ntp true"));
  clock_.Advance(-absl::Hours(1));
  EXPECT_THAT(Error(), HasSubstr("off by 59m53s"));
}

TEST_F(PreflightTest, ABoxWithoutItsAddressIsProbablyAnother) {
  wants_.address = "10.0.0.6";
  EXPECT_THAT(Error(), HasSubstr("a does not have the address 10.0.0.6"));
}

TEST_F(PreflightTest, ThePreconditionDoesNotChangeWithTime) {
  PreflightUnit unit(wants_, &agent_, &clock_);
  const std::string before = PlanUnit(unit).precondition();
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(PlanUnit(unit).precondition(), before);
}

TEST_F(PreflightTest, AllThatIsWrongIsToldAtOnce) {
  wants_.address = "10.0.0.6";
  wants_.network.ports.push_back({.port = {}, .use = "kubelet"});
  wants_.network.ports[0].port.set_number(10250);
  clock_.Advance(absl::Seconds(9));
  auto* held = agent_.findings.add_held();
  held->mutable_port()->set_number(10250);
  held->set_program("nginx");
  held->set_pid(4711);
  EXPECT_EQ(Error(),
            "the clock of a is off by 9s\n"
            "a does not have the address 10.0.0.6\n"
            "port 10250 (kubelet) of a is held by nginx");
  EXPECT_EQ(Advice(),
            "on the box: timedatectl set-ntp true, then wait for \"System clock synchronized: yes\"\n"
            "cluster.yaml and the box disagree: is this box enrolled under the right name?\n"
            "stop that program, or let it use another port; on the box: ss -lntup");
}

TEST_F(PreflightTest, BoxesWithoutKubernetesAreNotAskedForPorts) {
  EXPECT_EQ(Error(), "");
  EXPECT_TRUE(agent_.checks.empty());
}

TEST_F(PreflightTest, WarningsAreSortedAndNeitherChangesNorAPrecondition) {
  PreflightUnit unit(wants_, &agent_, &clock_);
  const UnitPlan before = PlanUnit(unit);
  for (const char* warning : {"ssh serves sftp", "root may log in by ssh", "ssh serves sftp"}) agent_.facts.add_warnings(warning);
  const UnitPlan plan = PlanUnit(unit);
  EXPECT_THAT(plan.warnings(), ::testing::ElementsAre("root may log in by ssh", "ssh serves sftp"));
  EXPECT_TRUE(IsEmpty(plan));
  EXPECT_EQ(plan.precondition(), before.precondition());
}

TEST_F(PreflightTest, AQuestionThatFailsIsTheError) {
  wants_.network.ports.push_back({});
  agent_.network_error = absl::UnavailableError("a: the agent does not answer");
  EXPECT_THAT(Error(), HasSubstr("does not answer"));
}

TEST_F(PreflightTest, NoAnswerIsTheError) {
  agent_.error = absl::UnavailableError("a (10.0.0.5:7442): the agent does not answer");
  EXPECT_THAT(Error(), HasSubstr("the agent does not answer"));
}

}  // namespace
}  // namespace devstats::coordinator
