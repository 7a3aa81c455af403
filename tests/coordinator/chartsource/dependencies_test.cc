#include "coordinator/chartsource/dependencies.h"

#include "tests/common/temp_dir.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::chartsource {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Dependencies, TellTheirStates) {
  TempDir dir;
  std::string yaml = TestChartYaml("c", "1.0.0") + "dependencies:\n";
  for (const char* line :
       {"packed 1.x", "folder ~2.0", "absent 1", "old ^2", "oldfolder ^2", "bad not-a-range", "twice 1",
        "corrupt 1", "misnamed 1", "exact 1.0.0", "many 1"}) {
    const std::string name(line, std::string(line).find(' '));
    absl::StrAppend(&yaml, "- {name: ", name, ", version: \"", line + name.size() + 1,
                    "\", repository: \"@r\"}\n");
  }
  WriteTestFiles(dir / "c", {{"Chart.yaml", yaml},
                             {"charts/packed-1.2.3.tgz", TestArchive("packed", "1.2.3")},
                             {"charts/folder/Chart.yaml", TestChartYaml("folder", "2.0.5")},
                             {"charts/old-1.0.0.tgz", TestArchive("old", "1.0.0")},
                             {"charts/oldfolder/Chart.yaml", TestChartYaml("oldfolder", "1.0.0")},
                             {"charts/bad-1.0.0.tgz", TestArchive("bad", "1.0.0")},
                             {"charts/twice-1.0.0.tgz", TestArchive("twice", "1.0.0")},
                             {"charts/twice-1.1.0.tgz", TestArchive("twice", "1.1.0")},
                             {"charts/misnamed-1.0.0.tgz", TestArchive("other", "1.0.0")},
                             {"charts/exact-1.0.0.tgz", TestArchive("exact", "1.0.0")},
                             {"charts/many-1.0.0.tgz", TestArchive("many", "1.0.0")},
                             {"charts/many-more-1.0.0.tgz", TestArchive("many-more", "1.0.0")}});
  const auto list = ListDependencies(dir / "c", chart::Limits(), nullptr);
  ASSERT_TRUE(list.ok()) << list.status();
  std::vector<std::string> got;
  for (const DependencyRow& row : list->rows) got.push_back(absl::StrCat(row.name, " ", row.status));
  EXPECT_THAT(got, ElementsAre("packed ok", "folder unpacked", "absent missing", "old wrong version",
                               "oldfolder wrong version", "bad invalid version", "twice too many matches",
                               "corrupt missing", "misnamed misnamed", "exact ok", "many ok"));
  EXPECT_EQ(list->rows[0].repository, "@r");
  EXPECT_EQ(list->rows[0].version, "1.x");
  EXPECT_THAT(
      list->warnings,
      ElementsAre(
          absl::StrCat("WARNING: \"", dir / "c/charts/many-more-1.0.0.tgz", "\" is not in Chart.yaml."),
          absl::StrCat("WARNING: \"", dir / "c/charts/misnamed-1.0.0.tgz", "\" is not in Chart.yaml.")));
}

TEST(Dependencies, NoneDeclaredIsSaid) {
  TempDir dir;
  WriteTestFiles(dir / "c", {{"Chart.yaml", TestChartYaml("c", "1.0.0")}});
  const auto list = ListDependencies(dir / "c", chart::Limits(), nullptr);
  ASSERT_TRUE(list.ok()) << list.status();
  EXPECT_FALSE(list->declared);
  EXPECT_THAT(list->rows, IsEmpty());
  EXPECT_FALSE(ListDependencies(dir / "none", chart::Limits(), nullptr).ok());
}

}  // namespace
}  // namespace devstats::chartsource
