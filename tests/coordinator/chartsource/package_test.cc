#include "coordinator/chartsource/package.h"

#include "common/files.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/tar_writer.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PackageTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Run(PackageRequest request = {}) {
    if (request.folder.empty()) request.folder = dir_ / "c";
    request.destination = dir_ / "out";
    return Package(request, clock_, limits_, nullptr);
  }
  std::vector<chart::ChartFile> Files(const std::string& path) {
    return *chart::UnpackArchive(*ReadFile(path), limits_);
  }
  void Write(const TestFiles& files) { WriteTestFiles(dir_ / "c", files); }

  TempDir dir_;
  chart::Limits limits_;
  FixedClock clock_{absl::FromUnixSeconds(1'700'000'000)};
};

TEST_F(PackageTest, PacksWhatHelmPacks) {
  Write(
      {{"Chart.yaml", "# a comment\nversion: 1.2.3\nname: c\napiVersion: v2\nappVersion: 1.10\nunknown: x\n"},
       {"values.yaml", "# kept\na: 1\n"},
       {"values.schema.json", "{ }"},
       {"templates/b.yaml", "b"},
       {"templates/a.yaml", "a"},
       {"README.md", "readme"},
       {"crds/x.yaml", "x"},
       {"skip.bak", "s"},
       {".helmignore", "*.bak\n"},
       {"Chart.lock", "generated: \"2020-01-02T03:04:05Z\"\ndigest: sha256:x\ndependencies: []\n"}});
  const auto path = Run();
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, dir_ / "out/c-1.2.3.tgz");
  std::vector<std::string> names;
  for (const auto& file : Files(*path)) names.push_back(file.name);
  EXPECT_THAT(names,
              ElementsAre("Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "templates/a.yaml",
                          "templates/b.yaml", ".helmignore", "README.md", "crds/x.yaml"));
  EXPECT_EQ(Files(*path)[0].data, "apiVersion: v2\nappVersion: \"1.1\"\nname: c\nversion: 1.2.3\n");
  EXPECT_EQ(Files(*path)[1].data,
            "dependencies: []\ndigest: sha256:x\ngenerated: \"2020-01-02T03:04:05Z\"\n");
  EXPECT_EQ(Files(*path)[2].data, "# kept\na: 1\n");
}

TEST_F(PackageTest, ALockMayHaveANull) {
  Write({{"Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"},
         {"Chart.lock", "dependencies: [null]\n"}});
  const auto path = Run();
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_THAT(Files(*path)[1].data, HasSubstr("dependencies:\n- null\n"));
}

TEST_F(PackageTest, TheSameTimeGivesTheSameBytes) {
  Write({{"Chart.yaml", TestChartYaml("c", "1.0.0")}, {"templates/a.yaml", "a"}});
  const std::string first = *ReadFile(*Run());
  EXPECT_EQ(*ReadFile(*Run()), first);
  EXPECT_EQ(first.substr(0, 10), absl::string_view("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
  clock_.Advance(absl::Seconds(1));
  EXPECT_NE(*ReadFile(*Run()), first);
}

TEST_F(PackageTest, OverridesVersions) {
  Write({{"Chart.yaml", TestChartYaml("c", "1.0.0")}});
  const auto path = Run({.version = "2.0.0+b", .app_version = "9"});
  ASSERT_TRUE(path.ok()) << path.status();
  EXPECT_EQ(*path, dir_ / "out/c-2.0.0+b.tgz");
  EXPECT_EQ(Files(*path)[0].data, "apiVersion: v2\nappVersion: \"9\"\nname: c\nversion: 2.0.0+b\n");
  EXPECT_FALSE(Run({.version = "../../x"}).ok());
  EXPECT_FALSE(Run({.version = "nope"}).ok());
}

TEST_F(PackageTest, TakesSubchartsAlong) {
  Write({{"Chart.yaml",
          TestChartYaml("c", "1.0.0") +
              "dependencies:\n- name: kid\n  version: 1.x\n  repository: https://r.test\n  tags: [t]\n"},
         {"charts/kid-1.5.0.tgz", TestArchive("kid", "1.5.0")},
         {"charts/aunt/Chart.yaml", TestChartYaml("aunt", "0.1.0")}});
  const auto path = Run();
  ASSERT_TRUE(path.ok()) << path.status();
  std::vector<std::string> names;
  for (const auto& file : Files(*path)) names.push_back(file.name);
  EXPECT_THAT(names, ElementsAre("Chart.yaml", "charts/aunt/Chart.yaml", "charts/kid/Chart.yaml",
                                 "charts/kid/templates/a.yaml"));
  EXPECT_EQ(
      Files(*path)[0].data,
      "apiVersion: v2\ndependencies:\n- name: kid\n  repository: https://r.test\n  tags:\n  - t\n  version: "
      "1.x\nname: c\nversion: 1.0.0\n");
  const auto again = LoadPath(*path, limits_, nullptr);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ((*again)->dependencies.size(), 2u);
}

TEST_F(PackageTest, RefusesWhatIsNotWhole) {
  Write({{"Chart.yaml", TestChartYaml("c", "1.0.0") +
                            "dependencies:\n- name: a\n  version: 1\n- name: b\n  version: 1\n"}});
  EXPECT_EQ(Run().status().message(), "found in Chart.yaml, but missing in charts/ directory: a, b");
  Write({{"Chart.yaml", TestChartYaml("c", "1.0.0")}, {"values.schema.json", "{"}});
  EXPECT_THAT(Run().status().message(), HasSubstr("values.schema.json"));
  Write({{"values.schema.json", "{}"},
         {"charts/one/Chart.yaml", TestChartYaml("kid", "1.0.0")},
         {"charts/two/Chart.yaml", TestChartYaml("kid", "2.0.0")}});
  EXPECT_THAT(Run().status().message(), HasSubstr("two charts would be c/charts/kid/"));
  WriteTestFiles(dir_.path(), {{"x.tgz", TestArchive("x", "1.0.0")}});
  EXPECT_THAT(Run({.folder = dir_ / "x.tgz"}).status().message(), HasSubstr("is not a folder"));
  EXPECT_TRUE(absl::IsNotFound(Run({.folder = dir_ / "nope"}).status()));
}

TEST(TarWriter, HoldsAnyName) {
  const std::string long_name = absl::StrCat("c/", std::string(90, 'a'), "/", std::string(90, 'b'));
  const std::string longer = absl::StrCat("c/", std::string(300, 'x'));
  const std::string accents = "c/templates/\xC3\xA9t\xC3\xA9.yaml";
  TarWriter tar(absl::FromUnixSeconds(1));
  for (const std::string& name : {long_name, longer, accents}) tar.Add(name, name);
  tar.Add("c/empty", "");
  tar.Add("c/block", std::string(512, 'z'));
  const auto files = chart::UnpackArchive(Gzip(std::move(tar).Finish()), chart::Limits());
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 5u);
  const std::vector<std::string> names = {long_name, longer, accents};
  for (size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ((*files)[i].name, names[i].substr(2));
    EXPECT_EQ((*files)[i].data, names[i]);
  }
  EXPECT_EQ((*files)[4].data.size(), 512u);
}

}  // namespace
}  // namespace devstats::chartsource
