#include "coordinator/chartsource/file_changes.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ChangeTogether, WritesReplacesAndRemoves) {
  TempDir dir;
  WriteTestFiles(dir.path(), {{"charts/old", "old"}, {"charts/gone", "gone"}, {"charts/stays", "stays"}});
  const auto status = ChangeTogether(
      dir.path(), {{"charts/new", "new"}, {"charts/old", "newer"}, {"charts/gone", {}}, {"lock", ""}});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("charts", "lock"));
  EXPECT_THAT(*ListFolder(dir / "charts"), ElementsAre("new", "old", "stays"));
  EXPECT_EQ(*ReadFile(dir / "charts/old"), "newer");
  struct stat info;
  ASSERT_EQ(stat((dir / "charts/new").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0644u);
}

TEST(ChangeTogether, AFailureTakesAllBack) {
  TempDir dir;
  WriteTestFiles(dir.path(), {{"charts/a", "a"}, {"charts/b", "b"}, {"charts/folder/x", "x"}});
  const auto status = ChangeTogether(dir.path(), {{"charts/a", "changed"},
                                                  {"charts/b", {}},
                                                  {"charts/c", "c"},
                                                  {"more/d", "d"},
                                                  {"charts/folder", "e"}});
  EXPECT_THAT(std::string(status.message()), HasSubstr("charts/folder"));
  EXPECT_THAT(*ListFolder(dir.path()), ElementsAre("charts"));
  EXPECT_THAT(*ListFolder(dir / "charts"), ElementsAre("a", "b", "folder"));
  EXPECT_EQ(*ReadFile(dir / "charts/a"), "a");
  EXPECT_EQ(*ReadFile(dir / "charts/folder/x"), "x");
}

TEST(ChangeTogether, ALinkIsReplacedNotFollowed) {
  TempDir dir;
  WriteTestFiles(dir.path(), {{"elsewhere", "safe"}, {"c/x", "x"}});
  ASSERT_EQ(symlink((dir / "elsewhere").c_str(), (dir / "c/lock").c_str()), 0);
  ASSERT_TRUE(ChangeTogether(dir / "c", {{"lock", "new"}}).ok());
  EXPECT_EQ(*ReadFile(dir / "elsewhere"), "safe");
  EXPECT_EQ(*ReadFile(dir / "c/lock"), "new");
}

}  // namespace
}  // namespace devstats::chartsource
