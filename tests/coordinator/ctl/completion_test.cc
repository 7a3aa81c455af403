#include "coordinator/ctl/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/files.h"
#include "common/subprocess.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

std::string ScriptFor(const std::string& shell) {
  const Outcome outcome = Invoke({"completion", shell});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  return outcome.out;
}

// What bash offers when the words stand before the cursor; the last one is being typed.
std::vector<std::string> Offered(std::vector<std::string> words) {
  words.insert(words.begin(), "devstatsctl");
  for (std::string& word : words) word = absl::StrCat("'", word, "'");
  const std::string program = absl::StrCat(ScriptFor("bash"), "COMP_WORDS=(", absl::StrJoin(words, " "),
                                           ")\nCOMP_CWORD=", words.size() - 1,
                                           "\n_devstatsctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  const auto result = RunProcess({"bash", "-euo", "pipefail", "-s"}, {.input = program});
  EXPECT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->exit_code, 0) << result->err;
  return absl::StrSplit(result->out, '\n', absl::SkipEmpty());
}

TEST(CompletionTest, BashReadsItsScript) {
  const auto result = RunProcess({"bash", "-n"}, {.input = ScriptFor("bash")});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 0) << result->err;
  EXPECT_EQ(result->err, "");
}

TEST(CompletionTest, BashOffersWhatMayFollow) {
  using testing::Contains;
  using testing::ElementsAre;
  using testing::Not;
  EXPECT_THAT(Offered({"no"}), ElementsAre("node"));
  EXPECT_THAT(Offered({""}), Not(Contains("man")));
  EXPECT_THAT(Offered({"node", ""}), ElementsAre("token", "list", "show", "disks", "logs"));
  EXPECT_THAT(Offered({"--no-color", "node", "l"}), ElementsAre("list", "logs"));
  EXPECT_THAT(Offered({"node", "list", "-o", ""}), ElementsAre("table", "wide", "json", "yaml"));
  EXPECT_THAT(Offered({"access", "add", "--role", "a"}), ElementsAre("admin"));
  EXPECT_THAT(Offered({"apply", "--co"}), testing::UnorderedElementsAre("--confirm", "--context"));
  EXPECT_THAT(Offered({"release", "get", ""}),
              ElementsAre("values", "manifest", "hooks", "notes", "metadata", "all"));
  EXPECT_THAT(Offered({"release", "upgrade", "--dry"}), ElementsAre("--dry-run"));
  EXPECT_THAT(Offered({"completion", "f"}), ElementsAre("fish"));
  // A name that is also a command's is no command there.
  EXPECT_THAT(Offered({"node", "show", "plan", "-"}), Contains("--output"));
}

TEST(CompletionTest, BashOffersFilesForFiles) {
  TempDir folder;
  ASSERT_TRUE(WriteFileAtomic(folder / "my cluster.yaml", "").ok());
  EXPECT_THAT(Offered({"plan", "-f", folder / "my"}), testing::ElementsAre(folder / "my cluster.yaml"));
}

TEST(CompletionTest, KeysOfTheSpecCompleteExplain) {
  EXPECT_THAT(Offered({"explain", "node"}), testing::Contains(testing::StartsWith("nodes")));
}

TEST(CompletionTest, ZshAndFishNameEveryCommandOnce) {
  const std::string zsh = ScriptFor("zsh"), fish = ScriptFor("fish");
  EXPECT_THAT(zsh, testing::StartsWith("#compdef devstatsctl\n"));
  for (const char* name : {"plan", "apply", "node token", "operation approve", "access add"}) {
    EXPECT_THAT(zsh, testing::HasSubstr(absl::StrCat("    '", name, "') words=")));
    EXPECT_THAT(fish, testing::HasSubstr(absl::StrCat("'", name, "'")));
  }
  EXPECT_THAT(fish, testing::HasSubstr("-n '__devstatsctl_at \"node\"' -a token -d "));
  EXPECT_THAT(fish, testing::HasSubstr("-s o -l output -x -a 'table wide json yaml'"));
  EXPECT_THAT(fish, testing::Not(testing::HasSubstr("-a man ")));
}

}  // namespace
}  // namespace devstats::ctl
