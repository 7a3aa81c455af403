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
  EXPECT_THAT(folder.Rendered({}),
              StartsWith("Error: \"devstatsctl chart template\" requires at least 1 argument"));
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

TEST(TemplateCommand, TheNamespaceMayComeFromTheEnvironment) {
  LocalFolder folder;
  folder.env["HELM_NAMESPACE"] = "env";
  EXPECT_EQ(folder.Rendered({"rel", "c"}), Abr("default", "default", "rel.env"));
  EXPECT_EQ(folder.Rendered({"rel", "c", "-n", "flag"}), Abr("default", "default", "rel.flag"));
}

TEST(TemplateCommand, TakesDryRunAndSaysWhatItDoesNotFollow) {
  const LocalFolder folder;
  for (const char* word : {"--dry-run", "--dry-run=server", "--dry-run=none", "--dry-run=", "--verify=false"})
    EXPECT_EQ(folder.Rendered({"rel", word, "c"}), Abr("default", "default", "rel.default")) << word;
  EXPECT_THAT(folder.Rendered({"rel", "c", "--dry-run=maybe"}),
              StartsWith("Error: Invalid dry-run flag. Flag must one of the following: false, true, none"));
  EXPECT_THAT(folder.Rendered({"rel", "c", "--verify"}), HasSubstr("provenance files"));
  EXPECT_THAT(folder.Rendered({"a", "b", "c"}), StartsWith("Error: expected at most two arguments"));
}

class PostRenderer : public testing::Test {
 protected:
  PostRenderer() {
    folder_.env["PATH"] = std::filesystem::current_path() / "bin";
    Program("change", "echo \"# $*\"; echo \"# $(ls c)\" | head -n 1; /bin/sed s/default/changed/");
  }
  static void Program(const std::string& name, const std::string& script) {
    LocalFolder::Write("bin/" + name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions("bin/" + name, std::filesystem::perms::owner_all);
  }
  LocalFolder folder_;
};

TEST_F(PostRenderer, ChangesManifestsButNoHooks) {
  folder_.Write("c/templates/h.yaml", "default: 1\nmetadata: {annotations: {helm.sh/hook: pre-install}}\n");
  const LocalRun run = folder_.Run({"template", "rel", "c", "--post-renderer", "change",
                                    "--post-renderer-args", "a b", "--post-renderer-args", "$(id),x"});
  EXPECT_EQ(run.out,
            "# a b $(id),x\n# Chart.yaml\n---\n# Source: c/templates/t.yaml\na: changed\nb: changed\n"
            "r: rel.changed\n---\n# Source: c/templates/h.yaml\ndefault: 1\n"
            "metadata: {annotations: {helm.sh/hook: pre-install}}\n");
  EXPECT_EQ(
      folder_.Run({"template", "rel", "c", "--post-renderer=./bin/change", "-s", "templates/t.yaml"}).out,
      "---\n# Source: c/templates/t.yaml\na: changed\nb: changed\nr: rel.changed\n")
      << "documents are picked after it";
}

TEST_F(PostRenderer, GetsNothingOfFiles) {
  const LocalRun run =
      folder_.Run({"template", "rel", "c", "--post-renderer", "change", "--output-dir", "out"});
  EXPECT_EQ(run.out, "wrote out/c/templates/t.yaml\n# \n# Chart.yaml\n");
  EXPECT_THAT(folder_.Read("out/c/templates/t.yaml"), HasSubstr("a: default"));
}

TEST_F(PostRenderer, FailuresAreTold) {
  EXPECT_THAT(
      folder_.Run({"template", "c", "--post-renderer", "no"}).err,
      StartsWith("Error: invalid argument \"no\" for \"--post-renderer\" flag: unable to find binary at "
                 "no: exec: \"no\": executable file not found in $PATH\n"));
  EXPECT_THAT(folder_.Run({"template", "c", "--post-renderer", "./no"}).err,
              HasSubstr("exec: \"./no\": stat ./no: no such file or directory\n"));
  EXPECT_THAT(folder_.Run({"template", "c", "--post-renderer", "./c/Chart.yaml"}).err,
              HasSubstr("permission denied"));
  Program("fails", "echo oops >&2; exit 3");
  const LocalRun run = folder_.Run({"template", "c", "--post-renderer", "fails"});
  EXPECT_EQ(run.code, kError);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err,
              StartsWith("Error: error while running post render on files: error while running command "));
  EXPECT_THAT(run.err, HasSubstr("/bin/fails. error output:\noops\n: exit status 3\n"));
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
  EXPECT_EQ(debug.out, "---\n# Source: c/templates/t.yaml\na: [\n");
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
  EXPECT_TRUE(IsLocal({"chart", "inspect", "values"}));
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
