#include "agent/resources/disk.h"

#include "agent/resources/disk_tools.h"
#include "agent/resources/marked_line.h"
#include "common/unit/execute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kForeignUuid[] = "99999999-0000-0000-0000-000000000000";

// A box whose tools act on the list of disks as the real ones do.
class DiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    BlockDevice& root = box_.blocks.Add("/dev/sda", "SYS");
    root.mounts = {"/"};
    root.signature.types = {"gpt"};
    box_.blocks.Add("/dev/sdb", "SER-B");
    box_.blocks.Add("/dev/sdc", "SER-C");
    box_.Write("/etc/fstab", "UUID=1 / ext4 defaults 0 1\n");
    for (const char* type : {"ext4", "xfs", "btrfs"})
      box_.commands.On({std::string("/usr/sbin/mkfs.") + type},
                       [this, type = std::string(type)](const Command& c) { return Mkfs(type, c); });
    box_.commands.On({"/usr/sbin/wipefs", "-a"}, [this](const Command& c) {
      BlockDevice* d = box_.blocks.Find(c.argv.back());
      d->signature = {};
      d->partitions.clear();
      return ProcessResult{};
    });
    box_.systemd.Add("data.mount", "enabled");
    box_.systemd.on_change = [this](const std::string& verb, const std::string& unit) {
      if (verb == "start" && unit == "data.mount") MountByFstab();
    };
  }
  absl::StatusOr<ProcessResult> Mkfs(const std::string& type, const Command& c) {
    std::string uuid, label;
    for (size_t i = 0; i + 1 < c.argv.size(); ++i) {
      if (c.argv[i] == "-U") uuid = c.argv[i + 1];
      if (c.argv[i] == "-m") uuid = c.argv[i + 1].substr(5);
      if (c.argv[i] == "-L") label = c.argv[i + 1];
    }
    Signature made{{type}, uuid, label, false};
    if (BlockDevice* d = box_.blocks.Find(c.argv.back()))
      d->signature = made;
    else
      box_.blocks.volumes[c.argv.back()] = made;
    return ProcessResult{};
  }
  void MountByFstab() {
    const std::string line = MarkedLine(box_.Read("/etc/fstab"), "mount /data").value_or("");
    for (BlockDevice& d : box_.blocks.devices)
      if (!d.signature.uuid.empty() && absl::StrContains(line, d.signature.uuid)) {
        d.mounts = {"/data"};
        box_.blocks.mounts.push_back({d.device, "/data", d.signature.types[0]});
      }
    for (auto& [device, s] : box_.blocks.volumes)
      if (absl::StrContains(line, s.uuid)) box_.blocks.mounts.push_back({device, "/data", s.types[0]});
  }
  v1::DataDisk Wanted(std::vector<std::string> devices = {"SER-B"}) {
    v1::DataDisk d;
    for (const std::string& id : devices) d.add_devices(id);
    d.set_layout(v1::DataDisk::SINGLE);
    d.set_filesystem("ext4");
    d.set_label("data");
    d.set_mount_point("/data");
    d.add_mount_options("noatime");
    return d;
  }
  DiskResource Make(const v1::DataDisk& d) { return DiskResource(d, box_.host.get()); }
  absl::StatusOr<Execution> Run(Unit& unit, const std::string& operation = "op",
                                const std::string& boot = "boot-1") {
    return Execute(unit, *box_.journal,
                   {.key = {operation, "storage@n/disk"},
                    .payload = DigestOf(unit.Inputs()),
                    .approved = PlanUnit(unit),
                    .boot_id = boot});
  }
  // An intent as a cut leaves it.
  void OpenIntent(Unit& unit, const std::string& uuid) {
    UnitPlan plan = PlanUnit(unit);
    ASSERT_TRUE(box_.journal
                    ->WriteIntent({.key = {"op", "storage@n/disk"},
                                   .payload = DigestOf(unit.Inputs()),
                                   .boot_id = "boot-0",
                                   .intent = {{"attempt", 1},
                                              {"witness", {{"uuid", uuid}, {"array", uuid}}},
                                              {"plan", ToJson(plan)}}})
                    .ok());
    ASSERT_TRUE(
        box_.inventory->Remember({.resource = "disk", .thing = "filesystem:/data", .before = uuid}).ok());
  }
  std::vector<std::string> Paths(Unit& unit) {
    std::vector<std::string> paths;
    UnitPlan plan = PlanUnit(unit);
    EXPECT_EQ(plan.error(), "");
    for (const Change& c : plan.changes()) paths.push_back(c.path());
    return paths;
  }
  std::string Refusal(const v1::DataDisk& d) {
    DiskResource unit = Make(d);
    return PlanUnit(unit).error();
  }
  std::string Advice(const v1::DataDisk& d) {
    DiskResource unit = Make(d);
    return PlanUnit(unit).hint();
  }
  Box box_;
};

