#include "coordinator/chart/loader/loader.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/loader/archive_builder.h"

namespace devstats::chart {
namespace {

constexpr char kChartYaml[] = "apiVersion: v2\nname: top\nversion: 1.0.0\n";

std::string ChartYaml(const std::string& name) {
  return "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n";
}

std::string LoadError(std::vector<ChartFile> files) {
  return std::string(LoadFiles(std::move(files), Limits(), nullptr).status().message());
}

std::vector<std::string> NamesOf(const std::vector<SharedFile>& files) {
  std::vector<std::string> out;
  for (const SharedFile& file : files) out.push_back(file.name);
  return out;
}

TEST(Loader, PutsFilesWhereTheyBelong) {
  const auto chart = LoadFiles({{"Chart.yaml", kChartYaml},
                                {"values.yaml",
                                 "\xEF\xBB\xBF"
                                 "a: 1\n"},
                                {"values.schema.json", "{}"},
                                {"templates/a.yaml", "x"},
                                {"README.md", "r"},
                                {"crds/x.yaml", "c"},
                                {"charts/kid.tgz.prov", "p"}},
                               Limits(), nullptr);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_EQ((*chart)->values.Find("a")->float_value(), 1);
  EXPECT_EQ((*chart)->schema, "{}");
  EXPECT_THAT(NamesOf((*chart)->templates), ::testing::ElementsAre("templates/a.yaml"));
  EXPECT_THAT(NamesOf((*chart)->files),
              ::testing::ElementsAre("README.md", "crds/x.yaml", "charts/kid.tgz.prov"));
  EXPECT_EQ((*chart)->raw.size(), 7u);
  EXPECT_EQ((*chart)->Raw("values.yaml")->data(), "a: 1\n");
  EXPECT_TRUE((*chart)->IsRoot());
}

TEST(Loader, LoadsSubchartsFromFoldersAndArchives) {
  using namespace testing;  // NOLINT
  const std::string packed = GzipOf(TarEntryOf("any/Chart.yaml", ChartYaml("packed")) +
                                    TarEntryOf("any/crds/c.yaml", "crd") + TarEnd());
  const auto chart = LoadFiles({{"Chart.yaml", kChartYaml},
                                {"charts/.keep", ""},
                                {"charts/_off/x", ""},
                                {"charts/folder/Chart.yaml", ChartYaml("kid")},
                                {"charts/folder/charts/grand/Chart.yaml", ChartYaml("grand")},
                                {"charts/p-1.0.0.tgz", packed}},
                               Limits(), nullptr);
  ASSERT_TRUE(chart.ok()) << chart.status();
  ASSERT_EQ((*chart)->dependencies.size(), 2u);
  const Chart& kid = *(*chart)->dependencies[0];
  EXPECT_EQ(kid.FullPath(), "top/charts/kid");
  EXPECT_EQ(kid.dependencies[0]->FullPath(), "top/charts/kid/charts/grand");
  EXPECT_EQ((*chart)->dependencies[1]->name(), "packed");
  const std::vector<Crd> crds = CrdsOf(**chart);
  ASSERT_EQ(crds.size(), 1u);
  EXPECT_EQ(crds[0].path, "top/charts/packed/crds/c.yaml");
}

TEST(Loader, LoadsAnArchive) {
  using namespace testing;  // NOLINT
  const auto chart = LoadArchive(
      GzipOf(TarEntryOf("any/Chart.yaml", kChartYaml) + TarEntryOf("any/templates/a", "x") + TarEnd()),
      Limits(), nullptr);
  ASSERT_TRUE(chart.ok()) << chart.status();
  EXPECT_EQ((*chart)->name(), "top");
  EXPECT_THAT(NamesOf((*chart)->templates), ::testing::ElementsAre("templates/a"));
  EXPECT_EQ(LoadArchive("", Limits(), nullptr).status().message(), "EOF");
}

TEST(Loader, TellsWhatIsMissing) {
  EXPECT_EQ(LoadError({{"values.yaml", "a: 1\n"}}), "Chart.yaml file is missing");
  EXPECT_EQ(LoadError({{"requirements.yaml", "dependencies: []\n"}}),
            "validation: chart.metadata.apiVersion is required");
  EXPECT_EQ(LoadError({{"Chart.yaml", kChartYaml}, {"charts/README.md", "x"}}),
            "error unpacking subchart README.md in top: Chart.yaml file is missing");
  EXPECT_EQ(LoadError({{"Chart.yaml", kChartYaml}, {"charts/a.tgz", "not gzip"}}),
            "error unpacking subchart a.tgz in top: unexpected EOF");
  EXPECT_EQ(LoadError({{"Chart.yaml", kChartYaml}, {"charts/a.tgz/x", ""}}),
            "error unpacking subchart a.tgz in top: error unpacking subchart tar in top: expected a.tgz, got "
            "a.tgz/x");
  EXPECT_EQ(
      LoadError({{"Chart.yaml", kChartYaml}, {"values.yaml", "- a\n"}}),
      "cannot load values.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array "
      "into Go value of type map[string]interface {}");
}

TEST(Loader, OldDependenciesCountButAreNotRecommended) {
  std::vector<std::string> warnings;
  const Warn warn = [&](const std::string& text) { warnings.push_back(text); };
  const auto v2 = LoadFiles({{"Chart.yaml", kChartYaml},
                             {"requirements.yaml", "dependencies: [{name: kid}]\n"},
                             {"requirements.lock", "digest: d\n"}},
                            Limits(), warn);
  ASSERT_TRUE(v2.ok()) << v2.status();
  EXPECT_EQ((*v2)->metadata.dependencies.size(), 1u);
  EXPECT_EQ((*v2)->lock->digest, "d");
  EXPECT_TRUE((*v2)->files.empty());
  EXPECT_EQ(warnings.size(), 2u);
  const auto v1 =
      LoadFiles({{"Chart.yaml", "name: a\nversion: 1.0.0\n"}, {"requirements.yaml", "dependencies: []\n"}},
                Limits(), warn);
  ASSERT_TRUE(v1.ok()) << v1.status();
  EXPECT_EQ((*v1)->metadata.api_version, "v1");
  EXPECT_EQ(NamesOf((*v1)->files).size(), 1u);
  EXPECT_EQ(warnings.size(), 2u);
}

TEST(Loader, StopsAtTooManyLevels) {
  std::string path;
  std::vector<ChartFile> files;
  for (int i = 0; i < 150; ++i, path += "charts/c/") files.push_back({path + "Chart.yaml", ChartYaml("c")});
  EXPECT_TRUE(absl::IsResourceExhausted(LoadFiles(std::move(files), Limits(), nullptr).status()));
}

TEST(Loader, AllArchivesOfAChartShareTheLimit) {
  using namespace testing;  // NOLINT
  Limits limits;
  limits.archive_bytes = 3000;
  const std::string kid = GzipOf(TarEntryOf("k/Chart.yaml", ChartYaml("k")) +
                                 TarEntryOf("k/f", std::string(2000, 'x')) + TarEnd());
  const std::vector<ChartFile> one = {{"Chart.yaml", kChartYaml}, {"charts/a.tgz", kid}};
  std::vector<ChartFile> two = one;
  two.push_back({"charts/b.tgz", kid});
  EXPECT_TRUE(LoadFiles(one, limits, nullptr).ok());
  EXPECT_EQ(
      LoadFiles(two, limits, nullptr).status().message(),
      "error unpacking subchart b.tgz in top: decompressed chart is larger than the maximum file size 3000");
}

TEST(Loader, ChecksBeforeInstalling) {
  const auto library = LoadFiles({{"Chart.yaml", ChartYaml("l") + "type: library\n"}}, Limits(), nullptr);
  EXPECT_EQ(CheckInstallable(**library).message(), "library charts are not installable");
  const auto lacking =
      LoadFiles({{"Chart.yaml", ChartYaml("l") + "dependencies: [{name: a}, {name: b}, {name: kid}]\n"},
                 {"charts/kid/Chart.yaml", ChartYaml("kid")}},
                Limits(), nullptr);
  EXPECT_TRUE(CheckInstallable(**lacking).ok());
  EXPECT_EQ(CheckDependencies(**lacking).message(),
            "An error occurred while checking for chart dependencies. You may need to run `helm dependency "
            "build` to "
            "fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: a, b");
}

}  // namespace
}  // namespace devstats::chart
