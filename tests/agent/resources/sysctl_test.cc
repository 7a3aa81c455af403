#include "agent/resources/sysctl.h"

#include "common/unit/execute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

class SysctlTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.Write("/proc/sys/net/ipv4/ip_forward", "0\n");
    box_.Write("/proc/sys/net/core/somaxconn", "128\n");
  }
  SysctlResource Make(std::map<std::string, std::string> values) {
    v1::Sysctl desired;
    desired.mutable_values()->insert(values.begin(), values.end());
    return SysctlResource(desired, box_.host.get());
  }
  absl::StatusOr<Execution> Run(Unit& unit, const std::string& operation = "op") {
    return Execute(unit, *box_.journal,
                   {.key = {operation, "host@n/sysctl"},
                    .payload = DigestOf(unit.Inputs()),
                    .approved = PlanUnit(unit),
                    .boot_id = "boot-1"});
  }
  Box box_;
};

TEST_F(SysctlTest, SetsTheKernelNowAndTheFileForTheNextBoot) {
  SysctlResource sysctl = Make({{"net.ipv4.ip_forward", "1"}, {"net.core.somaxconn", "4096"}});
  UnitPlan plan = PlanUnit(sysctl);
  ASSERT_EQ(plan.changes_size(), 3);
  EXPECT_EQ(plan.changes(0).path(), SysctlResource::kFile);
  EXPECT_EQ(plan.changes(0).owner(), Change::ABSENT);
  EXPECT_EQ(plan.changes(1).path(), "net.core.somaxconn");
  EXPECT_EQ(plan.changes(1).before(), "128");
  EXPECT_EQ(plan.changes(1).after(), "4096");
  ASSERT_TRUE(Run(sysctl).ok());
  EXPECT_EQ(box_.Read("/proc/sys/net/ipv4/ip_forward"), "1");
  EXPECT_THAT(box_.Read(SysctlResource::kFile),
              HasSubstr("net.core.somaxconn = 4096\nnet.ipv4.ip_forward = 1\n"));
  EXPECT_TRUE(IsEmpty(PlanUnit(sysctl)));
}

TEST_F(SysctlTest, DriftShowsExactlyItself) {
  SysctlResource sysctl = Make({{"net.ipv4.ip_forward", "1"}, {"net.core.somaxconn", "4096"}});
  ASSERT_TRUE(Run(sysctl).ok());
  box_.Write("/proc/sys/net/ipv4/ip_forward", "0\n");
  UnitPlan plan = PlanUnit(sysctl);
  ASSERT_EQ(plan.changes_size(), 1);
  EXPECT_EQ(plan.changes(0).path(), "net.ipv4.ip_forward");
  box_.Write(SysctlResource::kFile, "net.ipv4.ip_forward = 0\n");
  plan = PlanUnit(sysctl);
  ASSERT_EQ(plan.changes_size(), 2);
  EXPECT_EQ(plan.changes(0).owner(), Change::OURS);
  ASSERT_TRUE(Run(sysctl, "op-2").ok());
  EXPECT_TRUE(IsEmpty(PlanUnit(sysctl)));
}

TEST_F(SysctlTest, ATabInTheKernelsAnswerIsNoDifference) {
  box_.Write("/proc/sys/net/ipv4/ip_local_port_range", "1024\t65000\n");
  SysctlResource sysctl = Make({{"net.ipv4.ip_local_port_range", "1024 65000"}});
  UnitPlan plan = PlanUnit(sysctl);
  ASSERT_EQ(plan.changes_size(), 1);
  EXPECT_EQ(plan.changes(0).path(), SysctlResource::kFile);
}

TEST_F(SysctlTest, AMissingKeyNamesItsModule) {
  SysctlResource bridge = Make({{"net.bridge.bridge-nf-call-iptables", "1"}});
  EXPECT_THAT(PlanUnit(bridge).hint(), HasSubstr("module br_netfilter"));
  SysctlResource conntrack = Make({{"net.netfilter.nf_conntrack_max", "1"}});
  EXPECT_THAT(PlanUnit(conntrack).hint(), HasSubstr("module nf_conntrack"));
  SysctlResource typo = Make({{"net.ipv4.ip_foward", "1"}});
  EXPECT_THAT(PlanUnit(typo).hint(), HasSubstr("check its spelling"));
}

TEST_F(SysctlTest, WhatWasThereIsInTheInventoryBeforeItIsChanged) {
  SysctlResource sysctl = Make({{"net.ipv4.ip_forward", "1"}});
  ASSERT_TRUE(Run(sysctl).ok());
  auto items = *box_.inventory->All();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].thing, std::string("file:") + SysctlResource::kFile);
  EXPECT_EQ(items[0].before, std::nullopt);
  EXPECT_EQ(items[1].thing, "kernel:net.ipv4.ip_forward");
  EXPECT_EQ(items[1].before, "0");
}

}  // namespace
}  // namespace devstats::agent
