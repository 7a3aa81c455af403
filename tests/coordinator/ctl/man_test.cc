#include "coordinator/ctl/man.h"

#include "common/files.h"
#include "common/subprocess.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

TEST(ManTest, RendersWithoutWarnings) {
  const Outcome page = Invoke({"man"});
  ASSERT_EQ(page.code, 0);
  TempDir folder;
  ASSERT_TRUE(WriteFileAtomic(folder / "devstatsctl.1", page.out).ok());
  // As lintian does it.
  const auto result =
      RunProcess({"man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", folder / "devstatsctl.1"},
                 {.environment = {"MANROFFSEQ=", "MANWIDTH=80", "GROFF_NO_SGR=1"}});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 0);
  EXPECT_EQ(result->err, "");
  EXPECT_THAT(result->out, testing::HasSubstr("DEVSTATSCTL(1)"));
}

TEST(ManTest, HasEveryCommandAndNoHiddenOne) {
  const std::string page = Invoke({"man"}).out;
  for (const char* command : {"devstatsctl plan", "devstatsctl node token", "devstatsctl operation approve",
                              "devstatsctl release upgrade", "devstatsctl release get all"})
    EXPECT_THAT(page, testing::HasSubstr(std::string(".SS \\fB") + command + "\\fR"));
  EXPECT_THAT(page, testing::Not(testing::HasSubstr("devstatsctl man")));
  EXPECT_THAT(page, testing::HasSubstr("\\fB\\-f\\fR, \\fB\\-\\-file\\fR \\fISPEC\\fR\n"));
  EXPECT_THAT(page, testing::HasSubstr("(default: cluster.yaml)"));
}

TEST(ManTest, IsTheSameEachTime) { EXPECT_EQ(Invoke({"man"}).out, Invoke({"man"}).out); }

}  // namespace
}  // namespace devstats::ctl
