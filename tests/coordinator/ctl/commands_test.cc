#include "coordinator/ctl/commands.h"

#include "common/files.h"
#include "common/status.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using testing::HasSubstr;

TEST(CommandLineTest, HelpIsDataAndUsageErrorsAreNot) {
  const Outcome help = Invoke({"plan", "--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("Usage: devstatsctl plan [OPTIONS]"));
  EXPECT_EQ(help.err, "");
  const Outcome wrong = Invoke({"node", "token"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_EQ(wrong.out, "");
  EXPECT_EQ(wrong.err, "error: NAME is required\nhint: devstatsctl node token --help\n");
}

TEST(CommandLineTest, MistypedWordsGetASuggestion) {
  EXPECT_EQ(Invoke({"nod", "list"}).err,
            "error: there is no command \"nod\"\nhint: did you mean \"node\"? (devstatsctl --help)\n");
  EXPECT_EQ(Invoke({"node", "lst"}).err,
            "error: there is no command \"lst\"\nhint: did you mean \"list\"? (devstatsctl node --help)\n");
  EXPECT_EQ(
      Invoke({"plan", "--fil", "x"}).err,
      "error: there is no option \"--fil\"\nhint: did you mean \"--file\"? (devstatsctl plan --help)\n");
  EXPECT_THAT(Invoke({"plan", "x\033[2J"}).err, HasSubstr("too many words: \"x\\x1b[2J\""));
  EXPECT_EQ(
      Invoke({"env", "images", "show", "test"}).err,
      "error: too many words: \"test\"\nhint: an environment is given as -e ENV (devstatsctl env images "
      "show --help)\n");
}

TEST(CommandLineTest, ValuesAreChecked) {
  EXPECT_THAT(Invoke({"node", "list", "-o", "xml"}).err, HasSubstr("xml not in {table,wide,json,yaml}"));
  EXPECT_THAT(Invoke({"access", "add", "ann", "--role", "king"}).err, HasSubstr("king not in"));
  EXPECT_THAT(Invoke({"access", "add", "Ann Smith", "--role", "viewer"}).err, HasSubstr("not a user name"));
  EXPECT_THAT(Invoke({"node", "token", "n", "--ttl", "soon"}).err, HasSubstr("not a time: soon"));
  EXPECT_THAT(Invoke({"wait", "--timeout", "0s"}).err, HasSubstr("not a time: 0s"));
  EXPECT_THAT(Invoke({"apply", "--plan", "p", "-f", "s"}).err, HasSubstr("excludes"));
  EXPECT_EQ(Invoke({"operation", "approve", "op-1", "u"}).code, 1);  // without --confirm
}

TEST(CommandLineTest, GlobalOptionsStandAnywhere) {
  for (const auto& args : std::vector<std::vector<std::string>>{{"--socket", "/nonexistent/s", "status"},
                                                                {"status", "--socket", "/nonexistent/s"}}) {
    const Outcome outcome = Invoke(args);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("no answer from the coordinator at /nonexistent/s"));
    EXPECT_THAT(outcome.err, HasSubstr("hint: on its box: systemctl status devstats-coordinator"));
  }
}

TEST(CommandLineTest, VersionNeedsNoCoordinator) {
  const Outcome outcome = Invoke({"version", "--context", "/nonexistent"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "devstatsctl " DEVSTATS_VERSION "\n");
  EXPECT_THAT(outcome.err, HasSubstr("coordinator: no context"));
  EXPECT_EQ(Invoke({"version", "--client"}).err, "");
  EXPECT_EQ(Invoke({"--version"}).out, "devstatsctl " DEVSTATS_VERSION "\n");
}

TEST(InitTest, WritesAValidFileOnce) {
  TempDir folder;
  const std::string file = folder / "cluster.yaml";
  EXPECT_EQ(Invoke({"init", file}).code, 0);
  const std::string text = *ReadFile(file);
  EXPECT_NE(text, "");
  const Outcome again = Invoke({"init", file});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.err, HasSubstr("exists; it is left as it is"));
  EXPECT_EQ(*ReadFile(file), text);
  const Outcome valid = Invoke({"validate", "-f", file});
  EXPECT_EQ(valid.code, 0) << valid.err;
  EXPECT_THAT(valid.out, HasSubstr(": valid: cluster "));
  EXPECT_EQ(Invoke({"validate", "-f", "-"}, {.input = text}).code, 0);
}

TEST(ValidateTest, NamesTheMistakesOnStderr) {
  const Outcome outcome = Invoke({"validate", "-f", "-"}, {.input = "broken: [\n"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::StartsWith("error: stdin:"));
}

TEST(ValidateTest, AMissingFileHasAdvice) {
  const Outcome outcome = Invoke({"validate", "-f", "/nonexistent/cluster.yaml"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("hint: devstatsctl init"));
}

TEST(ErrorTest, EachLineIsEscapedAndTheFirstNamed) {
  std::ostringstream err;
  PrintError(Hint(absl::InvalidArgumentError("f:1:1: one\nf:2:1: t\033[2Jwo"), "do\rthis"), err);
  EXPECT_EQ(err.str(), "error: f:1:1: one\n  f:2:1: t\\x1b[2Jwo\nhint: do\\x0dthis\n");
}

TEST(ColourTest, OnlyOnATerminalThatWantsThem) {
  using Env = std::map<std::string, std::string>;
  const auto paints = [](const Env& env, bool flag) {
    Shell shell(Io{.env = [env](const std::string& name) {
      auto found = env.find(name);
      return found == env.end() ? std::string() : found->second;
    }});
    shell.no_color = flag;
    EXPECT_FALSE(shell.PaintFor(false).on());
    return shell.PaintFor(true).on();
  };
  EXPECT_TRUE(paints({{"TERM", "xterm"}}, false));
  EXPECT_FALSE(paints({{"TERM", "xterm"}}, true));
  EXPECT_FALSE(paints({{"NO_COLOR", "1"}}, false));
  EXPECT_FALSE(paints({{"TERM", "dumb"}}, false));
}

}  // namespace
}  // namespace devstats::ctl
