#include "agent/host/tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::agent {
namespace {

using ::testing::HasSubstr;

class TreeTest : public ::testing::Test {
 protected:
  void Put(const std::string& path, const std::string& content) {
    const std::string full = dir_ / path;
    ASSERT_TRUE(MakeFolders(full.substr(0, full.rfind('/'))).ok());
    ASSERT_TRUE(WriteFileAtomic(full, content).ok());
  }
  std::string Difference() {
    return std::string(CompareTrees(dir_ / "a", dir_ / "b", [](absl::string_view) {}).message());
  }
  PathState At(const std::string& path) { return *LookAt(dir_ / path); }
  TempDir dir_;
};

TEST_F(TreeTest, TellsWhatAPathIs) {
  Put("f/x", "1");
  ASSERT_TRUE(MakeFolders(dir_ / "empty", 0700).ok());
  ASSERT_EQ(::symlink("f", (dir_ / "l").c_str()), 0);
  EXPECT_EQ(At("none").kind, PathState::kAbsent);
  EXPECT_EQ(At("f").kind, PathState::kFolder);
  EXPECT_EQ(At("f/x").kind, PathState::kOther);
  EXPECT_EQ(At("empty").kind, PathState::kEmptyFolder);
  EXPECT_EQ(At("empty").mode, 0700u);
  EXPECT_EQ(At("l").link, "f");
}

TEST_F(TreeTest, EqualTreesAreEqualAndEachDifferenceIsNamed) {
  for (const char* side : {"a", "b"}) {
    Put(std::string(side) + "/d/file", "content");
    ASSERT_EQ(::symlink("d/file", (dir_ / (std::string(side) + "/l")).c_str()), 0);
  }
  EXPECT_EQ(Difference(), "");
  Put("b/d/file", "c0ntent");
  EXPECT_THAT(Difference(), HasSubstr("a/d/file differs: its content"));
  Put("b/d/file", "longer content");
  EXPECT_THAT(Difference(), HasSubstr("7 bytes are 14"));
  Put("b/d/file", "content");
  ::chmod((dir_ / "b/d/file").c_str(), 0600);
  EXPECT_THAT(Difference(), HasSubstr("mode 644 is 600"));
  ::chmod((dir_ / "b/d/file").c_str(), 0644);
  Put("b/d/more", "");
  EXPECT_THAT(Difference(), HasSubstr("it has more too"));
  ASSERT_TRUE(RemoveFile(dir_ / "b/d/more").ok());
  ASSERT_TRUE(RemoveFile(dir_ / "b/l").ok());
  EXPECT_THAT(Difference(), HasSubstr("a/l differs: it is missing"));
  ASSERT_EQ(::symlink("elsewhere", (dir_ / "b/l").c_str()), 0);
  EXPECT_THAT(Difference(), HasSubstr("where it leads"));
}

TEST_F(TreeTest, ALinkTakesTheFoldersPlaceAndTheFolderIsKept) {
  Put("path/x", "1");
  ASSERT_TRUE(SwapForLink(dir_ / "path", "/data/x", dir_ / "old").ok());
  EXPECT_EQ(At("path").link, "/data/x");
  EXPECT_EQ(*ReadFile(dir_ / "old/x"), "1");
  EXPECT_EQ(At("path.devstats-link").kind, PathState::kAbsent);
}

TEST_F(TreeTest, ASwapGoesOnWhereItWasCut) {
  // Before the exchange: only the link under its temporary name.
  Put("path/x", "1");
  ASSERT_EQ(::symlink("/stale", (dir_ / "path.devstats-link").c_str()), 0);
  ASSERT_TRUE(SwapForLink(dir_ / "path", "/data/x", dir_ / "old").ok());
  EXPECT_EQ(At("path").link, "/data/x");
  // After the exchange: the folder under it.
  ASSERT_EQ(::rename((dir_ / "old").c_str(), (dir_ / "path.devstats-link").c_str()), 0);
  ASSERT_TRUE(SwapForLink(dir_ / "path", "/data/x", dir_ / "old").ok());
  EXPECT_EQ(At("path").link, "/data/x");
  EXPECT_EQ(*ReadFile(dir_ / "old/x"), "1");
}

TEST_F(TreeTest, ALinkReplacesNothingOrAnEmptyFolderOnly) {
  ASSERT_TRUE(MakeLink(dir_ / "new/path", "/t").ok());
  EXPECT_EQ(At("new/path").link, "/t");
  ASSERT_TRUE(MakeFolders(dir_ / "empty").ok());
  ASSERT_TRUE(MakeLink(dir_ / "empty", "/t").ok());
  EXPECT_EQ(At("empty").link, "/t");
  Put("full/x", "1");
  EXPECT_FALSE(MakeLink(dir_ / "full", "/t").ok());
  EXPECT_EQ(*ReadFile(dir_ / "full/x"), "1");
}

TEST_F(TreeTest, EmptyingDoesNotFollowLinks) {
  Put("keep/x", "1");
  Put("a/d/e/f", "1");
  ASSERT_EQ(::symlink((dir_ / "keep").c_str(), (dir_ / "a/l").c_str()), 0);
  ASSERT_TRUE(EmptyFolder(dir_ / "a").ok());
  EXPECT_EQ(At("a").kind, PathState::kEmptyFolder);
  EXPECT_EQ(*ReadFile(dir_ / "keep/x"), "1");
}

TEST_F(TreeTest, FoldersAreMadeWithTheirMode) {
  ASSERT_TRUE(MakeFolderLike(dir_ / "p/etcd", 0700, ::geteuid(), ::getegid()).ok());
  EXPECT_EQ(At("p/etcd").mode, 0700u);
  ASSERT_TRUE(MakeFolderLike(dir_ / "p/etcd", 0755, ::geteuid(), ::getegid()).ok());
  EXPECT_EQ(At("p/etcd").mode, 0700u);
  EXPECT_TRUE(SyncFilesystem(dir_ / "p").ok());
}

}  // namespace
}  // namespace devstats::agent
