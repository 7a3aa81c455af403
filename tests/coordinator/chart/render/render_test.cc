#include "coordinator/chart/render/render.h"

#include <thread>

#include "coordinator/chart/data/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/render/test_chart.h"

namespace devstats::chart {
namespace {

using testing::RenderChart;
using testing::Text;

constexpr char kConfigMap[] = "kind: ConfigMap\nmetadata:\n  name: ";

TEST(Render, PutsDocumentsInOrderWithTheirSource) {
  EXPECT_EQ(Text({{"templates/b.yaml", "kind: Service\n---\nkind: Namespace\n"},
                  {"templates/a.yaml", "kind: Service\nx: {{ .Release.Name }}\n"}}),
            "---\n# Source: top/templates/b.yaml\nkind: Namespace\n"
            "---\n# Source: top/templates/a.yaml\nkind: Service\nx: rel\n"
            "---\n# Source: top/templates/b.yaml\nkind: Service\n");
}

TEST(Render, TellsHooksFromManifests) {
  const auto rendered = RenderChart(
      {{"templates/h.yaml",
        "kind: Job\nmetadata:\n  name: j\n  annotations:\n    helm.sh/hook: Post-Install, test-success\n"
        "    helm.sh/hook-weight: \"-5\"\n    helm.sh/hook-delete-policy: Hook-Succeeded , x\n"
        "---\nkind: Pod\nmetadata:\n  annotations:\n    helm.sh/hook: no-such\n"
        "---\nkind: Pod\nmetadata:\n  annotations:\n    other: x\n"}});
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  ASSERT_EQ(rendered->hooks.size(), 1u);
  const Hook& hook = rendered->hooks[0];
  EXPECT_THAT(hook.events, ::testing::ElementsAre("post-install", "test"));
  EXPECT_TRUE(hook.IsTest());
  EXPECT_EQ(hook.weight, -5);
  EXPECT_THAT(hook.delete_policies, ::testing::ElementsAre("hook-succeeded", "x"));
  EXPECT_EQ(hook.manifest.name, "j");
  EXPECT_EQ(rendered->manifests.size(), 1u);
}

TEST(Render, KeepsNotesOutOfTheManifests) {
  std::map<std::string, std::string> files = {
      {"templates/NOTES.txt", "hello {{ .Release.Name }}"},
      {"templates/deep/myNOTES.txt", "not shown"},
      {"charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"},
      {"charts/kid/templates/NOTES.txt", "kid"}};
  auto rendered = RenderChart(files);
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  EXPECT_EQ(rendered->notes, "hello rel");
  EXPECT_TRUE(rendered->manifests.empty());
  RenderOptions options = testing::Options();
  options.sub_notes = true;
  rendered = RenderChart(files, Value::MakeMap(), options);
  EXPECT_THAT(rendered->notes, ::testing::HasSubstr("kid\n"));
}

TEST(Render, CrdsAreAsTheyAre) {
  const auto rendered = RenderChart(
      {{"crds/c.yaml", "kind: {{ no }}\n"}, {"crds/x.txt", "x"}, {"templates/a.yaml", "kind: A\n"}});
  ASSERT_TRUE(rendered.ok()) << rendered.status();
  EXPECT_EQ(
      rendered->ManifestText(true),
      "---\n# Source: top/crds/c.yaml\nkind: {{ no }}\n\n---\n# Source: top/templates/a.yaml\nkind: A\n");
}

TEST(Render, TellsWhereAnErrorIs) {
  const std::pair<const char*, const char*> kCases[] = {
      {"{{ fail \"my: words\" }}", "error: execution error at (top/templates/t.yaml:1:3): my: words"},
      {"{{ required \"r\" .Values.no }}", "error: execution error at (top/templates/t.yaml:1:3): r"},
      {"x\n{{ nofunc }}", "error: parse error at (top/templates/t.yaml:2): function \"nofunc\" not defined"},
      {"{{ .Values.a.b }}",
       "error: template: top/templates/t.yaml:1:10: executing \"top/templates/t.yaml\" at <.Values.a.b>: nil "
       "pointer evaluating interface {}.b"},
      {"a: [",
       "error: YAML parse error on top/templates/t.yaml: error converting YAML to JSON: yaml: line 1: did "
       "not "
       "find expected node content"}};
  for (const auto& [text, error] : kCases) EXPECT_EQ(Text({{"templates/t.yaml", text}}), error);
}

TEST(Render, KnowsErrorsOfTemplatesFromOthers) {
  EXPECT_TRUE(FailedInTemplates(RenderChart({{"templates/t.yaml", "{{ fail \"x\" }}"}}).status()));
  EXPECT_TRUE(FailedInTemplates(
      RenderChart({{"Chart.yaml", "name: top\nversion: 1.0.0\nkubeVersion: <1.0.0\n"}}).status()));
  EXPECT_FALSE(FailedInTemplates(RenderChart({{"values.schema.json", R"({"required":["a"]})"}}).status()));
}

TEST(Render, ChecksKubeVersion) {
  RenderOptions options = testing::Options();
  ASSERT_TRUE(SetKubeVersion("1.29.3", options.capabilities).ok());
  const auto text = [&](const std::string& range) {
    return Text({{"Chart.yaml", "name: top\nversion: 1.0.0\nkubeVersion: '" + range + "'\n"}},
                Value::MakeMap(), options);
  };
  EXPECT_EQ(text(">=1.29.0"), "");
  EXPECT_EQ(text(">=1.30.0"),
            "error: chart requires kubeVersion: >=1.30.0 which is incompatible with Kubernetes v1.29.3");
}

TEST(Render, ChecksSchemasOfAllCharts) {
  const std::string schema = R"({"properties":{"a":{"type":"string"}}})";
  std::map<std::string, std::string> files = {
      {"values.schema.json", schema},
      {"values.yaml", "a: 1\nkid: {a: 2}\n"},
      {"charts/kid/Chart.yaml", "apiVersion: v2\nname: kid\nversion: 1.0.0\n"},
      {"charts/kid/values.schema.json", schema}};
  EXPECT_EQ(Text(files),
            "error: values don't meet the specifications of the schema(s) in the following chart(s):\n"
            "top:\n- at '/a': got number, want string\nkid:\n- at '/a': got number, want string\n");
  RenderOptions options = testing::Options();
  options.skip_schema = true;
  EXPECT_EQ(Text(files, Value::MakeMap(), options), "");
}

TEST(Render, RemovesNoValueFromWhatIsPrinted) {
  EXPECT_EQ(testing::One("a{{ .Values.x }}b<no value>c{{ len (include \"i\" .) }}{{ define \"i\" }}{{ "
                         ".Values.x }}{{ end }}"),
            "abc10");
}

TEST(Render, LibrariesOnlyLend) {
  EXPECT_EQ(Text({{"charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n"},
                  {"charts/lib/templates/_l.tpl", "{{ define \"l\" }}kind: {{ .Chart.Name }}{{ end }}"},
                  {"charts/lib/templates/real.yaml", "kind: Hidden\n"},
                  {"templates/t.yaml", "{{ include \"l\" . }}"}}),
            "---\n# Source: top/templates/t.yaml\nkind: top\n");
}

TEST(Render, DeepRecursionIsAnErrorOfHelms) {
  EXPECT_THAT(
      testing::One("{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}"),
      ::testing::HasSubstr("rendering template has a nested reference name: r: unable to execute template"));
}

TEST(Render, WhatATemplateSetsTheNextOneSees) {
  EXPECT_EQ(Text({{"templates/z.yaml", "{{ $_ := set .Values \"seen\" \"yes\" }}kind: Z\n"},
                  {"templates/a.yaml", "kind: {{ .Values.seen }}\n"}}),
            "---\n# Source: top/templates/z.yaml\nkind: Z\n---\n# Source: top/templates/a.yaml\nkind: yes\n");
}

TEST(Render, RunsInManyThreads) {
  const auto chart = testing::MakeChart(
      {{"values.yaml", "a: {b: 1}\n"},
       {"f.txt", "file"},
       {"templates/t.yaml",
        "{{ $_ := set .Values.a \"c\" 1 }}kind: {{ .Files.Get \"f.txt\" }}{{ len .Values.a }}\n"}});
  std::vector<std::thread> threads;
  std::vector<std::string> texts(8);
  for (std::string& text : texts)
    threads.emplace_back([&chart, &text] {
      const auto rendered = Render(chart, Value::MakeMap(), testing::Options(), FixedEnvironment());
      if (rendered.ok()) text = rendered->ManifestText();
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : texts) EXPECT_EQ(text, "---\n# Source: top/templates/t.yaml\nkind: file2\n");
}

TEST(Render, UserValuesStayTheUsers) {
  const Value values = *ReadJson(R"({"a":{"b":1},"gone":null})", Limits());
  EXPECT_EQ(
      Text({{"values.yaml", "a: {c: 2}\ngone: 1\n"},
            {"templates/t.yaml", "kind: {{ toJson .Values | b64enc }}\n{{ $_ := set .Values.a \"x\" 1 }}"}},
           values),
      "---\n# Source: top/templates/t.yaml\nkind: eyJhIjp7ImIiOjEsImMiOjJ9fQ==\n");
  EXPECT_EQ(*WriteJson(values), R"({"a":{"b":1},"gone":null})");
}

TEST(Render, MetadataOfADocumentMayBeMissing) {
  EXPECT_EQ(Text({{"templates/a.yaml", kConfigMap + std::string("5\n---\n# only a comment\n")}}),
            "---\n# Source: top/templates/a.yaml\nkind: ConfigMap\nmetadata:\n  name: 5\n"
            "---\n# Source: top/templates/a.yaml\n# only a comment\n");
}

}  // namespace
}  // namespace devstats::chart