TEST_F(DiskTest, ABlankDiskBecomesTheDataMount) {
  DiskResource unit = Make(Wanted());
  EXPECT_THAT(Paths(unit), ElementsAre("filesystem of /data", "/etc/fstab", "mount /data"));
  EXPECT_FALSE(IsDestructive(PlanUnit(unit)));
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  const std::string uuid = box_.blocks.Find("/dev/sdb")->signature.uuid;
  EXPECT_EQ(uuid.size(), 36u);
  EXPECT_EQ(box_.Read("/etc/fstab"),
            "UUID=1 / ext4 defaults 0 1\n# devstats: mount /data (the next line is overwritten by "
            "devstats-agent)\nUUID=" +
                uuid + " /data ext4 noatime 0 2\n");
  EXPECT_THAT(box_.commands.RunTexts(),
              ElementsAre("/usr/sbin/mkfs.ext4 -q -F -U " + uuid + " -L data /dev/sdb"));
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("daemon-reload", "daemon-reload", "start data.mount"));
  EXPECT_EQ((*box_.inventory->Find("file:/etc/fstab"))->before, "UUID=1 / ext4 defaults 0 1\n");
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
  auto again = Run(unit, "op-2");
  EXPECT_EQ(again->outcome, Outcome::kUnchanged);
}

TEST_F(DiskTest, EachFilesystemGetsItsUuidInItsOwnWay) {
  v1::DataDisk d = Wanted();
  EXPECT_THAT(MkfsCommand(d, "U", "/dev/x"),
              ElementsAre("/usr/sbin/mkfs.ext4", "-q", "-F", "-U", "U", "-L", "data", "/dev/x"));
  d.set_filesystem("xfs");
  EXPECT_THAT(MkfsCommand(d, "U", "/dev/x"),
              ElementsAre("/usr/sbin/mkfs.xfs", "-q", "-m", "uuid=U", "-L", "data", "/dev/x"));
  d.set_filesystem("btrfs");
  EXPECT_THAT(MkfsCommand(d, "U", "/dev/x"),
              ElementsAre("/usr/sbin/mkfs.btrfs", "-q", "-U", "U", "-L", "data", "/dev/x"));
  EXPECT_EQ(FstabLine(d, "U"), "UUID=U /data btrfs noatime 0 0");
}

TEST_F(DiskTest, AWwnNamesADiskToo) {
  DiskResource unit = Make(Wanted({"wwn-SER-C"}));
  ASSERT_TRUE(Run(unit).ok());
  EXPECT_THAT(box_.commands.RunTexts(), ElementsAre(HasSubstr("/dev/sdc")));
}

TEST_F(DiskTest, WhatIsNotEmptyIsRefused) {
  BlockDevice* d = box_.blocks.Find("/dev/sdb");
  d->signature = {{"ext4"}, kForeignUuid, "data", false};
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("disk SER-B (/dev/sdb) is not empty: ext4, label data"));
  EXPECT_THAT(Advice(Wanted()), HasSubstr("name SER-B in the node's wipe list"));
  d->signature = {};
  d->partitions = {"sdb1"};
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("is not empty: partition sdb1"));
  d->partitions = {};
  d->holders = {"dm-0"};
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("held by [dm-0]"));
  d->holders = {};
  d->mounts = {"/srv"};
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("mounted on [/srv]"));
  EXPECT_THAT(box_.commands.RunTexts(), ::testing::IsEmpty());
}

TEST_F(DiskTest, IdentityMustFitExactlyOneDisk) {
  EXPECT_THAT(Refusal(Wanted({"SER-X"})), HasSubstr("no disk has the serial or WWN SER-X"));
  EXPECT_THAT(Advice(Wanted({"SER-X"})), HasSubstr("/dev/sdb (SER-B)"));
  EXPECT_THAT(Refusal(Wanted({"/dev/sdb"})), HasSubstr("no disk has"));
  box_.blocks.Add("/dev/sdd", "SER-B");
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("2 disks have the identity SER-B"));
}

