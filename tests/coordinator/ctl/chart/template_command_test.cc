#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/ctl/chart/run_local.h"

namespace devstats::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Abr(const std::string& a, const std::string& b,
                const std::string& release = "release-name.default") {
  return "a: " + a + "\nb: " + b + "\nr: " + release + "\n";
}

TEST(TemplateCommand, KindsOfSetFlagsHaveTheirOrder) {
  const LocalFolder folder;
  folder.Write("f.yaml", "a: file\nb: file\n");
  folder.Write("t.txt", "text");
  EXPECT_EQ(folder.Rendered({"c", "-f", "f.yaml"}), Abr("file", "file"));
  EXPECT_EQ(folder.Rendered({"c", "--set", "a=1", "-f", "f.yaml"}), Abr("1", "file"));
  EXPECT_EQ(folder.Rendered({"c", "--set-string", "a=s", "--set", "a=1", "--set-json", "a=2"}),
            Abr("s", "default"));
  EXPECT_EQ(folder.Rendered({"c", "--set-literal", "a=x,y", "--set-file", "a=t.txt"}), Abr("x,y", "default"));
  EXPECT_EQ(folder.Rendered({"c", "--set", "a=1", "--set", "a=2"}), Abr("2", "default"));
}

TEST(TemplateCommand, ValuesFilesAreALineOfCsv) {
  const LocalFolder folder;
  folder.Write("x.yaml", "a: x\n");
  folder.Write("y,z.yaml", "b: why\n");
  EXPECT_EQ(folder.Rendered({"c", "-f", "x.yaml,\"y,z.yaml\""}), Abr("x", "why"));
  EXPECT_EQ(folder.Rendered({"c", "-f", ""}), Abr("default", "default"));
  EXPECT_EQ(folder.Rendered({"c", "-f", "-"}, "a: stdin\n"), Abr("stdin", "default"));
  EXPECT_EQ(folder.Rendered({"c", "-f", "no.yaml"}), "Error: open no.yaml: no such file or directory\n");
}

TEST(TemplateCommand, WordsAreReadAsPflagReadsThem) {
  const LocalFolder folder;
  folder.Write("f.yaml", "a: file\n");
  folder.Write("=.yaml", "a: equals\n");
  EXPECT_EQ(folder.Rendered({"--set=a=b=c", "c"}), Abr("b=c", "default"));
  EXPECT_EQ(folder.Rendered({"-f=f.yaml", "c"}), Abr("file", "default"));
  EXPECT_EQ(folder.Rendered({"-ff.yaml", "c"}), Abr("file", "default"));
  EXPECT_EQ(folder.Rendered({"-nprod", "rel", "c"}), Abr("default", "default", "rel.prod"));
  EXPECT_EQ(folder.Rendered({"rel", "--namespace=prod", "c"}), Abr("default", "default", "rel.prod"));
  EXPECT_EQ(folder.Rendered({"rel", "c", "-n", "one", "-n", "two"}), Abr("default", "default", "rel.two"));
  EXPECT_EQ(folder.Rendered({"rel", "c", "-n", "one", "--namespace="}),
            Abr("default", "default", "rel.default"));
  EXPECT_EQ(folder.Rendered({"--set-literal", "a=-x", "--", "rel", "c"}),
            Abr("-x", "default", "rel.default"));
  EXPECT_EQ(folder.Rendered({"c", "-n", "--strange"}), Abr("default", "default", "release-name.--strange"));
  // Words that are commands elsewhere.
  EXPECT_EQ(folder.Rendered({"template", "c"}), Abr("default", "default", "template.default"));
  EXPECT_EQ(folder.Rendered({"chart", "c"}), Abr("default", "default", "chart.default"));
  EXPECT_EQ(folder.Run({"-n", "prod", "template", "rel", "c"}).out,
            "---\n# Source: c/templates/t.yaml\n" + Abr("default", "default", "rel.prod"));
}

