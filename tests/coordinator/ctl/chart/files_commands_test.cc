// show, package, dependency list, lint; and their table.
#include "coordinator/ctl/chart/helm_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/ctl/chart/run_local.h"

namespace devstats::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// Nothing questionable in it.
constexpr char kGoodTemplate[] = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n";
constexpr char kMetadata[] = "apiVersion: v2\nicon: https://example.com/i.png\nname: c\nversion: 1.2.3\n";

TEST(ShowCommand, PartsAndAll) {
  const LocalFolder folder;
  folder.Write("c/README.md", "# c\n");
  folder.Write("c/crds/x.yaml", "crd: 1\n");
  EXPECT_EQ(folder.Run({"show", "chart", "c"}).out, std::string(kMetadata) + "\n");
  EXPECT_EQ(folder.Run({"show", "values", "c"}).out, "a: default\nb: default\n\n");
  EXPECT_EQ(folder.Run({"show", "readme", "c"}).out, "# c\n\n");
  EXPECT_EQ(folder.Run({"show", "crds", "c"}).out, "crd: 1\n\n");
  EXPECT_EQ(folder.Run({"show", "all", "c"}).out,
            std::string(kMetadata) + "\n---\na: default\nb: default\n\n---\n# c\n\n---\ncrd: 1\n\n");
  EXPECT_THAT(folder.Run({"show", "chart"}).err, StartsWith("Error: "));
}

TEST(PackageCommand, WritesAnArchiveThatCanBeRead) {
  const LocalFolder folder;
  const LocalRun run = folder.Run({"package", "c", "--version=2.0.0", "-d", "."});
  EXPECT_THAT(run.out, StartsWith("Successfully packaged chart and saved it to: "));
  EXPECT_THAT(folder.Run({"show", "chart", "./c-2.0.0.tgz"}).out, HasSubstr("version: 2.0.0\n"));
  EXPECT_EQ(folder.Run({"package", "no"}).err, "Error: stat no: no such file or directory\n");
}

TEST(DependencyCommand, ListsWithTrailingBlanks) {
  const LocalFolder folder;
  EXPECT_EQ(folder.Run({"dependency", "list", "./c/"}).out, "WARNING: no dependencies at c/charts\n");
  folder.Write("c/Chart.yaml", std::string(kMetadata) + "dependencies:\n- name: kid\n  version: 1.x.x\n");
  folder.Write("c/charts/other/Chart.yaml", "apiVersion: v2\nname: other\nversion: 1.0.0\n");
  EXPECT_EQ(folder.Run({"dep", "ls", "c"}).out,
            "NAME\tVERSION\tREPOSITORY\tSTATUS \n"
            "kid \t1.x.x  \t          \tmissing\n\n"
            "WARNING: \"c/charts/other\" is not in Chart.yaml.\n");
  EXPECT_EQ(folder.Run({"dep", "ls", "no"}).err, "Error: stat no: no such file or directory\n");
}

TEST(DependencyCommand, WhatNeedsTheNetworkIsHandedOverBeforeAnythingIsDone) {
  const LocalFolder folder;
  const std::vector<std::vector<std::string>> lines = {{"dependency", "update", "c"},
                                                       {"dep", "up", "c", "--skip-refresh"},
                                                       {"dependencies", "build"},
                                                       {"package", "c", "-u"},
                                                       {"template", "c", "--dependency-update"}};
  for (const auto& words : lines) {
    int handed_over = 0;
    const LocalRun run = folder.Run(words, "", [&] { return ++handed_over, absl::OkStatus(); });
    EXPECT_EQ(handed_over, 1) << words[0];
    EXPECT_EQ(run.out, "") << words[0];
  }
  EXPECT_THAT(folder.Run({"dep", "update", "--verify"}).err, HasSubstr("provenance files"));
}

TEST(LintCommand, SaysWhatItFound) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", kGoodTemplate);
  const LocalRun good = folder.Run({"lint", "c"});
  EXPECT_EQ(good.code, kOk);
  EXPECT_EQ(good.out, "==> Linting c\n\n1 chart(s) linted, 0 chart(s) failed\n");
  EXPECT_EQ(folder.Run({"lint", "c", "--quiet"}).out, "");

  const LocalRun none = folder.Run({"lint", "no", "c"});
  EXPECT_EQ(none.code, kError);
  EXPECT_EQ(
      none.out,
      "==> Linting no\nError unable to check Chart.yaml file in chart: stat no/Chart.yaml: no such file or "
      "directory\n\n==> Linting c\n\n");
  EXPECT_EQ(none.err, "Error: 2 chart(s) linted, 1 chart(s) failed\n");
}