TEST_F(DiskTest, TheSystemDiskIsNeverACandidate) {
  v1::DataDisk d = Wanted({"SYS"});
  d.add_wipe("SYS");
  EXPECT_THAT(Refusal(d), HasSubstr("carries the running system"));
}

TEST_F(DiskTest, AWipeIsDestructiveForeignAndFirst) {
  BlockDevice* b = box_.blocks.Find("/dev/sdb");
  b->signature.types = {"gpt"};
  b->partitions = {"sdb1"};
  v1::DataDisk d = Wanted();
  d.add_wipe("SER-B");
  DiskResource unit = Make(d);
  UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(plan.error(), "");
  EXPECT_EQ(plan.changes(0).path(), "content of disk SER-B");
  EXPECT_EQ(plan.changes(0).before(), "gpt, partition sdb1");
  EXPECT_TRUE(plan.changes(0).destructive());
  EXPECT_EQ(plan.changes(0).owner(), Change::FOREIGN);
  ASSERT_TRUE(Run(unit).ok());
  EXPECT_EQ(box_.commands.RunTexts()[0], "/usr/sbin/wipefs -a -f /dev/sdb");
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());  // still in `wipe`, and ours now
}

TEST_F(DiskTest, AWipeNeverTakesADiskFromItsUser) {
  BlockDevice* b = box_.blocks.Find("/dev/sdb");
  b->signature.types = {"xfs"};
  b->mounts = {"/srv"};
  v1::DataDisk d = Wanted();
  d.add_wipe("SER-B");
  EXPECT_THAT(Refusal(d), HasSubstr("is in use and not ours"));
  b->mounts = {};
  d.clear_wipe();
  d.add_wipe("SER-C");
  EXPECT_THAT(Refusal(d), HasSubstr("is not empty"));
}

TEST_F(DiskTest, ACutAfterMkfsIsNotMkfsAgain) {
  DiskResource unit = Make(Wanted());
  const std::string uuid = NewUuid();
  OpenIntent(unit, uuid);
  box_.blocks.Find("/dev/sdb")->signature = {{"ext4"}, uuid, "data", false};
  auto done = Run(unit, "op", "boot-1");
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(box_.commands.RunTexts(), ::testing::IsEmpty());
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
}

TEST_F(DiskTest, ACutWithinMkfsIsRepeatedUnderTheSameUuid) {
  for (const bool xfs : {false, true}) {
    SCOPED_TRACE(xfs);
    Box& box = box_;
    box.commands.Reboot();
    BlockDevice* b = box.blocks.Find(xfs ? "/dev/sdc" : "/dev/sdb");
    v1::DataDisk d = Wanted({b->serial});
    if (xfs) {
      d.set_filesystem("xfs");
      for (const char* thing : {"filesystem:/data", "formatted:/data"})
        ASSERT_TRUE(box.inventory->Drop(thing).ok());
      ASSERT_TRUE(box.journal->Forget("op").ok());
      box.blocks.mounts.pop_back();
      box.Write("/etc/fstab", "");
    }
    DiskResource unit = Make(d);
    const std::string uuid = NewUuid();
    OpenIntent(unit, uuid);
    // mkfs.xfs leaves a superblock that says "in progress"; mkfs.ext4 leaves none.
    if (xfs) b->signature = {{"xfs"}, uuid, "", true};
    auto done = Run(unit);
    ASSERT_TRUE(done.ok()) << done.status();
    EXPECT_EQ(done->outcome, Outcome::kRepeated);
    EXPECT_EQ(b->signature.uuid, uuid);
    EXPECT_FALSE(b->signature.half_made);
  }
  EXPECT_THAT(box_.commands.RunTexts(), Contains("/usr/sbin/wipefs -a /dev/sdc"));
}

TEST_F(DiskTest, AFailedMkfsIsToldAndTriedAgain) {
  box_.commands.On({"/usr/sbin/mkfs.ext4"}, [](const Command&) {
    return ProcessResult{1, "", "no space for a journal", false};
  });
  DiskResource unit = Make(Wanted());
  EXPECT_THAT(Run(unit).status().message(), HasSubstr("no space for a journal"));
  box_.commands.On({"/usr/sbin/mkfs.ext4"}, [this](const Command& c) { return Mkfs("ext4", c); });
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(box_.commands.runs()[1].label, "mkfs-2");
}

