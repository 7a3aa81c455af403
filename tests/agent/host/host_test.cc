#include "agent/host/host.h"

#include "agent/host/facts.h"
#include "tests/agent/box.h"
#include "gtest/gtest.h"

namespace devstats::agent {
namespace {

TEST(SysctlPath, FollowsTheDotsAndLeadsNowhereElse) {
  EXPECT_EQ(*SysctlPath("net.ipv4.ip_forward"), "/proc/sys/net/ipv4/ip_forward");
  EXPECT_EQ(*SysctlPath("net.ipv4.conf.eth0/1.rp_filter"), "/proc/sys/net/ipv4/conf/eth0.1/rp_filter");
  for (const char* bad : {"", ".", "a..b", "../etc/passwd", "a./.b", "a.b;c", "a.$(x)", "net.ipv4.", "a\nb", "/..", "a.//../b"})
    EXPECT_FALSE(SysctlPath(bad).ok()) << bad;
}

TEST(Sysctl, ValuesAreComparedAsTheKernelMeansThem) {
  EXPECT_EQ(NormalizeSysctl(" 4096\t16384 \n"), "4096 16384");
  EXPECT_EQ(NormalizeSysctl(""), "");
}

TEST(Host, ReadsAndSetsKernelParameters) {
  Box box;
  box.Write("/proc/sys/net/ipv4/ip_forward", "0\n");
  EXPECT_EQ(**box.host->ReadSysctl("net.ipv4.ip_forward"), "0");
  EXPECT_EQ(*box.host->ReadSysctl("net.ipv4.absent"), std::nullopt);
  ASSERT_TRUE(box.host->WriteSysctl("sysctl", "net.ipv4.ip_forward", "1").ok());
  EXPECT_EQ(**box.host->ReadSysctl("net.ipv4.ip_forward"), "1");
  EXPECT_EQ((*box.inventory->Find("kernel:net.ipv4.ip_forward"))->before, "0");
  EXPECT_EQ(box.host->WriteSysctl("sysctl", "net.ipv4.absent", "1").code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Host, TheInventoryKeepsWhatWasThereFirst) {
  Box box;
  box.Write("/etc/x.conf", "original");
  ASSERT_TRUE(box.host->WriteFile("r", "/etc/x.conf", "one").ok());
  ASSERT_TRUE(box.host->WriteFile("r", "/etc/x.conf", "two").ok());
  ASSERT_TRUE(box.host->WriteFile("r", "/etc/new/y.conf", "y").ok());
  EXPECT_EQ(box.Read("/etc/x.conf"), "two");
  EXPECT_EQ((*box.inventory->Find("file:/etc/x.conf"))->before, "original");
  EXPECT_EQ((*box.inventory->Find("file:/etc/new/y.conf"))->before, std::nullopt);
  EXPECT_EQ(box.inventory->All()->size(), 2u);
  ASSERT_TRUE(box.host->RemoveFile("r", "/etc/x.conf").ok());
  EXPECT_EQ(*box.host->ReadFile("/etc/x.conf"), std::nullopt);
  ASSERT_TRUE(box.inventory->Drop("file:/etc/x.conf").ok());
  EXPECT_EQ(*box.inventory->Find("file:/etc/x.conf"), std::nullopt);
}

TEST(Host, APrivateFileIsClosedWhateverItWas) {
  Box box;
  box.Write("/etc/x.conf", "original");
  EXPECT_EQ(*box.host->ModeOf("/etc/x.conf"), 0644);
  EXPECT_EQ(*box.host->ModeOf("/etc/absent"), std::nullopt);
  ASSERT_TRUE(box.host->WritePrivateFile("r", "/etc/x.conf", "secret").ok());
  EXPECT_EQ(*box.host->ModeOf("/etc/x.conf"), 0600);
  ASSERT_TRUE(box.host->WritePrivateFile("r", "/etc/new/y.conf", "secret").ok());
  EXPECT_EQ(*box.host->ModeOf("/etc/new/y.conf"), 0600);
  EXPECT_EQ((*box.inventory->Find("file:/etc/x.conf"))->before, "original");
  EXPECT_EQ((*box.inventory->Find("file:/etc/x.conf"))->mode, 0644);
  ASSERT_TRUE(box.host->WriteFile("r", "/etc/x.conf", "more").ok());
  EXPECT_EQ(*box.host->ModeOf("/etc/x.conf"), 0600);  // a plain write opens nothing
}

TEST(Host, AMarkStaysUntilItIsCleared) {
  Box box;
  EXPECT_FALSE(box.host->IsPending("restart-x"));
  ASSERT_TRUE(box.host->MarkPending("restart-x").ok());
  ASSERT_TRUE(box.host->MarkPending("restart-x").ok());
  EXPECT_TRUE(Host(box.dir.path(), box.inventory.get()).IsPending("restart-x")) << "after a restart, too";
  EXPECT_FALSE(box.host->IsPending("restart-y"));
  ASSERT_TRUE(box.host->ClearPending("restart-x").ok());
  EXPECT_TRUE(box.host->ClearPending("restart-x").ok());
  EXPECT_FALSE(box.host->IsPending("restart-x"));
}

TEST(Host, ALockThatIsFreeOrAbsentHasNoHolder) {
  Box box;
  box.Write("/lock", "");
  EXPECT_EQ(box.host->LockHolder("/lock"), std::nullopt);
  EXPECT_EQ(box.host->LockHolder("/absent"), std::nullopt);
}

TEST(Facts, AreReadAsTheDistributionsWriteThem) {
  v1::Facts facts;
  ParseOsRelease("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n", &facts);
  EXPECT_EQ(facts.os_id(), "debian");
  EXPECT_EQ(facts.os_version(), "12");
  EXPECT_EQ(ParseMemTotal("MemFree: 1 kB\nMemTotal:       16384 kB\n"), 16384u * 1024);
  EXPECT_EQ(ParseMemTotal("MemTotal: many\n"), 0u);
  EXPECT_EQ(ParseMemTotal(""), 0u);
}

TEST(Facts, AMissingFileLeavesItsFactEmpty) {
  Box box;
  v1::Facts facts = GatherFacts(*box.host);
  EXPECT_EQ(facts.boot_id(), "boot-1");
  EXPECT_EQ(facts.machine_id(), "");
  EXPECT_EQ(facts.os_id(), "");
  EXPECT_FALSE(facts.hostname().empty());
  EXPECT_EQ(facts.cgroup_version(), 0u);
}

TEST(Facts, TheOneHierarchyOfVersion2HasControllersAtItsRoot) {
  Box box;
  box.Write("/sys/fs/cgroup/cpu/tasks", "");
  EXPECT_EQ(GatherFacts(*box.host).cgroup_version(), 1u);
  box.Write("/sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  EXPECT_EQ(GatherFacts(*box.host).cgroup_version(), 2u);
}

}  // namespace
}  // namespace devstats::agent
