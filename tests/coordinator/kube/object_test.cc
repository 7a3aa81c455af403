#include "coordinator/kube/object.h"

namespace devstats::kube {
namespace {

using ::testing::HasSubstr;

Json Parsed(const std::string& text) {
  const auto node = ParseYaml(text, "t");
  const auto json = ToJson(*node);
  return json.ok() ? *json : Json("error: " + std::string(json.status().message()));
}

TEST(Object, TypesPlainScalarsAsKubectlDoes) {
  for (const char* yes : {"true", "True", "yes", "on", "y"}) EXPECT_EQ(Parsed(yes), Json(true)) << yes;
  for (const char* no : {"false", "FALSE", "no", "off", "N"}) EXPECT_EQ(Parsed(no), Json(false)) << no;
  for (const char* none : {"", "~", "null", "NULL"}) EXPECT_EQ(Parsed(none), Json()) << none;
  EXPECT_EQ(Parsed("42"), Json(42));
  EXPECT_EQ(Parsed("-1_000"), Json(-1000));
  EXPECT_EQ(Parsed("0644"), Json(420));
  EXPECT_EQ(Parsed("0o17"), Json(15));
  EXPECT_EQ(Parsed("0x1F"), Json(31));
  EXPECT_EQ(Parsed("0"), Json(0));
  EXPECT_EQ(Parsed("1.5"), Json(1.5));
  EXPECT_EQ(Parsed("1e3"), Json(1000.0));
  for (const char* text :
       {"1.2.3", "10Gi", "100m", "2001-01-01", "10.244.0.0/16", "0.0.0.0:80", "089x", "-a", "."}) {
    EXPECT_EQ(Parsed(text), Json(text));
  }
}

TEST(Object, QuotedScalarsStayText) {
  EXPECT_EQ(Parsed("'true'"), Json("true"));
  EXPECT_EQ(Parsed("\"1\""), Json("1"));
  EXPECT_EQ(Parsed("!!str 1"), Json("1"));
  EXPECT_EQ(Parsed("a: |\n  1\n"), (Json{{"a", "1\n"}}));
  EXPECT_THAT(Parsed(".nan").get<std::string>(), HasSubstr("no place in JSON"));
}

TEST(Object, ReadsAManifest) {
  const auto objects = ParseManifest(
      "# comment only\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\n---\n"
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b, "
      "namespace: a}}\n",
      "m.yaml");
  ASSERT_TRUE(objects.ok()) << objects.status();
  ASSERT_EQ(objects->size(), 2u);
  EXPECT_EQ(RefOf((*objects)[0])->Text(), "Namespace a");
  EXPECT_EQ(RefOf((*objects)[1])->Text(), "ConfigMap a/b");
}

TEST(Object, SaysWhereAManifestIsWrong) {
  const auto no_kind =
      ParseManifest("apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\nfoo: bar\n", "m.yaml");
  EXPECT_THAT(std::string(no_kind.status().message()), HasSubstr("m.yaml:5:1: not an object of Kubernetes"));
  EXPECT_TRUE(absl::IsInvalidArgument(ParseManifest("- a\n", "m.yaml").status()));
  EXPECT_THAT(std::string(RefOf({{"apiVersion", "v1"}, {"kind", "A"}}).status().message()),
              HasSubstr("metadata.name"));
  EXPECT_TRUE(absl::IsInvalidArgument(RefOf(Json("text")).status()));
}

TEST(Object, PathsNeverFail) {
  const Json object{{"a", {{"b", "c"}}}, {"n", 1}};
  EXPECT_EQ(TextAt(object, {"a", "b"}), "c");
  EXPECT_EQ(TextAt(object, {"a", "b", "c"}), "");
  EXPECT_EQ(TextAt(object, {"n"}), "");
  EXPECT_TRUE(At(Json(), {"a"}).is_null());
  const Json node{{"status", {{"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}}}};
  EXPECT_EQ(ConditionOf(node, "Ready"), "True");
  EXPECT_EQ(ConditionOf(node, "Other"), "");
}

}  // namespace
}  // namespace devstats::kube