TEST_F(DiskTest, AFilesystemThatWasLostIsNotSilentlyMadeAgain) {
  v1::DataDisk d = Wanted();
  DiskResource unit = Make(d);
  ASSERT_TRUE(Run(unit).ok());
  BlockDevice* b = box_.blocks.Find("/dev/sdb");
  b->signature = {};
  b->mounts = {};
  box_.blocks.mounts.pop_back();
  EXPECT_THAT(Refusal(d), HasSubstr("is no longer found there"));
  d.add_wipe("SER-B");
  DiskResource wiping = Make(d);
  EXPECT_TRUE(IsDestructive(PlanUnit(wiping)));
  DiskResource other = Make(Wanted({"SER-C"}));  // a disk that was replaced is another matter
  EXPECT_FALSE(IsDestructive(PlanUnit(other)));
}

TEST_F(DiskTest, WithoutInventoryLabelAndFstabTellThatItIsOurs) {
  DiskResource unit = Make(Wanted());
  ASSERT_TRUE(Run(unit).ok());
  const auto items = *box_.inventory->All();
  for (const auto& item : items) ASSERT_TRUE(box_.inventory->Drop(item.thing).ok());
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
  box_.blocks.Find("/dev/sdb")->signature.label = "other";
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("in use and not ours"));
}

TEST_F(DiskTest, ForeignFstabLinesMountsAndDataAreLeftAlone) {
  box_.Write("/etc/fstab", "LABEL=x /data xfs defaults 0 0\n");
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("line of somebody else for /data: LABEL=x"));
  box_.Write("/etc/fstab", "# UUID=1 /data ext4\n");
  box_.Write("/data/precious", "x");
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("/data holds data"));
  box_.blocks.mounts.push_back({"/dev/sdz", "/data", "xfs"});
  EXPECT_THAT(Refusal(Wanted()), HasSubstr("/dev/sdz is mounted on /data and is not ours"));
}

TEST_F(DiskTest, ChangedOptionsHoldAtOnceAndAtBoot) {
  DiskResource unit = Make(Wanted());
  ASSERT_TRUE(Run(unit).ok());
  box_.commands.On({"/usr/bin/mount"}, "");
  v1::DataDisk d = Wanted();
  d.add_mount_options("discard");
  DiskResource changed = Make(d);
  EXPECT_THAT(Paths(changed), ElementsAre("/etc/fstab"));
  ASSERT_TRUE(Run(changed, "op-2").ok());
  EXPECT_THAT(box_.commands.RunTexts(), Contains("/usr/bin/mount -o remount,noatime,discard /data"));
  EXPECT_THAT(box_.Read("/etc/fstab"), HasSubstr(" /data ext4 noatime,discard 0 2\n"));
  EXPECT_THAT(Paths(changed), ::testing::IsEmpty());
}

TEST_F(DiskTest, AMissingToolIsNamed) {
  v1::DataDisk d = Wanted();
  d.set_filesystem("zfs");
  DiskResource unit = Make(d);
  EXPECT_THAT(Run(unit).status().message(), HasSubstr("/usr/sbin/mkfs.zfs is not installed"));
}

// As recorded from real tools; this kernel has neither md nor device-mapper.
constexpr char kMdDetail[] =
    "MD_LEVEL=raid10\nMD_DEVICES=2\nMD_METADATA=1.2\nMD_UUID=1a2b3c4d:00112233:44556677:8899aabb\nMD_NAME="
    "data\n"
    "MD_DEVICE_dev_sdc_ROLE=1\nMD_DEVICE_dev_sdc_DEV=/dev/"
    "sdc\nMD_DEVICE_dev_sdb_ROLE=0\nMD_DEVICE_dev_sdb_DEV=/dev/sdb\n";

TEST(DiskToolsTest, ReadsMdadm) {
  auto md = ParseMdDetail(kMdDetail);
  ASSERT_TRUE(md.ok());
  EXPECT_EQ(md->level, "raid10");
  EXPECT_EQ(md->uuid, "1a2b3c4d00112233445566778899aabb");
  EXPECT_THAT(md->members, ElementsAre("/dev/sdb", "/dev/sdc"));
  EXPECT_EQ(MdUuid("1a2b3c4d-0011-2233-4455-66778899aabb"), "1a2b3c4d:00112233:44556677:8899aabb");
  EXPECT_FALSE(ParseMdDetail("mdadm: cannot open\n").ok());
}

