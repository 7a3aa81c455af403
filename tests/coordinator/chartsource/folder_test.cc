#include "coordinator/chartsource/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include "coordinator/chartsource/source.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FolderTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<chart::ChartFile>> Read() {
    return ReadFolder(dir_ / "c", limits_, [this](const std::string& line) { warnings_.push_back(line); });
  }
  std::vector<std::string> Names() {
    const auto files = Read();
    EXPECT_TRUE(files.ok()) << files.status();
    std::vector<std::string> names;
    if (files.ok()) {
      for (const auto& file : *files) names.push_back(file.name);
    }
    return names;
  }
  void Write(const TestFiles& files) { WriteTestFiles(dir_ / "c", files); }
  void Link(const std::string& to, const std::string& name) {
    ASSERT_EQ(symlink(to.c_str(), (dir_ / ("c/" + name)).c_str()), 0);
  }

  TempDir dir_;
  chart::Limits limits_;
  std::vector<std::string> warnings_;
};

TEST_F(FolderTest, WalksInTheOrderOfNames) {
  Write({{"b.txt", ""},
         {"a/z", ""},
         {"a.b", ""},
         {"a/B", ""},
         {"templates/x.yaml", ""},
         {"Chart.yaml", "\xEF\xBB\xBFname: c"}});
  EXPECT_THAT(Names(), ElementsAre("Chart.yaml", "a/B", "a/z", "a.b", "b.txt", "templates/x.yaml"));
  EXPECT_EQ((*Read())[0].data, "name: c");
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(FolderTest, ObeysHelmignore) {
  Write({{".helmignore", "*.bak\nskip/\n"},
         {"a.bak", ""},
         {"a", ""},
         {"skip/x", ""},
         {"templates/.hidden", ""},
         {"templates/a.yaml", ""},
         {"d/skip", ""}});
  EXPECT_THAT(Names(), ElementsAre(".helmignore", "a", "d/skip", "templates/a.yaml"));
  Write({{".helmignore", "a/**\n"}});
  EXPECT_THAT(Read().status().message(), HasSubstr("double-star (**) syntax is not supported"));
}

TEST_F(FolderTest, FollowsLinksWithinIt) {
  Write({{"real/x", "1"}, {"y", "2"}});
  Link("real", "folder");
  Link("y", "file");
  EXPECT_THAT(Names(), ElementsAre("file", "folder/x", "real/x", "y"));
  ASSERT_EQ(warnings_.size(), 2u);
  EXPECT_THAT(warnings_[0], HasSubstr("found symbolic link in path: "));
  EXPECT_THAT(warnings_[0], HasSubstr("/c/y. Contents of linked file included and used"));
}

TEST_F(FolderTest, NeverLeavesIt) {
  Write({{"a", ""}});
  WriteTestFiles(dir_.path(), {{"secret", "s"}, {"cc/x", ""}});
  Link("../secret", "out");
  EXPECT_TRUE(absl::IsPermissionDenied(Read().status()));
  EXPECT_THAT(Read().status().message(), HasSubstr("which is not in the chart"));
  // A folder whose name only begins like the chart's.
  ASSERT_EQ(unlink((dir_ / "c/out").c_str()), 0);
  Link("../cc", "sibling");
  EXPECT_TRUE(absl::IsPermissionDenied(Read().status()));
  // What is ignored may be anything.
  Write({{".helmignore", "sibling\n"}});
  EXPECT_THAT(Names(), ElementsAre(".helmignore", "a"));
  ASSERT_EQ(unlink((dir_ / "c/.helmignore").c_str()), 0);
  ASSERT_EQ(unlink((dir_ / "c/sibling").c_str()), 0);
  Link("../secret", ".helmignore");
  EXPECT_TRUE(absl::IsPermissionDenied(Read().status()));
}

TEST_F(FolderTest, LinksThatLeadNowhereOrRoundAreErrors) {
  Write({{"a", ""}});
  Link("nowhere", "x");
  EXPECT_THAT(Read().status().message(), HasSubstr("error evaluating symlink "));
  ASSERT_EQ(unlink((dir_ / "c/x").c_str()), 0);
  Link("x", "x");
  EXPECT_THAT(Read().status().message(), HasSubstr("error evaluating symlink "));
  ASSERT_EQ(unlink((dir_ / "c/x").c_str()), 0);
  Link(".", "x");
  EXPECT_THAT(Read().status().message(), HasSubstr("a symbolic link to a folder around it"));
}

TEST_F(FolderTest, TakesOnlyFiles) {
  Write({{"a", ""}});
  ASSERT_EQ(mkfifo((dir_ / "c/pipe").c_str(), 0600), 0);
  EXPECT_THAT(Read().status().message(), HasSubstr("/c/pipe as it has file mode type bits set"));
}

TEST_F(FolderTest, HoldsItsLimits) {
  limits_.file_bytes = 10;
  limits_.archive_bytes = 25;
  limits_.archive_entries = 4;
  Write({{"a", std::string(10, 'x')}, {"b", std::string(10, 'x')}});
  EXPECT_TRUE(Read().ok());
  Write({{"b", std::string(11, 'x')}});
  EXPECT_EQ(Read().status().message(), "chart file \"b\" is larger than the maximum file size 10");
  Write({{"b", std::string(10, 'x')}, {"c", std::string(10, 'x')}});
  EXPECT_THAT(Read().status().message(), HasSubstr("the chart is larger than 25 bytes"));
  Write({{"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}});
  EXPECT_THAT(Read().status().message(), HasSubstr("over 4 files"));
}

TEST_F(FolderTest, IsLoadedByItsPath) {
  const chart::Warn warn;
  Write({{"Chart.yaml", TestChartYaml("c", "1.2.3")}, {"templates/x.yaml", "a: b\n"}});
  const auto folder = LoadPath(dir_ / "c", limits_, warn);
  ASSERT_TRUE(folder.ok()) << folder.status();
  EXPECT_EQ((*folder)->metadata.version, "1.2.3");
  WriteTestFiles(dir_.path(),
                 {{"c.tgz", TestArchive("c", "1.2.4")}, {"values.yaml", "a: b\n"}, {"x.tgz", "hello"}});
  const auto archive = LoadPath(dir_ / "c.tgz", limits_, warn);
  ASSERT_TRUE(archive.ok()) << archive.status();
  EXPECT_EQ((*archive)->metadata.version, "1.2.4");
  EXPECT_EQ(LoadPath(dir_ / "nope", limits_, warn).status().message(),
            absl::StrCat("path \"", dir_ / "nope", "\" not found"));
  EXPECT_EQ(LoadPath(dir_ / "values.yaml", limits_, warn).status().message(),
            absl::StrCat("file '", dir_ / "values.yaml",
                         "' seems to be a YAML file, but expected a gzipped archive"));
  EXPECT_EQ(LoadPath(dir_ / "x.tgz", limits_, warn).status().message(),
            absl::StrCat("file '", dir_ / "x.tgz",
                         "' does not appear to be a gzipped archive; got 'application/octet-stream'"));
}

}  // namespace
}  // namespace devstats::chartsource
