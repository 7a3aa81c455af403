#include "agent/resources/modules.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ModulesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.Write("/proc/sys/kernel/osrelease", "6.8.0-1\n");
    box_.Write("/proc/modules", "ext4 1 0 - Live 0x0\n");
    box_.Write("/proc/filesystems", "nodev\tproc\n\text4\n");
    box_.Write("/lib/modules/6.8.0-1/modules.builtin", "kernel/net/ipv4/tcp_cubic.ko\n");
    box_.Write("/lib/modules/6.8.0-1/modules.dep",
               "kernel/net/bridge/br_netfilter.ko.zst: kernel/net/bridge/bridge.ko.zst\n"
               "kernel/fs/overlayfs/overlay.ko.zst:\nkernel/net/netfilter/ip-vs.ko:\n");
    box_.kernel.act = [this](const std::string&, const std::string& name) {
      box_.Write("/sys/module/" + name + "/refcnt", "0\n");
      return absl::OkStatus();
    };
  }
  ModulesResource Make(const std::vector<std::string>& names) {
    v1::Modules desired;
    desired.mutable_names()->Assign(names.begin(), names.end());
    return ModulesResource(desired, box_.host.get());
  }
  // The plan but for our drop-in.
  std::vector<std::string> ToLoad(const std::string& name) {
    ModulesResource modules = Make({name});
    std::vector<std::string> paths = PathsOf(PlanUnit(modules));
    std::erase(paths, ModulesResource::kFile);
    return paths;
  }
  Box box_;
};

TEST_F(ModulesTest, LoadsWhatIsAbsentNowAndAtEveryBoot) {
  ModulesResource modules = Make({"overlay", "br_netfilter"});
  EXPECT_THAT(PathsOf(PlanUnit(modules)),
              ElementsAre(ModulesResource::kFile, "module br_netfilter", "module overlay"));
  ASSERT_TRUE(box_.Apply(modules).ok());
  EXPECT_THAT(box_.kernel.calls, ElementsAre("load br_netfilter", "load overlay"));
  EXPECT_THAT(box_.Read(ModulesResource::kFile), HasSubstr("overlay\nbr_netfilter\n"));
  EXPECT_TRUE(IsEmpty(PlanUnit(modules)));
}

TEST_F(ModulesTest, BuiltInOrLoadedByAnyNameIsPresent) {
  EXPECT_THAT(ToLoad("ext4"), ::testing::IsEmpty());       // /proc/modules
  EXPECT_THAT(ToLoad("tcp_cubic"), ::testing::IsEmpty());  // built in
  EXPECT_THAT(ToLoad("tcp-cubic"), ::testing::IsEmpty());
  EXPECT_THAT(ToLoad("ip_vs"), ElementsAre("module ip_vs"));
  box_.Write("/sys/module/ip_vs/refcnt", "0\n");
  EXPECT_THAT(ToLoad("ip_vs"), ::testing::IsEmpty());
  box_.Write("/proc/filesystems", "nodev\toverlay\n");
  EXPECT_THAT(ToLoad("overlay"), ::testing::IsEmpty());
  box_.Write("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
  EXPECT_THAT(ToLoad("br_netfilter"), ::testing::IsEmpty());
}

TEST_F(ModulesTest, AModuleThatTheKernelCannotHaveFailsThePlan) {
  ModulesResource typo = Make({"br_netfiltr"});
  const std::string error = PlanUnit(typo).error();
  EXPECT_THAT(error, HasSubstr("br_netfiltr"));
  EXPECT_THAT(error, HasSubstr("/lib/modules/6.8.0-1"));
  EXPECT_THAT(PlanUnit(typo).hint(), HasSubstr("linux-modules-extra-6.8.0-1"));
  box_.Write("/proc/sys/kernel/osrelease", "6.8.0-2\n");
  ModulesResource overlay = Make({"overlay"});
  EXPECT_THAT(PlanUnit(overlay).error(), HasSubstr("/lib/modules/6.8.0-2 is missing"));
}

TEST_F(ModulesTest, ANameIsNoPathAndNoOption) {
  for (const char* name : {"", "../x", "a b", "a\nb"}) {
    ModulesResource modules = Make({name});
    EXPECT_EQ(PlanUnit(modules).state(), UnitPlan::UNKNOWN) << name;
  }
}

TEST_F(ModulesTest, ALoadThatFailsFailsTheStepAndIsTriedAgain) {
  auto works = box_.kernel.act;
  box_.kernel.act = [](const std::string&, const std::string&) {
    return absl::PermissionDeniedError("lockdown");
  };
  ModulesResource modules = Make({"overlay"});
  EXPECT_THAT(std::string(box_.Apply(modules).status().message()), HasSubstr("lockdown"));
  box_.kernel.act = works;
  EXPECT_TRUE(box_.Apply(modules).ok());
}

}  // namespace
}  // namespace devstats::agent