TEST(LintCommand, StrictTakesWarningsForErrors) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: x\n");
  const std::string warning =
      "[WARNING] templates/t.yaml: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 "
      "EndpointSlice\n";
  EXPECT_EQ(folder.Run({"lint", "c", "--quiet"}).out,
            "==> Linting c\n" + warning + "\n1 chart(s) linted, 0 chart(s) failed\n");
  EXPECT_EQ(folder.Run({"lint", "c", "--kube-version", "1.32", "--quiet"}).out, "");
  const LocalRun strict = folder.Run({"lint", "c", "--strict"});
  EXPECT_EQ(strict.out, "==> Linting c\n" + warning + "\n");
  EXPECT_EQ(strict.err, "Error: 1 chart(s) linted, 1 chart(s) failed\n");
}

TEST(LintCommand, ValuesSchemaAndNamespace) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", "{{ if eq .Values.a \"bad\" }}{{ fail .Release.Namespace }}{{ end }}\n");
  EXPECT_EQ(folder.Run({"lint", "c"}).code, kOk);
  folder.Write("c/templates/t.yaml", "{{ template \"no\" }}\n");
  EXPECT_THAT(folder.Run({"lint", "c"}).out, HasSubstr("[ERROR] templates/: "));
  folder.Write("c/templates/t.yaml", "n: {{ .Release.Namespace | int }}\n");
  folder.Write("c/values.schema.json", R"({"properties": {"a": {"type": "string"}}})");
  EXPECT_EQ(folder.Run({"lint", "c", "--set", "a=1"}).code, kError);
  EXPECT_THAT(folder.Run({"lint", "c", "--kube-version", "x"}).err,
              StartsWith("Error: invalid kube version 'x'"));
}

TEST(LintCommand, SubchartsAndArchives) {
  const LocalFolder folder;
  folder.Write("c/templates/t.yaml", kGoodTemplate);
  folder.Write("c/Chart.yaml", std::string(kMetadata) + "dependencies:\n- name: kid\n  version: 1.0.0\n");
  folder.Write("c/charts/kid/Chart.yaml",
               "apiVersion: v2\nname: kid\nversion: 1.0.0\nicon: https://example.com/i\n");
  folder.Write("c/charts/kid/values.yaml", "");
  folder.Write("c/charts/kid/templates/x.yaml", "");
  EXPECT_EQ(folder.Run({"lint", "./c", "--with-subcharts"}).out,
            "==> Linting ./c\n\n==> Linting c/charts/kid\n\n2 chart(s) linted, 0 chart(s) failed\n");
  ASSERT_EQ(folder.Run({"package", "c"}).code, kOk);
  EXPECT_EQ(folder.Run({"lint", "c-1.2.3.tgz"}).out,
            "==> Linting c-1.2.3.tgz\n\n1 chart(s) linted, 0 chart(s) failed\n");
  folder.Write("bad.tgz", "no archive");
  EXPECT_THAT(folder.Run({"lint", "bad.tgz"}).out,
              StartsWith("==> Linting bad.tgz\nError unable to extract tarball: "));
  EXPECT_EQ(folder.Run({"lint", "no.tgz"}).out,
            "==> Linting no.tgz\nError unable to open tarball: open no.tgz: no such file or directory\n\n");
}

TEST(ShowCommand, ReadmeHasOneOfThreeNamesAndNothingStandsForWhatIsNotThere) {
  const LocalFolder folder;
  folder.Write("c/a.txt", "not it\n");
  EXPECT_EQ(folder.Run({"show", "readme", "c"}).out, "");
  const std::string all = folder.Run({"show", "all", "c"}).out;
  EXPECT_EQ(all.substr(all.find("---")), "---\na: default\nb: default\n\n");
  folder.Write("c/ReadMe.TXT", "read me\n");
  EXPECT_EQ(folder.Run({"show", "readme", "c"}).out, "read me\n\n");
}

TEST(ShowCommand, ValuesByJsonPath) {
  const LocalFolder folder;
  folder.Write("c/values.yaml", "image: {tag: 1.20, name: 'a&b'}\nports: [80, 443]\n");
  const auto show = [&](const std::string& text) {
    return folder.Run({"show", "values", "c", "--jsonpath", text});
  };
  EXPECT_EQ(show("{.image.name}:{.image.tag}").out, "a&b:1.2");
  EXPECT_EQ(show("{.image}").out, R"({"name":"a\u0026b","tag":1.2})");
  EXPECT_EQ(show("{range .ports[*]}{@}{'\\n'}{end}").out, "80\n443\n");
  EXPECT_EQ(show("-{.ports[0]}").out, "-80");
  EXPECT_EQ(show("[x]").out, "[x]");
  EXPECT_EQ(show("").out, "image: {tag: 1.20, name: 'a&b'}\nports: [80, 443]\n\n");
  EXPECT_EQ(folder.Run({"inspect", "values", "--jsonpath={.ports}", "c"}).out, "[80,443]");
  EXPECT_EQ(folder.Run({"show", "all", "c", "--jsonpath", "x"}).code, kError);
}

