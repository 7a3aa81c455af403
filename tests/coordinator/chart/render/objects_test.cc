// .Chart, .Files, .Capabilities and .Values as templates see them.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/render/test_chart.h"

namespace devstats::chart {
namespace {

using testing::One;

const std::map<std::string, std::string>& WithFiles() {
  static const auto* const files = new std::map<std::string, std::string>{
      {"conf/a.txt", "one\n\ntwo\n"}, {"conf/deep/b.bin", "x\xFFy"}, {"README.md", "r"}};
  return *files;
}

TEST(Objects, FilesAreReadByName) {
  EXPECT_EQ(
      One("{{ .Files.Get \"README.md\" }}|{{ .Files.Get \"none\" }}|{{ .Files.GetBytes \"README.md\" }}",
          WithFiles()),
      "r||[114]");
  EXPECT_EQ(
      One("{{ .Files.Lines \"conf/a.txt\" | toJson }}{{ .Files.Lines \"none\" | toJson }}", WithFiles()),
      R"(["one","","two"][])");
  EXPECT_EQ(One("{{ range $name, $_ := .Files }}{{ $name }} {{ end }}{{ len .Files }}", WithFiles()),
            "README.md conf/a.txt conf/deep/b.bin 3");
  EXPECT_EQ(One("{{ range $name, $_ := .Files.Glob \"conf/*\" }}{{ $name }}{{ end }}", WithFiles()),
            "conf/a.txt");
  EXPECT_EQ(One("{{ index .Files \"README.md\" }} {{ .Files.nope }}", WithFiles()), "[114] []");
}

TEST(Objects, FilesBecomeConfigAndSecrets) {
  EXPECT_EQ(One("{{ (.Files.Glob \"conf/*\").AsConfig }}", WithFiles()), "a.txt: |\n  one\n\n  two");
  EXPECT_EQ(One("{{ (.Files.Glob \"conf/**\").AsSecrets }}", WithFiles()),
            "a.txt: b25lCgp0d28K\nb.bin: eP95");
  EXPECT_EQ(One("{{ (.Files.Glob \"no/*\").AsConfig }}"), "{}");
}

TEST(Objects, FilesTakeText) {
  EXPECT_THAT(One("{{ .Files.Get 1 }}"), ::testing::HasSubstr("expected string; found 1"));
  EXPECT_THAT(One("{{ .Files.Get \"a\" \"b\" }}"),
              ::testing::HasSubstr("wrong number of args for Get: want 1 got 2"));
  EXPECT_EQ(One("{{ typeOf .Files }} {{ kindOf .Files }} {{ typeOf (.Files.GetBytes \"x\") }}"),
            "engine.files map []uint8");
}

TEST(Objects, PrettyYamlGoesOnBehindThem) {
  EXPECT_EQ(One("{{ toYamlPretty (dict \"a\" .Capabilities.KubeVersion \"b\" (dict \"c\" 1)) }}"),
            "a:\n  version: v1.36.0\n  major: \"1\"\n  minor: \"36\"\nb:\n  c: 1");
  EXPECT_EQ(One("{{ toYamlPretty (list .Capabilities.KubeVersion 1) }}"),
            "- version: v1.36.0\n  major: \"1\"\n  minor: \"36\"\n- 1");
}

TEST(Objects, ChartHasTheFieldsOfGo) {
  const std::map<std::string, std::string> files = {
      {"Chart.yaml",
       "apiVersion: v2\nname: top\nversion: 1.0.0\nappVersion: 2\nsources: [s]\nannotations: {k: v}\n"
       "maintainers: [{name: m, email: e}]\n"}};
  EXPECT_EQ(
      One("{{ .Chart.Name }} {{ .Chart.AppVersion }} {{ .Chart.IsRoot }} {{ .Chart.Annotations.k }}{{ "
          ".Chart.Annotations.x }} "
          "{{ range .Chart.Maintainers }}{{ .Name }}{{ .Email }}{{ end }} {{ .Chart.Metadata.Version }}",
          files),
      "top 2 true v me 1.0.0");
  EXPECT_EQ(One("{{ toJson .Chart }}", files),
            R"({"name":"top","sources":["s"],"version":"1.0.0","maintainers":[{"name":"m","email":"e"}],)"
            R"("apiVersion":"v2","appVersion":"2","annotations":{"k":"v"},"IsRoot":true})");
  EXPECT_EQ(One("{{ .Chart }}"), "{{top  [] 1.0.0  [] []  v2    false map[]  [] } true}");
  EXPECT_EQ(One("{{ typeOf .Chart }}|{{ toJson .Chart.Keywords }}"),
            "struct { chart.Metadata; IsRoot bool }|null");
  EXPECT_THAT(One("{{ .Chart.name }}"), ::testing::HasSubstr("can't evaluate field name in type"));
}

TEST(Objects, DependenciesAreThere) {
  const std::map<std::string, std::string> files = {
      {"Chart.yaml",
       "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies: [{name: kid, version: '*', tags: [t], "
       "import-values: [e]}]\n"},
      {"charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"}};
  EXPECT_EQ(One("{{ with index .Chart.Dependencies 0 }}{{ .Name }} {{ .Enabled }} {{ .ImportValues }} {{ "
                ".Tags }}{{ end }} "
                "{{ keys .Subcharts }} {{ (index .Subcharts \"kid\").Chart.IsRoot }}",
                files),
            "kid true [map[child:exports.e parent:.]] [t] [kid] false");
}

TEST(Objects, CapabilitiesKnowVersions) {
  EXPECT_EQ(One("{{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.GitVersion }} {{ "
                ".Capabilities.KubeVersion.Minor }} "
                "{{ printf \"%v\" .Capabilities.KubeVersion }}"),
            "v1.36.0 v1.36.0 36 {v1.36.0 1 36}");
  EXPECT_EQ(One("{{ .Capabilities.APIVersions.Has \"apps/v1\" }} {{ .Capabilities.APIVersions.Has "
                "\"apps/v1/Deployment\" }} "
                "{{ has \"v1\" .Capabilities.APIVersions }}"),
            "true false true");
  EXPECT_EQ(One("{{ toJson .Capabilities.KubeVersion }} {{ .Capabilities.HelmVersion.Version | trunc 5 }}"),
            R"({"Version":"v1.36.0","Major":"1","Minor":"36"} v3.21)");
}

TEST(Objects, ValuesHaveMethods) {
  const std::map<std::string, std::string> files = {{"values.yaml", "a: {b: {c: 1}}\n"}};
  EXPECT_EQ(One("{{ typeOf .Values }} {{ typeOf .Values.AsMap }} {{ typeOf .Values.a }}", files),
            "chartutil.Values map[string]interface {} map[string]interface {}");
  EXPECT_EQ(One("{{ .Values.Table \"a.b\" }} {{ .Values.PathValue \"a.b.c\" }} {{ .Values.YAML }}", files),
            "map[c:1] 1 a:\n  b:\n    c: 1\n");
  EXPECT_THAT(One("{{ .Values.Table \"a.x\" }}", files),
              ::testing::HasSubstr("error calling Table: \"x\" is not a table"));
  EXPECT_THAT(One("{{ .Values.PathValue \"a.b\" }}", files),
              ::testing::HasSubstr("error calling PathValue: \"b\" is not a value"));
}

TEST(Objects, ReleaseIsAMap) {
  EXPECT_EQ(
      One("{{ toJson .Release }} {{ typeOf .Release.Revision }}"),
      R"({"IsInstall":true,"IsUpgrade":false,"Name":"rel","Namespace":"default","Revision":1,"Service":"Helm"} int)");
  EXPECT_EQ(One("{{ .Template.Name }} {{ .Template.BasePath }} {{ typeOf . }} {{ typeOf .Template }}"),
            "top/templates/t.yaml top/templates chartutil.Values chartutil.Values");
}

}  // namespace
}  // namespace devstats::chart
