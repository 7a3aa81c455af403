#include "common/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "tests/common/child.h"
#include "tests/common/temp_dir.h"

namespace devstats {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

mode_t ModeOf(const std::string& path) {
  struct stat st {};
  EXPECT_EQ(stat(path.c_str(), &st), 0) << path;
  return st.st_mode & 07777;
}

TEST(ReadFile, GivesTheWholeContentWithItsZeros) {
  TempDir dir;
  const std::string content("a\0b\n", 4);
  ASSERT_TRUE(WriteFileAtomic(dir / "f", content).ok());
  EXPECT_EQ(*ReadFile(dir / "f"), content);
}

TEST(ReadFile, AbsentIsNotFoundAndNamesThePath) {
  TempDir dir;
  const auto read = ReadFile(dir / "none");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("/none"));
}

TEST(ReadFile, TheLimitIsInclusive) {
  TempDir dir;
  for (size_t size : {size_t{0}, size_t{1}, size_t{4095}, size_t{4096}, size_t{100'000}}) {
    ASSERT_TRUE(WriteFileAtomic(dir / "f", std::string(size, 'x')).ok());
    EXPECT_EQ(ReadFile(dir / "f", size)->size(), size);
    EXPECT_EQ(ReadFile(dir / "f", size + 1)->size(), size);
    if (size > 0) {
      EXPECT_EQ(ReadFile(dir / "f", size - 1).status().code(), absl::StatusCode::kResourceExhausted);
    }
  }
}

TEST(ReadFile, WorksWhereTheSizeIsUnknown) {
  EXPECT_FALSE(ReadFile("/proc/self/status")->empty());
  EXPECT_EQ(ReadFile("/dev/zero", 10'000).status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(ReadFile, AFolderIsAnErrorAndAFifoDoesNotHang) {
  TempDir dir;
  EXPECT_FALSE(ReadFile(dir.path()).ok());
  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(*ReadFile(dir / "fifo"), "");
}

TEST(WriteFileAtomic, MakesTheFileWithItsModeWhateverTheUmask) {
  TempDir dir;
  const mode_t old = umask(0077);
  ASSERT_TRUE(WriteFileAtomic(dir / "a", "x").ok());
  ASSERT_TRUE(WriteFileAtomic(dir / "b", "x", {.mode = 0600}).ok());
  umask(old);
  EXPECT_EQ(ModeOf(dir / "a"), 0644);
  EXPECT_EQ(ModeOf(dir / "b"), 0600);
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("a", "b"));
}

TEST(WriteFileAtomic, AnExistingFileKeepsModeAndOwnerUnlessToldOtherwise) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "1", {.mode = 0640}).ok());
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(chown((dir / "f").c_str(), 12, 34), 0);
  }
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "2", {.mode = 0600}).ok());
  EXPECT_EQ(ModeOf(dir / "f"), 0640);
  if (root) {
    struct stat st {};
    ASSERT_EQ(stat((dir / "f").c_str(), &st), 0);
    EXPECT_EQ(st.st_uid, 12u);
    EXPECT_EQ(st.st_gid, 34u);
  }
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "3", {.mode = 0600, .keep_mode = false}).ok());
  EXPECT_EQ(ModeOf(dir / "f"), 0600);
  EXPECT_EQ(*ReadFile(dir / "f"), "3");
}

TEST(WriteFileAtomic, FollowsALinkChainAndLeavesTheLinks) {
  TempDir dir;
  ASSERT_TRUE(MakeFolders(dir / "real").ok());
  ASSERT_TRUE(WriteFileAtomic(dir / "real/f", "old").ok());
  ASSERT_EQ(symlink("real/f", (dir / "second").c_str()), 0);
  ASSERT_EQ(symlink((dir / "second").c_str(), (dir / "first").c_str()), 0);
  ASSERT_TRUE(WriteFileAtomic(dir / "first", "new").ok());
  EXPECT_EQ(*ReadFile(dir / "real/f"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "first"));
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "second"));
}

TEST(WriteFileAtomic, ADanglingLinkGetsItsTarget) {
  TempDir dir;
  ASSERT_EQ(symlink("target", (dir / "link").c_str()), 0);
  ASSERT_TRUE(WriteFileAtomic(dir / "link", "x").ok());
  EXPECT_EQ(*ReadFile(dir / "target"), "x");
}

TEST(WriteFileAtomic, ALoopOfLinksIsAnError) {
  TempDir dir;
  ASSERT_EQ(symlink("b", (dir / "a").c_str()), 0);
  ASSERT_EQ(symlink("a", (dir / "b").c_str()), 0);
  EXPECT_FALSE(WriteFileAtomic(dir / "a", "x").ok());
}