TEST(DiskToolsTest, ReadsLvm) {
  auto pvs = ParsePvs(
      R"({"report": [{"pv": [{"pv_name":"/dev/sdb","vg_name":"devstats"},{"pv_name":"/dev/sdc","vg_name":""}]}],"log": []})");
  ASSERT_TRUE(pvs.ok()) << pvs.status();
  EXPECT_EQ((*pvs)["/dev/sdb"], "devstats");
  EXPECT_EQ((*pvs)["/dev/sdc"], "");
  auto lvs = ParseLvs(R"({"report": [{"lv": [{"vg_name":"devstats","lv_name":"data"}]}]})");
  ASSERT_TRUE(lvs.ok());
  EXPECT_THAT(*lvs, ElementsAre("devstats/data"));
  EXPECT_FALSE(ParseLvs("{}").ok());
  EXPECT_FALSE(ParsePvs("pvs: no").ok());
}

TEST(DiskToolsTest, MountUnitsAreEscapedAsSystemdDoes) {
  EXPECT_EQ(MountUnit("/data"), "data.mount");
  EXPECT_EQ(MountUnit("/mnt/my-data"), "mnt-my\\x2ddata.mount");
}

class RaidTest : public DiskTest {
 protected:
  v1::DataDisk Raid() {
    v1::DataDisk d = Wanted({"SER-B", "SER-C"});
    d.set_layout(v1::DataDisk::RAID);
    d.set_raid_level(10);
    return d;
  }
  // --create as the kernel and udev do it: members, holders, a device with a link.
  void OnCreate() {
    box_.commands.On({"/usr/sbin/mdadm", "--create"}, [this](const Command& c) {
      for (const std::string& word : c.argv)
        if (absl::StartsWith(word, "--uuid=")) uuid_ = PlainUuid(word.substr(7));
      for (const char* device : {"/dev/sdb", "/dev/sdc"}) {
        BlockDevice* d = box_.blocks.Find(device);
        d->signature = {{"linux_raid_member"}, uuid_, "", false};
        d->holders = {"md127"};
      }
      box_.blocks.links["/dev/md/data"] = "/dev/md127";
      box_.blocks.volumes["/dev/md127"] = {};
      return ProcessResult{};
    });
    box_.commands.On({"/usr/sbin/mdadm", "--detail"}, [this](const Command&) {
      return ProcessResult{0,
                           "MD_LEVEL=raid10\nMD_UUID=" + MdUuid(uuid_) +
                               "\nMD_DEVICE_dev_sdc_DEV=/dev/sdc\nMD_DEVICE_dev_sdb_DEV=/dev/sdb\n",
                           "", false};
    });
    box_.commands.On({"/usr/sbin/update-initramfs", "-u"}, "");
  }
  std::string uuid_;
};

TEST_F(RaidTest, ArrayFilesystemConfigurationAndMount) {
  OnCreate();
  DiskResource unit = Make(Raid());
  EXPECT_THAT(Paths(unit), ElementsAre("/dev/md/data", "filesystem of /data", "/etc/mdadm/mdadm.conf",
                                       "update-initramfs", "/etc/fstab", "mount /data"));
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  auto runs = box_.commands.RunTexts();
  EXPECT_THAT(
      runs[0],
      HasSubstr("mdadm --create /dev/md/data --run --metadata=1.2 --homehost=any --name=data --uuid="));
  EXPECT_THAT(runs[0], HasSubstr("--level=10 --raid-devices=2 --bitmap=internal /dev/sdb /dev/sdc"));
  EXPECT_THAT(runs[1], HasSubstr("mkfs.ext4"));
  EXPECT_THAT(box_.Read("/etc/mdadm/mdadm.conf"),
              HasSubstr("ARRAY /dev/md/data metadata=1.2 UUID=" + MdUuid(uuid_)));
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
}

TEST_F(RaidTest, ACutCreationIsMadeAgainAndACutAssemblyAssembled) {
  OnCreate();
  const std::string uuid = NewUuid();
  ASSERT_TRUE(
      box_.inventory->Remember({.resource = "disk", .thing = "array:/data", .before = PlainUuid(uuid)}).ok());
  box_.blocks.Find("/dev/sdb")->signature = {{"linux_raid_member"}, uuid, "", false};
  box_.commands.On({"/usr/sbin/mdadm", "--zero-superblock"}, "");
  DiskResource unit = Make(Raid());
  EXPECT_EQ(Paths(unit)[0], "/dev/md/data");
  ASSERT_TRUE(Run(unit).ok());
  EXPECT_EQ(box_.commands.RunTexts()[0], "/usr/sbin/mdadm --zero-superblock /dev/sdb");
  // After a boot that did not assemble it.
  for (const char* device : {"/dev/sdb", "/dev/sdc"}) box_.blocks.Find(device)->holders = {};
  box_.blocks.mounts.pop_back();
  EXPECT_EQ(Paths(unit)[0], "assemble /dev/md/data");
  EXPECT_THAT(Paths(unit), Not(Contains("filesystem of /data")));
  // One disk replaced by a blank one: that is no creation that was cut.
  box_.blocks.Find("/dev/sdc")->signature = {};
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("was made and is now incomplete"));
}

