// Which projects an image knows: told by a script, read, compared with the catalog.
#include "coordinator/devstats/image_projects.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/kind_scripts.h"
#include "gmock/gmock.h"
#include "tests/common/temp_dir.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What the script says of a file, by a real shell.
std::string Told(const std::string& yaml, int* status) {
  const TempDir folder;
  EXPECT_TRUE(WriteFileAtomic(folder / "projects.yaml", yaml).ok());
  EXPECT_TRUE(WriteFileAtomic(folder / "script", jobs::kImageProjectsScript).ok());
  const std::string command =
      absl::StrCat("GHA2DB_PROJECTS_YAML=", folder / "projects.yaml", " sh ", folder / "script", " 2>&1");
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char part[4096];
  while (const size_t n = fread(part, 1, sizeof part, pipe)) out.append(part, n);
  *status = pclose(pipe);
  return out;
}

constexpr char kProjects[] = R"(---
# Projects
other:
  x: {psql_db: nothing}
projects:
  kubernetes:   # the first
    order: 1
    psql_db: gha  # its own
    main_repo: 'kubernetes/kubernetes'
    command_line:
      - psql_db: no
    nested:
      psql_db: neither
  "all":
    psql_db: "allprj"

  # comment
  keda:
    main_repo: kedacore/keda
    psql_db: keda
more: 1
)";

TEST(ImageProjectsTest, TheScriptTellsThem) {
  int status = -1;
  const std::string told = Told(kProjects, &status);
  EXPECT_EQ(status, 0) << told;
  const auto projects = ParseImageProjects(told);
  ASSERT_TRUE(projects.ok()) << projects.status() << told;
  EXPECT_THAT(*projects,
              ElementsAre(ImageProject{"kubernetes", "gha", "kubernetes/kubernetes"},
                          ImageProject{"all", "allprj", "-"}, ImageProject{"keda", "keda", "kedacore/keda"}));
}

TEST(ImageProjectsTest, AnImageOfHundredsFitsIntoALog) {
  std::string yaml = "projects:\n";
  for (int i = 0; i < 400; ++i)
    absl::StrAppend(&yaml, "  project-number-", i, ":\n    psql_db: projectnumber", i,
                    "\n    main_repo: owner-", i, "/repository-", i, "\n    annotation_regexp: '^v'\n");
  int status = -1;
  const std::string told = Told(yaml, &status);
  EXPECT_LT(told.size(), size_t{64} << 10);
  EXPECT_EQ(ParseImageProjects(told)->size(), 400u);
}

TEST(ImageProjectsTest, WhatIsCutOffIsNotTaken) {
  EXPECT_TRUE(absl::IsDataLoss(ParseImageProjects("").status()));
  EXPECT_TRUE(absl::IsDataLoss(ParseImageProjects("project a b c\n").status()));
  EXPECT_THAT(ParseImageProjects("project a b c\nend 2\n").status().message(),
              HasSubstr("has told of 2 projects, and 1 were kept"));
  EXPECT_THAT(*ParseImageProjects("hello\nend 0\n"), IsEmpty());
}

TEST(ImageProjectsTest, EachDifferenceIsNamed) {
  spec::ProjectSpec keda, flux, all, own;
  keda.name = keda.database = "keda";
  keda.repository = "kedacore/keda";
  flux.name = flux.database = "flux";
  all.name = "all";
  all.database = "allprj";
  own.name = "own";
  own.database = "theirs";
  const auto differences =
      CompareWithImage({keda, flux, all, own},
                       {{"keda", "kd", "kedacore/keda2"}, {"all", "allprj", "-"}, {"x", "theirs", "-"}});
  EXPECT_THAT(
      differences,
      ElementsAre(ImageDifference{"keda", "database is keda in the catalog, kd in the image"},
                  ImageDifference{"keda",
                                  "main repository is kedacore/keda in the catalog, "
                                  "kedacore/keda2 in the image"},
                  ImageDifference{"flux", "the image does not know it", true},
                  ImageDifference{"own", "the image does not know it; database theirs is that of x", true}));
}

}  // namespace
}  // namespace devstats::domain