TEST(TemplateCommand, Switches) {
  const LocalFolder folder;
  folder.Write("c/crds/x.yaml", "crd: 1\n");
  EXPECT_THAT(folder.Run({"template", "c", "--include-crds"}).out, HasSubstr("crd: 1"));
  EXPECT_THAT(folder.Run({"template", "c", "--include-crds=T"}).out, HasSubstr("crd: 1"));
  EXPECT_THAT(folder.Run({"template", "c", "--include-crds=false"}).out, Not(HasSubstr("crd: 1")));
  EXPECT_THAT(folder.Run({"template", "c", "--include-crds", "--include-crds=0"}).out,
              Not(HasSubstr("crd: 1")));
  EXPECT_THAT(folder.Rendered({"c", "-g=maybe"}),
              StartsWith("Error: invalid argument \"maybe\" for \"-g, --generate-name\" flag: "
                         "strconv.ParseBool: parsing \"maybe\": invalid syntax\n"));
}

TEST(TemplateCommand, IgnoresFlagsThatNeedACluster) {
  const LocalFolder folder;
  EXPECT_EQ(
      folder.Rendered({"rel", "c", "--wait", "--atomic", "--timeout", "5m", "-l", "a=b", "--description=x"}),
      Abr("default", "default", "rel.default"));
}

TEST(TemplateCommand, WrongFlagsAreToldInPflagsWords) {
  const LocalFolder folder;
  EXPECT_THAT(folder.Rendered({"c", "--st=a=1"}), StartsWith("Error: unknown flag: --st\nhint: "));
  EXPECT_THAT(folder.Rendered({"c", "--include-crd"}), HasSubstr("--include-crds"));
  EXPECT_THAT(folder.Rendered({"c", "-gz"}), StartsWith("Error: unknown shorthand flag: 'z' in -z\n"));
  EXPECT_THAT(folder.Rendered({"c", "--set"}), StartsWith("Error: flag needs an argument: --set\n"));
  EXPECT_THAT(folder.Rendered({"c", "-gn"}), StartsWith("Error: flag needs an argument: 'n' in -n\n"));
  EXPECT_THAT(folder.Rendered({"c", "--=x"}), StartsWith("Error: bad flag syntax: --=x\n"));
}

TEST(TemplateCommand, NamesOfReleases) {
  const LocalFolder folder;
  EXPECT_EQ(folder.Rendered({"c", "--name-template", "x-{{ add 1 2 }}"}),
            Abr("default", "default", "x-3.default"));
  EXPECT_THAT(folder.Rendered({"c", "--generate-name"}), HasSubstr("r: c-1"));
  EXPECT_EQ(folder.Rendered({"rel", "c", "-g"}),
            "Error: cannot set --generate-name and also specify a name\n");
  EXPECT_EQ(folder.Rendered({"rel", "c", "--name-template", "x"}),
            "Error: cannot set --name-template and also specify a name\n");
  EXPECT_EQ(folder.Rendered({"a", "c", "d"}),
            "Error: expected at most two arguments, unexpected arguments: d\n");
  EXPECT_THAT(folder.Rendered({}), StartsWith("Error: a chart is missing"));
}

TEST(TemplateCommand, ShowsOnlySomeTemplates) {
  const LocalFolder folder;
  folder.Write("c/templates/u.yaml", "u: 1\n");
  EXPECT_EQ(folder.Run({"template", "c", "-s", "templates/u.yaml"}).out,
            "---\n# Source: c/templates/u.yaml\nu: 1\n");
  EXPECT_EQ(folder.Rendered({"c", "-s", "templates/no.yaml"}),
            "Error: could not find template templates/no.yaml in chart\n");
}

TEST(TemplateCommand, WritesFiles) {
  const LocalFolder folder;
  const LocalRun run = folder.Run({"template", "rel", "c", "--output-dir", "out", "--release-name"});
  EXPECT_EQ(run.out, "wrote out/rel/c/templates/t.yaml\n\n");
  EXPECT_EQ(folder.Read("out/rel/c/templates/t.yaml"),
            "---\n# Source: c/templates/t.yaml\n" + Abr("default", "default", "rel.default"));
}

