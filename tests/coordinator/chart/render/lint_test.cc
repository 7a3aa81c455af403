#include "coordinator/chart/render/lint.h"

#include "coordinator/chart/render/deprecations.h"
#include "coordinator/chart/render/object_names.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/render/test_chart.h"

namespace devstats::chart {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kGoodChart[] = "apiVersion: v2\nname: top\nversion: 1.0.0\nicon: https://example.com/i.png\n";

std::vector<std::string> LintOf(std::map<std::string, std::string> files) {
  files.emplace("Chart.yaml", kGoodChart);
  files.emplace("values.yaml", "a: 1\n");
  std::vector<ChartFile> list;
  for (auto& [name, data] : files) list.push_back({name, data});
  FixedEnvironment environment;
  environment.is_lint = true;
  LintOptions options;
  options.folder = "/top";
  std::vector<std::string> out;
  for (const LintMessage& message : Lint(list, Value::MakeMap(), options, environment))
    out.push_back(message.ToString());
  return out;
}

std::vector<std::string> LintOfChartYaml(const std::string& yaml) { return LintOf({{"Chart.yaml", yaml}}); }

TEST(Lint, SaysNothingOfAGoodChart) {
  EXPECT_THAT(LintOf({{"templates/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"}}), IsEmpty());
}

TEST(Lint, LooksAtChartYaml) {
  EXPECT_THAT(
      LintOfChartYaml("apiVersion: v1\nname: top\nversion: 1.0\nappVersion: 5\nicon: abc\ntype: "
                      "application\nsources: [x, 'https://a.b']\n"
                      "maintainers: [{name: m, email: bad}]\ndependencies: [{name: a}]\n"),
      ElementsAre(
          "[ERROR] Chart.yaml: version should be of type string but it's of type float64",
          "[ERROR] Chart.yaml: appVersion should be of type string but it's of type float64",
          "[ERROR] Chart.yaml: invalid email 'bad' for maintainer 'm'",
          "[ERROR] Chart.yaml: invalid source URL 'x'", "[ERROR] Chart.yaml: invalid icon URL 'abc'",
          "[ERROR] Chart.yaml: chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'",
          "[ERROR] Chart.yaml: dependencies are not valid in the Chart file with apiVersion 'v1'. They are "
          "valid in apiVersion 'v2'",
          "[WARNING] /top: chart directory is missing these dependencies: a"));
  EXPECT_THAT(LintOfChartYaml("name: a/b\nversion: x\nmaintainers: [{email: e@f.com}]\n"),
              ::testing::Contains("[ERROR] Chart.yaml: each maintainer requires a name"));
  EXPECT_EQ(LintOfChartYaml("a: [")[0],
            "[ERROR] Chart.yaml: unable to parse YAML\n\terror converting YAML to JSON: yaml: line 1: did "
            "not find expected node content");
}

TEST(Lint, TellsAddressesFromOtherTexts) {
  const auto faults = [](const std::string& maintainer) {
    return LintOfChartYaml(std::string(kGoodChart) + "maintainers: [" + maintainer + "]\n").size();
  };
  for (const char* good :
       {"{name: a, email: a.b+c@d-e.co}", "{name: a, url: 'https://x.y:80/z?q#f'}", "{name: a, url: x.io/y}"})
    EXPECT_EQ(faults(good), 0u) << good;
  for (const char* bad : {"{name: a, email: a@b}", "{name: a, email: '@b.c'}", "{name: a, email: a b@c.d}",
                          "{name: a, url: '::'}", "{name: a, url: 'http://'}"})
    EXPECT_EQ(faults(bad), 1u) << bad;
}

TEST(Lint, LooksAtTemplates) {
  EXPECT_THAT(LintOf({{"templates/a.conf", "x"}}),
              ElementsAre("[ERROR] templates/a.conf: file extension '.conf' not valid. Valid extensions are "
                          ".yaml, .yml, .tpl, or .txt"));
  EXPECT_THAT(LintOf({{"templates/a.yaml", " kind: A\n metadata: {name: a}\n"}}),
              ElementsAre("[WARNING] templates/a.yaml: document starts with an illegal indent: \" kind: A\", "
                          "which may cause parsing problems"));
  EXPECT_THAT(LintOf({{"templates/a.yaml", "\r\n kind: A\r\n metadata: {name: a}\r\n"}}),
              ElementsAre("[WARNING] templates/a.yaml: document starts with an illegal indent: \" kind: A\", "
                          "which may cause parsing problems"));
  EXPECT_THAT(LintOf({{"templates/a.yaml", "kind: A\nmetadata: {name: a}\n---\n# c\n---\n---\n"}}),
              IsEmpty());
  EXPECT_THAT(LintOf({{"templates/a.yaml", "kind: Deployment\nmetadata: {name: a}\n"}}),
              ElementsAre("[ERROR] templates/a.yaml: a Deployment must contain matchLabels or "
                          "matchExpressions, and \"a\" does not"));
  EXPECT_THAT(
      LintOf({{"templates/a.yaml",
               "kind: List\nmetadata: {name: a}\nitems: [{metadata: {annotations: {helm.sh/resource-policy: "
               "keep}}}]\n"}}),
      ElementsAre(
          "[ERROR] templates/a.yaml: Annotation 'helm.sh/resource-policy' within List objects are ignored"));
  EXPECT_THAT(
      LintOf({{"templates/a.yaml", "kind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: B_}\n"}}),
      ElementsAre(HasSubstr("object name does not conform to Kubernetes naming requirements: \"B_\": "
                            "metadata.name: Invalid value: \"B_\": a lowercase RFC 1123 subdomain")));
  EXPECT_THAT(
      LintOf({{"templates/a.yaml", "kind: A\n--- x\n"}}),
      ElementsAre("[ERROR] templates/a.yaml: unable to parse YAML: invalid Yaml document separator: x"));
  EXPECT_THAT(LintOf({{"templates/a.yaml", "metadata: [1]\n"}}),
              ElementsAre(HasSubstr("cannot unmarshal array into Go struct field K8sYamlStruct.Metadata of "
                                    "type rules.k8sYamlMetadata")));
  EXPECT_THAT(LintOf({{"templates/c.tpl", "helm.sh/hook: crd-install {{/* .Release.Time */}}"}}),
              ElementsAre(HasSubstr("[WARNING] templates/c.tpl: manifest is a crd-install hook."),
                          HasSubstr("[ERROR] templates/c.tpl: .Release.Time has been removed in v3")));
}

TEST(Lint, RequiredAndFailDoNotStopIt) {
  EXPECT_THAT(
      LintOf({{"templates/a.yaml",
               "kind: A\nmetadata: {name: a}\nb: {{ required \"x\" .Values.no }}{{ fail \"y\" }}\n"}}),
      IsEmpty());
}

TEST(Lint, ANullOfTheUsersHasNoEffect) {
  FixedEnvironment environment;
  environment.is_lint = true;
  const std::vector<ChartFile> files = {{"Chart.yaml", kGoodChart},
                                        {"values.yaml", "a: {b: 1}\n"},
                                        {"templates/a.yaml", "x: {{ .Values.a.b }}\nmetadata: {name: a}\n"}};
  EXPECT_THAT(Lint(files, Value::MakeMap({{"a", Value()}}), {}, environment), IsEmpty());
}

TEST(Lint, LooksAtValuesAndDependencies) {
  EXPECT_THAT(LintOf({{"values.yaml", "x: 1\n"},
                      {"values.schema.json", R"({"properties":{"x":{"type":"string"}}})"}}),
              ElementsAre("[ERROR] values.yaml: - at '/x': got number, want string\n",
                          "[ERROR] templates/: values don't meet the specifications of the schema(s) in the "
                          "following chart(s):\n"
                          "top:\n- at '/x': got number, want string\n"));
  EXPECT_THAT(LintOf({{"charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"}}),
              ElementsAre("[ERROR] /top: chart metadata is missing these dependencies: kid"));
  EXPECT_THAT(LintOf({{"values.yaml", "a: ["}}),
              ElementsAre(HasSubstr("[ERROR] values.yaml: unable to parse YAML: "),
                          HasSubstr("[ERROR] templates/: cannot load values.yaml: "),
                          HasSubstr("[ERROR] : unable to load chart\n\tcannot load values.yaml: ")));
}

TEST(Deprecations, GoByVersion) {
  EXPECT_EQ(DeprecationOf("policy/v1beta1", "PodDisruptionBudget", 36),
            "policy/v1beta1 PodDisruptionBudget is deprecated in v1.21+, unavailable in v1.25+; use "
            "policy/v1 PodDisruptionBudget");
  EXPECT_EQ(DeprecationOf("policy/v1beta1", "PodDisruptionBudget", 20), "");
  EXPECT_EQ(DeprecationOf("extensions/v1beta1", "IngressList", 30),
            "extensions/v1beta1 IngressList is deprecated in v1.14+, unavailable in v1.22+; use "
            "networking.k8s.io/v1 IngressList");
  EXPECT_EQ(DeprecationOf("node.k8s.io/v1beta1", "RuntimeClass", 30),
            "node.k8s.io/v1beta1 RuntimeClass is deprecated in v1.22+, unavailable in v1.25+");
  EXPECT_EQ(DeprecationOf("apps/v1", "Deployment", 36), "");
}

TEST(ObjectNames, DependOnTheKind) {
  EXPECT_THAT(FaultsOfName("Pod", "a.b-c"), IsEmpty());
  EXPECT_EQ(FaultsOfName("Service", "1a").size(), 1u);
  EXPECT_THAT(FaultsOfName("Namespace", "a.b"), ElementsAre("must not contain dots"));
  EXPECT_THAT(FaultsOfName("Role", "system:a"), IsEmpty());
  EXPECT_THAT(FaultsOfName("ClusterRole", "a/b%"), ElementsAre("may not contain '/'", "may not contain '%'"));
  EXPECT_THAT(FaultsOfName("Role", ".."), ElementsAre("may not be '..'"));
  EXPECT_THAT(FaultsOfName("CertificateSigningRequest", "//"), IsEmpty());
  EXPECT_EQ(FaultsOfName("Pod", std::string(254, 'a')).size(), 1u);
}

}  // namespace
}  // namespace devstats::chart
