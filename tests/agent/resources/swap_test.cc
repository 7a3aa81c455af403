#include "agent/resources/swap.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kHeading[] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";

class SwapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.kernel.act = [this](const std::string&, const std::string&) {
      box_.Write("/proc/swaps", kHeading);
      return absl::OkStatus();
    };
  }
  // A swap area of 64 KiB and its line in /proc/swaps.
  void Activate(const std::string& path, const std::string& signature = "SWAPSPACE2", int kib = 64) {
    std::string area(static_cast<size_t>(kib) * 1024 + static_cast<size_t>(::sysconf(_SC_PAGESIZE)), '\0');
    area.replace(static_cast<size_t>(::sysconf(_SC_PAGESIZE)) - signature.size(), signature.size(),
                 signature);
    box_.Write(path, area);
    box_.Write("/proc/swaps", absl::StrCat(kHeading, path, "\tfile\t\t64\t\t0\t\t-2\n"));
  }
  Box box_;
  SwapResource swap_{v1::SwapOff(), box_.host.get()};
};

TEST_F(SwapTest, ABoxWithoutSwapHasNothingToDo) {
  box_.Write("/proc/swaps", kHeading);
  box_.Write("/etc/fstab", "UUID=1 / ext4 defaults 0 1\n");
  EXPECT_TRUE(IsEmpty(PlanUnit(swap_)));
}

TEST_F(SwapTest, SwitchesOffNowAndForEveryBoot) {
  Activate("/swapfile");
  const std::string others = "# /old none swap sw 0 0\nUUID=1\t/ ext4 defaults 0 1\n\n";
  box_.Write("/etc/fstab",
             others + "/swapfile none swap sw 0 0\n/dev/sdb2\tnone\tswap\tsw,noauto\t0\t0\nlast /x ext4");
  box_.systemd.Add("swapfile.swap", "generated", true);
  const UnitPlan plan = PlanUnit(swap_);
  EXPECT_THAT(PathsOf(plan), ElementsAre(SwapResource::kFstab, SwapResource::kFstab, "mask swapfile.swap",
                                         "swapoff /swapfile"));
  EXPECT_EQ(plan.changes(0).before(), "/swapfile none swap sw 0 0");
  ASSERT_TRUE(box_.Apply(swap_).ok());
  EXPECT_EQ(box_.Read("/etc/fstab"),
            absl::StrCat(others, SwapResource::kMark, "/swapfile none swap sw 0 0\n", SwapResource::kMark,
                         "/dev/sdb2\tnone\tswap\tsw,noauto\t0\t0\nlast /x ext4"));
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("mask swapfile.swap"));
  EXPECT_THAT(box_.kernel.calls, ElementsAre("swapoff /swapfile"));
  EXPECT_TRUE(IsEmpty(PlanUnit(swap_)));
  EXPECT_THAT((*box_.inventory->Find("file:/etc/fstab"))->before.value_or(""),
              HasSubstr("\n/swapfile none swap"));
}

TEST_F(SwapTest, SwapOfAnotherBoxOnTheSameKernelIsLeftAlone) {
  box_.Write("/proc/swaps", absl::StrCat(kHeading, "/dev/nvme0n1p3\tpartition\t64\t0\t-2\n"));
  EXPECT_TRUE(IsEmpty(PlanUnit(swap_))) << "no such path here";
  Activate("/swapfile", "not a swap");
  EXPECT_TRUE(IsEmpty(PlanUnit(swap_))) << "a file of that name, but no swap area";
  Activate("/swapfile", "SWAPSPACE2", 16);
  EXPECT_TRUE(IsEmpty(PlanUnit(swap_))) << "a swap area, but smaller than the active one";
  Activate("/swapfile");
  EXPECT_FALSE(IsEmpty(PlanUnit(swap_)));
}

TEST_F(SwapTest, ABlankInAPathIsNoEndOfIt) {
  Activate("/swap file");
  box_.Write("/proc/swaps", absl::StrCat(kHeading, "/swap\\040file\tfile\t64\t0\t-2\n"));
  EXPECT_THAT(PathsOf(PlanUnit(swap_)), ElementsAre("swapoff /swap file"));
}

TEST_F(SwapTest, UnitsThatAreMaskedOrMerelyActiveStayAsTheyAre) {
  box_.systemd.Add("a.swap", "masked");
  box_.systemd.Add("b.swap", "", true);
  EXPECT_TRUE(IsEmpty(PlanUnit(swap_)));
}

TEST_F(SwapTest, AfterACutItGoesOnWithWhatIsLeft) {
  Activate("/swapfile");
  box_.Write("/etc/fstab", "/swapfile none swap sw 0 0\n");
  auto works = box_.kernel.act;
  box_.kernel.act = [](const std::string&, const std::string&) {
    return absl::ResourceExhaustedError("no memory");
  };
  const absl::Status failed = box_.Apply(swap_).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("no memory"));
  EXPECT_THAT(PathsOf(PlanUnit(swap_)), ElementsAre("swapoff /swapfile"));
  box_.kernel.act = works;
  ASSERT_TRUE(box_.Apply(swap_).ok());
  EXPECT_EQ(box_.Read("/etc/fstab"), absl::StrCat(SwapResource::kMark, "/swapfile none swap sw 0 0\n"));
}

TEST_F(SwapTest, ALineThatComesBackIsDrift) {
  box_.Write("/etc/fstab", "/swapfile none swap sw 0 0\n");
  ASSERT_TRUE(box_.Apply(swap_).ok());
  box_.Write("/etc/fstab", box_.Read("/etc/fstab") + "/dev/sdb none swap sw 0 0\n");
  EXPECT_EQ(PlanUnit(swap_).changes(0).before(), "/dev/sdb none swap sw 0 0");
}

}  // namespace
}  // namespace devstats::agent