TEST(TemplateCommand, TellsEachManifestOfAFile) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", "a: 1\n---\nb: 2\n");
  const std::string line = "wrote ./out/c/templates/t.yaml\n";
  EXPECT_EQ(folder.Run({"template", "c", "--output-dir=./out"}).out, line + line + "\n");
  EXPECT_EQ(folder.Read("out/c/templates/t.yaml"),
            "---\n# Source: c/templates/t.yaml\na: 1\n---\n# Source: c/templates/t.yaml\nb: 2\n");
}

TEST(TemplateCommand, DebugPrintsWhatIsNoYaml) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", "a: [\n");
  const LocalRun plain = folder.Run({"template", "c"}), debug = folder.Run({"template", "c", "--debug"});
  EXPECT_EQ(plain.out, "");
  EXPECT_THAT(plain.err, HasSubstr("Use --debug flag to render out invalid YAML"));
  EXPECT_EQ(debug.out, "---\n# Source: c/templates/t.yaml\na: [\n\n");
  EXPECT_EQ(plain.code, kError);
  EXPECT_EQ(debug.code, kError);
}

TEST(TemplateCommand, HandsOverWhatIsNotOfThisMachine) {
  const LocalFolder folder;
  int calls = 0;
  const HandOver hand_over = [&calls] {
    ++calls;
    return absl::NotFoundError("no other program");
  };
  EXPECT_EQ(folder.Run({"template", "repository/chart"}, "", hand_over).err, "Error: no other program\n");
  EXPECT_EQ(folder.Run({"template", "c", "-f", "https://example.com/v.yaml"}, "", hand_over).err,
            "Error: no other program\n");
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(folder.Run({"template", "./no"}, "", hand_over).err, "Error: path \"./no\" not found\n");
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(folder.Run({"show", "chart", "no"}).err, "Error: no is not on this machine\n");
}

TEST(TemplateCommand, ErrorsAndWarningsHaveNoControlCharacters) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", "{{ fail \"red \\x1b[31m bell \\a\" }}\n");
  const LocalRun run = folder.Run({"template", "c"});
  EXPECT_THAT(run.err, HasSubstr("red "));
  EXPECT_THAT(run.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(run.err, Not(HasSubstr("\a")));
  // A table of that name that is overridden by something else is warned of.
  folder.Write("c/values.yaml", "t: {\"k\\ec\": {x: 1}}\n");
  folder.Write("c/templates/t.yaml", "a: 1\n");
  const LocalRun warned = folder.Run({"template", "c", "--set-string", std::string("t.k\x1b") + "c=1"});
  EXPECT_THAT(warned.err, HasSubstr("WARNING: "));
  EXPECT_THAT(warned.err, Not(HasSubstr("\x1b")));
}

TEST(LocalCommands, WhichAreLocal) {
  EXPECT_TRUE(IsLocal({"chart", "template"}));
  EXPECT_TRUE(IsLocal({"chart", "lint", "x"}));
  EXPECT_TRUE(IsLocal({"chart", "dep", "list"}));
  EXPECT_FALSE(IsLocal({"chart"}));
  EXPECT_FALSE(IsLocal({"release", "template", "x", "y"}));
  EXPECT_FALSE(IsLocal({"chart", "pull", "x"}));
  EXPECT_FALSE(IsLocal({"repo", "template"}));
  EXPECT_FALSE(IsLocal({}));
}

TEST(LocalCommands, ANounAloneExplainsItself) {
  const LocalFolder folder;
  const LocalRun run = folder.Run({});
  EXPECT_EQ(run.code, kOk);
  EXPECT_THAT(run.out, HasSubstr("template"));
  const LocalRun wrong = folder.Run({"templat"});
  EXPECT_EQ(wrong.code, kError);
  EXPECT_THAT(wrong.err, StartsWith("Error: there is no command \"templat\"\n"));
}

}  // namespace
}  // namespace devstats::ctl
