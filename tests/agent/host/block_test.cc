#include "agent/host/block.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/host/facts.h"
#include "common/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Images made by the real programs: what a disk looks like afterwards is theirs to say.
class ProbeTest : public ::testing::Test {
 protected:
  std::string Image(const std::vector<std::string>& make, off_t size = 320 << 20) {
    const std::string path = dir_ / "disk";
    const int fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0600);
    EXPECT_EQ(::ftruncate(fd, size), 0);
    ::close(fd);
    if (make.empty()) return path;
    std::vector<std::string> argv = make;
    argv.push_back(path);
    auto done = RunProcess(argv);
    EXPECT_TRUE(done.ok() && done->exit_code == 0) << (done.ok() ? done->err : done.status().ToString());
    return path;
  }
  void Poke(const std::string& path, off_t offset, char byte) {
    const int fd = ::open(path.c_str(), O_WRONLY);
    ASSERT_EQ(::pwrite(fd, &byte, 1, offset), 1);
    ::close(fd);
  }
  TempDir dir_;
  const std::string uuid_ = "11111111-2222-3333-4444-555555555555";
};

TEST_F(ProbeTest, ABlankDiskHasNothing) {
  auto found = ProbeSignature(Image({}));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(found->types, ::testing::IsEmpty());
  EXPECT_EQ(found->uuid, "");
  EXPECT_TRUE(absl::IsNotFound(ProbeSignature(dir_ / "absent").status()));
}

TEST_F(ProbeTest, EachFilesystemIsFoundWithTheUuidThatWasChosen) {
  const std::map<std::string, std::vector<std::string>> makers = {
      {"ext4", {"/usr/sbin/mkfs.ext4", "-q", "-F", "-U", uuid_, "-L", "data"}},
      {"xfs", {"/usr/sbin/mkfs.xfs", "-q", "-m", "uuid=" + uuid_, "-L", "data"}},
      {"btrfs", {"/usr/sbin/mkfs.btrfs", "-q", "-U", uuid_, "-L", "data"}}};
  for (const auto& [type, argv] : makers) {
    auto found = ProbeSignature(Image(argv));
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_THAT(found->types, ElementsAre(type));
    EXPECT_EQ(found->uuid, uuid_);
    EXPECT_EQ(found->label, "data");
    EXPECT_FALSE(found->half_made);
  }
}

TEST_F(ProbeTest, AnUnfinishedXfsIsTold) {
  const std::string image = Image({"/usr/sbin/mkfs.xfs", "-q", "-m", "uuid=" + uuid_});
  Poke(image, 126, 1);
  auto found = ProbeSignature(image);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->half_made);
}

TEST_F(ProbeTest, APartitionTableIsASignature) {
  const std::string image = Image({});
  Poke(image, 446 + 4, '\x83');  // the first entry: Linux, from sector 2048 on, 4096 sectors
  Poke(image, 446 + 9, '\x08');
  Poke(image, 446 + 13, '\x10');
  Poke(image, 510, '\x55');
  Poke(image, 511, '\xaa');
  auto found = ProbeSignature(image);
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->types, ElementsAre("dos"));
}

class ListTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Disk("sda", "8:0", "SER-A");
    box_.Write("/sys/block/sda/sda1/partition", "1\n");
    box_.Write("/sys/block/sda/sda1/dev", "8:1\n");
    Disk("nvme0n1", "259:0", "SER-B");
    box_.Write("/sys/block/nvme0n1/wwid", "eui.0025\n");
    Mounts("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
  }
  void Disk(const std::string& name, const std::string& number, const std::string& serial,
            const std::string& size = "2048") {
    box_.Write("/sys/block/" + name + "/dev", number + "\n");
    box_.Write("/sys/block/" + name + "/size", size + "\n");
    box_.Write("/sys/block/" + name + "/device/serial", serial + "  \n");
  }
  void Mounts(const std::string& text) { box_.Write("/proc/self/mountinfo", text); }
  std::vector<BlockDevice> List() {
    auto list = SystemBlockDevices(box_.dir.path())->List();
    EXPECT_TRUE(list.ok()) << list.status();
    return list.value_or(std::vector<BlockDevice>());
  }
  Box box_;
};

TEST_F(ListTest, DisksWithIdentitySizePartitionsAndMounts) {
  auto disks = List();
  ASSERT_EQ(disks.size(), 2u);
  EXPECT_EQ(disks[0].device, "/dev/nvme0n1");
  EXPECT_EQ(disks[0].serial, "SER-B");
  EXPECT_EQ(disks[0].wwn, "eui.0025");
  EXPECT_EQ(disks[0].size_bytes, 2048u * 512);
  EXPECT_THAT(disks[0].mounts, ::testing::IsEmpty());
  EXPECT_FALSE(disks[0].IsSystem());
  EXPECT_THAT(disks[1].partitions, ElementsAre("sda1"));
  EXPECT_THAT(disks[1].mounts, ElementsAre("/"));
  EXPECT_TRUE(disks[1].IsSystem());
}