TEST(WriteFileAtomic, RefusesWhatIsNotAFileAndLeavesNothing) {
  TempDir dir;
  ASSERT_TRUE(MakeFolders(dir / "sub").ok());
  ASSERT_EQ(mkfifo((dir / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(WriteFileAtomic(dir / "sub", "x").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(WriteFileAtomic(dir / "fifo", "x").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(WriteFileAtomic(dir / "none/f", "x").code(), absl::StatusCode::kNotFound);
  for (const char* bad : {"", "sub/", "sub/.", "sub/.."}) {
    EXPECT_EQ(WriteFileAtomic(dir / bad, "x").code(), absl::StatusCode::kInvalidArgument) << bad;
  }
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("fifo", "sub"));
}

TEST(WriteFileAtomic, RemovesLeftoversOfItsOwnNameOnly) {
  TempDir dir;
  for (const char* name : {".f.devstats-tmp.0123", ".g.devstats-tmp.0123", ".f.other", "f.devstats-tmp.1"}) {
    std::ofstream(dir / name) << "x";
  }
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "x").ok());
  EXPECT_THAT(*ListFolder(dir.path()),
              ElementsAre(".f.other", ".g.devstats-tmp.0123", "f", "f.devstats-tmp.1"));
}

// Cut at `point`, the file holds `expected`, and the next write succeeds and leaves nothing behind.
void ExpectAfterCut(const std::string& point, const std::string& expected) {
  TempDir dir, control;
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "old").ok());
  ASSERT_TRUE(WriteFileAtomic(control / "rules", absl::StrCat("kill ", point, "\n")).ok());
  const std::string content(100'000, 'n');
  EXPECT_TRUE(DiesBySigkill([&] {
    if (!EnableFaults(control / "rules", control / "hits", true).ok()) _exit(1);
    (void)WriteFileAtomic(dir / "f", content);
  })) << point;
  EXPECT_EQ(*ReadFile(dir / "f"), expected == "new" ? content : expected) << point;
  EXPECT_EQ(*ReadFile(control / "hits"), absl::StrCat(point, " ", dir / "f", "\n"));
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "next").ok());
  EXPECT_EQ(*ReadFile(dir / "f"), "next");
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("f"));
}

TEST(WriteFileAtomic, ACutLeavesTheOldContentOrTheNew) {
  ExpectAfterCut("file.write", "old");
  ExpectAfterCut("file.rename.before", "old");
  ExpectAfterCut("file.rename.after", "new");
}

TEST(WriteFileAtomic, ReadersAndWritersAtOnceSeeWholeContents) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "f", std::string(5000, 'a')).ok());
  std::vector<std::thread> writers;
  for (char c : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&, c] {
      for (int i = 0; i < 25; ++i) EXPECT_TRUE(WriteFileAtomic(dir / "f", std::string(5000, c)).ok());
    });
  }
  for (int i = 0; i < 200; ++i) {
    const auto read = ReadFile(dir / "f");
    ASSERT_TRUE(read.ok());
    ASSERT_EQ(*read, std::string(5000, (*read)[0]));
  }
  for (auto& writer : writers) writer.join();
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("f"));
}

TEST(RemoveFile, RemovesAndIsOkWhenAbsent) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "x").ok());
  EXPECT_TRUE(RemoveFile(dir / "f").ok());
  EXPECT_FALSE(Exists(dir / "f"));
  EXPECT_TRUE(RemoveFile(dir / "f").ok());
  EXPECT_TRUE(RemoveFile(dir / "no/such/folder").ok());
  EXPECT_FALSE(RemoveFile(dir.path()).ok());
}

TEST(RemoveFile, RemovesALinkNotItsTarget) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "x").ok());
  ASSERT_EQ(symlink("f", (dir / "link").c_str()), 0);
  EXPECT_TRUE(RemoveFile(dir / "link").ok());
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("f"));
}

TEST(MakeFolders, MakesEachWithItsModeAndKeepsWhatIsThere) {
  TempDir dir;
  ASSERT_TRUE(MakeFolders(dir / "a", 0700).ok());
  ASSERT_TRUE(MakeFolders(dir / "a/b//c/", 0775).ok());
  EXPECT_EQ(ModeOf(dir / "a"), 0700);
  EXPECT_EQ(ModeOf(dir / "a/b"), 0775);
  EXPECT_EQ(ModeOf(dir / "a/b/c"), 0775);
  EXPECT_TRUE(MakeFolders(dir / "a/b/c").ok());
  EXPECT_TRUE(MakeFolders("/").ok());
  EXPECT_FALSE(MakeFolders("").ok());
}

TEST(MakeFolders, AFileInTheWayIsAnErrorALinkToAFolderIsNot) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "f", "x").ok());
  EXPECT_FALSE(MakeFolders(dir / "f").ok());
  EXPECT_FALSE(MakeFolders(dir / "f/sub").ok());
  ASSERT_TRUE(MakeFolders(dir / "real").ok());
  ASSERT_EQ(symlink("real", (dir / "link").c_str()), 0);
  EXPECT_TRUE(MakeFolders(dir / "link/sub").ok());
  EXPECT_TRUE(Exists(dir / "real/sub"));
}

TEST(ListFolder, IsSortedAndTellsAbsent) {
  TempDir dir;
  for (const char* name : {"b", "a", ".hidden"}) ASSERT_TRUE(WriteFileAtomic(dir / name, "").ok());
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre(".hidden", "a", "b"));
  EXPECT_EQ(ListFolder(dir / "none").status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(ListFolder(dir / "a").ok());
}

TEST(Exists, SeesADanglingLink) {
  TempDir dir;
  ASSERT_EQ(symlink("nowhere", (dir / "link").c_str()), 0);
  EXPECT_TRUE(Exists(dir / "link"));
  EXPECT_FALSE(Exists(dir / "nowhere"));
}

}  // namespace
}  // namespace devstats