TEST_F(RaidTest, ForeignMembersAndOtherShapesAreRefused) {
  box_.blocks.Find("/dev/sdb")->signature = {{"linux_raid_member"}, kForeignUuid, "", false};
  EXPECT_THAT(Refusal(Raid()), HasSubstr("is not empty: linux_raid_member"));
  box_.blocks.Find("/dev/sdb")->signature = {};
  OnCreate();
  DiskResource unit = Make(Raid());
  ASSERT_TRUE(Run(unit).ok());
  v1::DataDisk other = Raid();
  other.set_raid_level(1);
  EXPECT_THAT(Refusal(other), HasSubstr("is raid10 over [/dev/sdb, /dev/sdc]"));
}

TEST_F(DiskTest, OneLinearVolumeOverAllDisks) {
  v1::DataDisk d = Wanted({"SER-B", "SER-C"});
  d.set_layout(v1::DataDisk::LVM);
  std::string group, volume;
  auto& blocks = box_.blocks;
  box_.commands.On({"/usr/sbin/pvcreate"}, [&](const Command& c) {
    blocks.Find(c.argv.back())->signature.types = {"LVM2_member"};
    return ProcessResult{};
  });
  box_.commands.On({"/usr/sbin/vgcreate"},
                   [&](const Command&) { return group = "devstats", ProcessResult{}; });
  box_.commands.On({"/usr/sbin/lvcreate"}, [&](const Command&) {
    volume = R"({"vg_name":"devstats","lv_name":"data"})";
    blocks.volumes["/dev/devstats/data"] = {};
    for (const char* device : {"/dev/sdb", "/dev/sdc"}) blocks.Find(device)->holders = {"dm-0"};
    return ProcessResult{};
  });
  box_.commands.On({"/usr/sbin/pvs"}, [&](const Command&) {
    std::string rows;
    for (const char* device : {"/dev/sdb", "/dev/sdc"})
      if (!blocks.Find(device)->signature.types.empty())
        absl::StrAppend(&rows, rows.empty() ? "" : ",", "{\"pv_name\":\"", device, "\",\"vg_name\":\"", group,
                        "\"}");
    return ProcessResult{0, absl::StrCat("{\"report\":[{\"pv\":[", rows, "]}]}"), "", false};
  });
  box_.commands.On({"/usr/sbin/lvs"}, [&](const Command&) {
    return ProcessResult{0, absl::StrCat("{\"report\":[{\"lv\":[", volume, "]}]}"), "", false};
  });
  DiskResource unit = Make(d);
  EXPECT_THAT(Paths(unit),
              ElementsAre("/dev/devstats/data", "filesystem of /data", "/etc/fstab", "mount /data"));
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  auto runs = box_.commands.RunTexts();
  EXPECT_EQ(runs[0], "/usr/sbin/pvcreate --yes /dev/sdb");
  EXPECT_EQ(runs[2], "/usr/sbin/vgcreate devstats /dev/sdb /dev/sdc");
  EXPECT_EQ(runs[3], "/usr/sbin/lvcreate --yes -l 100%FREE -n data devstats");
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
}

TEST(MarkedLineTest, SetsReplacesAndTakesAway) {
  const std::string one = WithMarkedLine("a\nb", "x", "line 1");
  EXPECT_EQ(MarkedLine(one, "x"), "line 1");
  EXPECT_EQ(MarkedLine(one, "y"), std::nullopt);
  const std::string two = WithMarkedLine(one + "c\n", "x", "line 2");
  EXPECT_EQ(MarkedLine(two, "x"), "line 2");
  EXPECT_EQ(WithoutMarkedLine(two, "x"), "a\nb\nc\n");
  EXPECT_EQ(WithoutMarkedLine("a\n", "x"), "a\n");
}

}  // namespace
}  // namespace devstats::agent