TEST_F(ListTest, WhatIsNoDiskIsLeftOut) {
  Disk("zram0", "252:0", "");
  Disk("ram0", "1:0", "");
  Disk("dm-0", "253:0", "");
  Disk("loop0", "7:0", "");
  Disk("loop1", "7:1", "BOX-1-DATA");
  Disk("sdb", "8:16", "EMPTY-READER", "0");
  Disk("md0", "9:0", "");
  std::vector<std::string> names;
  for (const BlockDevice& d : List()) names.push_back(d.device);
  EXPECT_THAT(names, ElementsAre("/dev/loop1", "/dev/md0", "/dev/nvme0n1", "/dev/sda"));
}

TEST_F(ListTest, AMountOnAVolumeIsAMountOfTheDiskBelow) {
  Disk("dm-0", "253:0", "");
  box_.Write("/sys/block/nvme0n1/holders/dm-0", "");
  Mounts("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 253:0 / /srv\\040x rw - xfs /dev/mapper/v-x rw\n");
  auto disks = List();
  EXPECT_THAT(disks[0].holders, ElementsAre("dm-0"));
  EXPECT_THAT(disks[0].mounts, ElementsAre("/srv x"));
}

TEST_F(ListTest, BtrfsIsFoundByItsSourceAndSwapIsUse) {
  Mounts("23 22 0:44 /sub /data rw - btrfs /dev/nvme0n1 rw\n");
  box_.Write("/proc/swaps",
             "Filename Type Size Used Priority\n/dev/sda1 partition 100 0 -2\n/swap file 1 0 -3\n");
  auto disks = List();
  EXPECT_THAT(disks[0].mounts, ElementsAre("/data"));
  EXPECT_THAT(disks[1].mounts, ElementsAre("[SWAP]"));
}

TEST_F(ListTest, TheSignatureIsReadFromTheNode) {
  box_.Write("/dev/nvme0n1", std::string(1 << 20, '\0'));
  ASSERT_TRUE(RunProcess({"/usr/sbin/mkfs.ext4", "-q", "-F", box_.dir.path() + "/dev/nvme0n1"}).ok());
  EXPECT_THAT(List()[0].signature.types, ElementsAre(HasSubstr("ext")));
}

TEST(MountTest, TheLongestTargetHoldsAPath) {
  const std::vector<Mount> mounts = {
      {"/dev/a", "/", "ext4"}, {"/dev/b", "/data", "ext4"}, {"/dev/c", "/data", "xfs"}};
  EXPECT_EQ(MountOver(mounts, "/data/x")->source, "/dev/c");
  EXPECT_EQ(MountOver(mounts, "/database")->source, "/dev/a");
  EXPECT_EQ(MountAt(mounts, "/data")->type, "xfs");
  EXPECT_EQ(MountAt(mounts, "/data/x"), nullptr);
}

TEST(DiskFactsTest, FactsTellTheDisksAndWhyTheyCouldNotBeRead) {
  Box box;
  BlockDevice& d = box.blocks.Add("/dev/sdb", "SER");
  d.signature.types = {"gpt", "ext4"};
  d.mounts = {"/srv"};
  v1::Facts facts = GatherFacts(*box.host);
  ASSERT_EQ(facts.disks_size(), 1);
  EXPECT_EQ(facts.disks(0).serial(), "SER");
  EXPECT_EQ(facts.disks(0).filesystem(), "gpt+ext4");
  EXPECT_EQ(facts.disks(0).mounts(0), "/srv");
  Host bare(box.dir.path(), box.inventory.get());
  EXPECT_EQ(GatherFacts(bare).disks_size(), 0);
}

// On whatever runs the tests: nothing to compare with, but the real libraries are asked.
TEST(RealBlocksTest, ThisMachineCanBeRead) {
  auto blocks = SystemBlockDevices();
  auto list = blocks->List();
  ASSERT_TRUE(list.ok()) << list.status();
  for (const BlockDevice& d : *list) EXPECT_THAT(d.device, HasSubstr("/dev/"));
  auto mounts = blocks->Mounts();
  ASSERT_TRUE(mounts.ok());
  EXPECT_NE(MountAt(*mounts, "/proc"), nullptr);
}

}  // namespace
}  // namespace devstats::agent