TEST(ShowCommand, JsonPathErrorsAreHelms) {
  const LocalFolder folder;
  const auto show = [&](const std::string& text) {
    return folder.Run({"show", "values", "c", "--jsonpath", text});
  };
  const LocalRun wrong = show("{.a");
  EXPECT_EQ(wrong.code, kError);
  EXPECT_EQ(wrong.err, "Error: error parsing jsonpath {.a: unclosed action\n");

  // A script takes nothing for "not set"; people are told.
  const LocalRun nothing = show("{.a}{.\x1b}");
  EXPECT_EQ(nothing.code, kOk);
  EXPECT_EQ(nothing.out, "");
  EXPECT_EQ(nothing.err, "WARNING: jsonpath {.a}{.\\x1b}: \\x1b is not found\n");

  EXPECT_EQ(show(std::string(100'000, 'x')).code, kError);
  std::string nested;
  for (int i = 0; i < 33; ++i) nested += "{range @}";
  const LocalRun limit = show(nested);
  EXPECT_EQ(limit.code, kError);
  EXPECT_THAT(limit.err, HasSubstr("more than 32 ranges within each other"));

  std::filesystem::remove("c/values.yaml");
  EXPECT_EQ(show("{.a").code, kOk);  // nothing to look into
}

TEST(PackageCommand, RefusesWhatItDoesNotDo) {
  const LocalFolder folder;
  EXPECT_THAT(folder.Run({"package", "c", "--sign", "--key", "k"}).err, HasSubstr("provenance files"));
  EXPECT_THAT(folder.Run({"package"}).err,
              StartsWith("Error: need at least one argument, the path to the chart"));
  EXPECT_EQ(folder.Run({"package", "c", "--keyring", "x", "--plain-http"}).out,
            "Successfully packaged chart and saved it to: " +
                (std::filesystem::current_path() / "c-1.2.3.tgz").string() + "\n");
}

TEST(LocalCommands, NumbersOfWordsAreToldAsHelmDoes) {
  const LocalFolder folder;
  const auto error = [&](std::vector<std::string> words) {
    const std::string err = folder.Run(std::move(words)).err;
    return err.substr(0, err.find('\n'));
  };
  EXPECT_EQ(error({"show", "values"}), "Error: \"devstatsctl chart show values\" requires 1 argument");
  EXPECT_EQ(error({"show", "chart", "a", "b"}),
            "Error: \"devstatsctl chart show chart\" requires 1 argument");
  EXPECT_EQ(error({"dependency", "list", "a", "b"}),
            "Error: \"devstatsctl chart dependency list\" accepts at most 1 argument");
  EXPECT_THAT(folder.Run({"show"}).out, HasSubstr("Usage: devstatsctl chart show"));
}

TEST(LintCommand, HasNoControlCharacters) {
  const LocalFolder folder;
  folder.Write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: \"\\e[31m\"\n");
  EXPECT_THAT(folder.Run({"lint", "c"}).out, Not(HasSubstr("\x1b")));
}

TEST(HelmTable, PadsEveryColumn) {
  EXPECT_EQ(HelmTable({{"A", "B"}, {"long", ""}}, 0), "A   \tB\nlong\t \n");
  EXPECT_EQ(HelmTable({{"", "x"}}, 0), "\tx\n");
  EXPECT_EQ(HelmTable({}, 10), "");
}

TEST(HelmTable, CutsByColumnsButNeverAll) {
  EXPECT_EQ(HelmTable({{"abcdefgh"}}, 6), "abc...\n");
  EXPECT_EQ(HelmTable({{"abcdefgh"}}, 2), "a...\n");
  EXPECT_EQ(HelmTable({{"äöüäöüäöü"}}, 6), "äöü...\n");
  EXPECT_EQ(HelmTable({{"日本"}, {"abcd"}, {"e"}}, 0), "日本\nabcd\ne   \n");
}

TEST(HelmTable, KeepsLinesAndEscapesTheRest) {
  EXPECT_EQ(HelmTable({{"abc\n", "x"}}, 0), "abc\tx\n   \t \n");
  EXPECT_EQ(HelmTable({{"a\nbc"}}, 0), "a...\n");  // Helm's table takes both lines together for too wide
  EXPECT_THAT(HelmTable({{"a\x1b[2J"}}, 0), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace devstats::ctl
