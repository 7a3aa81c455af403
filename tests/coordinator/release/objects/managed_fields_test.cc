#include "coordinator/release/objects/managed_fields.h"

#include "coordinator/kube/object.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

using ::testing::HasSubstr;

Json ParsedJson(const char* text) {
  auto json = ParseJson(text);
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json();
}

// As Helm's create and then `kubectl patch` leave it on a 1.20.2 server, shortened.
Json HelmsDeployment() {
  return ParsedJson(R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop", "resourceVersion": "7", "labels": {"a": "1", "b": "2"},
      "managedFields": [
        {"manager": "helm", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
         "time": "2026-11-28T08:48:20Z", "fieldsV1": {
           "f:metadata": {"f:labels": {".": {}, "f:a": {}, "f:b": {}}},
           "f:spec": {"f:replicas": {}, "f:selector": {}, "f:strategy": {"f:type": {}, "f:rollingUpdate": {".": {}, "f:maxSurge": {}}},
             "f:template": {"f:spec": {
             "f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {}, "f:imagePullPolicy": {},
               "f:ports": {".": {}, "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}, "f:protocol": {}}},
               "f:env": {".": {}, "k:{\"name\":\"A\"}": {".": {}, "f:name": {}, "f:value": {}}}}},
             "f:volumes": {".": {}, "k:{\"name\":\"t\"}": {".": {}, "f:emptyDir": {}, "f:name": {}}}}}}}},
        {"manager": "kubectl-patch", "operation": "Update", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
         "time": "2026-11-28T08:48:21Z", "fieldsV1": {"f:spec": {"f:paused": {}}}},
        {"manager": "kubectl", "operation": "Update", "subresource": "scale", "apiVersion": "apps/v1",
         "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:replicas": {}}}}]},
    "spec": {"replicas": 4, "paused": true, "selector": {"matchLabels": {"app": "web"}},
      "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}},
      "template": {"spec": {"containers": [{"name": "web", "image": "web:1", "imagePullPolicy": "IfNotPresent",
        "ports": [{"containerPort": 80, "protocol": "TCP"}], "env": [{"name": "A", "value": "b"}]}],
        "volumes": [{"name": "t", "emptyDir": {}}]}}}})");
}
// What Helm had sent.
Json HelmsManifest() {
  return ParsedJson(R"({
    "apiVersion": "apps/v1", "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop", "labels": {"a": "1", "b": "2"}},
    "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {"spec": {"containers": [{"name": "web",
      "image": "web:1", "ports": [{"containerPort": 80}], "env": [{"name": "A", "value": "b"}]}],
      "volumes": [{"name": "t", "emptyDir": {}}]}}}})");
}
Json EntriesAfter(const Json& patch) { return patch[0]["value"]; }

TEST(TakeOverPatch, MakesOursWhatHelmsManifestNames) {
  const auto patch = TakeOverPatch(HelmsDeployment(), HelmsManifest(), HelmsManifest());
  ASSERT_TRUE(patch.has_value());
  EXPECT_EQ((*patch)[1], (Json{{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", "7"}}));
  const Json entries = EntriesAfter(*patch);
  ASSERT_EQ(entries.size(), 3u);  // the other managers' stay
  EXPECT_EQ(entries[1], HelmsDeployment()["metadata"]["managedFields"][1]);
  EXPECT_EQ(entries[2], HelmsDeployment()["metadata"]["managedFields"][2]);
  EXPECT_EQ(entries[0]["manager"], "devstats");
  EXPECT_EQ(entries[0]["operation"], "Apply");
  // Without replicas, imagePullPolicy and strategy, which the server had filled in, and the empty map that
  // an apply of 1.20 does not count.
  EXPECT_EQ(entries[0]["fieldsV1"], ParsedJson(R"({
    "f:metadata": {"f:labels": {".": {}, "f:a": {}, "f:b": {}}},
    "f:spec": {"f:selector": {}, "f:template": {"f:spec": {
      "f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {},
        "f:ports": {".": {}, "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
        "f:env": {".": {}, "k:{\"name\":\"A\"}": {".": {}, "f:name": {}, "f:value": {}}}}},
      "f:volumes": {".": {}, "k:{\"name\":\"t\"}": {".": {}, "f:name": {}}}}}}})"));
}

TEST(TakeOverPatch, KeepsOursAndTakesWhatTheNewManifestLacks) {
  Json live = HelmsDeployment();
  live["metadata"]["managedFields"].push_back(ParsedJson(
      R"({"manager": "devstats", "operation": "Apply", "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
          "fieldsV1": {"f:metadata": {"f:annotations": {"f:x": {}}}}})"));
  Json wanted = HelmsManifest();
  wanted["metadata"]["labels"].erase("b");
  wanted["spec"]["template"]["spec"]["volumes"][0] = {{"name", "t"}, {"configMap", {{"name", "c"}}}};
  const auto patch = TakeOverPatch(live, HelmsManifest(), wanted);
  ASSERT_TRUE(patch.has_value());
  const Json entries = EntriesAfter(*patch);
  ASSERT_EQ(entries.size(), 3u);
  const Json& ours = entries[0]["fieldsV1"];
  EXPECT_EQ(ours["f:metadata"],
            ParsedJson(R"({"f:annotations": {"f:x": {}}, "f:labels": {".": {}, "f:a": {}, "f:b": {}}})"));
  EXPECT_EQ(ours["f:spec"]["f:template"]["f:spec"]["f:volumes"]["k:{\"name\":\"t\"}"],
            ParsedJson(R"({".": {}, "f:name": {}, "f:emptyDir": {}})"));
  const Json left = WithoutTakenOver(live, *patch, wanted);
  EXPECT_EQ(left["metadata"]["labels"], (Json{{"a", "1"}}));
  EXPECT_EQ(left["spec"]["template"]["spec"]["volumes"], Json::array({{{"name", "t"}}}));
  EXPECT_EQ(left["spec"]["replicas"], 4);
  EXPECT_EQ(left["spec"]["template"]["spec"]["containers"], live["spec"]["template"]["spec"]["containers"]);
}

TEST(TakeOverPatch, LeavesSharedFieldsToTheOtherManager) {
  Json live = HelmsDeployment();
  live["metadata"]["managedFields"][1]["fieldsV1"] =
      ParsedJson(R"({"f:metadata": {"f:labels": {"f:b": {}}}})");
  Json wanted = HelmsManifest();
  wanted["metadata"].erase("labels");
  const auto patch = TakeOverPatch(live, HelmsManifest(), wanted);
  ASSERT_TRUE(patch.has_value());
  EXPECT_EQ(WithoutTakenOver(live, *patch, wanted)["metadata"]["labels"], (Json{{"b", "2"}}));
}

TEST(TakeOverPatch, ReadsWhatKubectlHadApplied) {
  Json live = ParsedJson(
      R"({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "1", "b": "2", "c": "3"}, "metadata": {
    "name": "c", "resourceVersion": "3",
    "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"a\":\"1\",\"b\":\"2\"}}"},
    "managedFields": [{"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "v1",
      "fieldsV1": {"f:data": {".": {}, "f:a": {}, "f:b": {}, "f:c": {}}, "f:metadata": {"f:annotations": {".": {},
      "f:kubectl.kubernetes.io/last-applied-configuration": {}}}}}]}})");
  const Json wanted = ParsedJson(R"({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "1"}})");
  const auto patch = TakeOverPatch(live, Json(), wanted);
  ASSERT_TRUE(patch.has_value());
  EXPECT_EQ(EntriesAfter(*patch)[0]["fieldsV1"],
            ParsedJson(R"({"f:data": {".": {}, "f:a": {}, "f:b": {}}})"));
  ASSERT_EQ(patch->size(), 3u);
  const Json done = live.patch(*patch);
  EXPECT_EQ(done["metadata"]["annotations"], Json::object());
  // Made by kubectl create: what the chart does not name stays.
  live["metadata"].erase("annotations");
  live["metadata"]["managedFields"][0]["manager"] = "kubectl-create";
  EXPECT_EQ(EntriesAfter(*TakeOverPatch(live, Json(), wanted))[0]["fieldsV1"],
            ParsedJson(R"({"f:data": {".": {}, "f:a": {}}})"));
}

TEST(TakeOverPatch, KnowsHelmUnderOtherNames) {
  Json live = HelmsDeployment();
  Json& entry = live["metadata"]["managedFields"][0];
  entry["manager"] = "terraform-provider-helm";
  EXPECT_FALSE(TakeOverPatch(live, HelmsManifest(), HelmsManifest()).has_value());
  entry["fieldsV1"]["f:metadata"]["f:annotations"]["f:meta.helm.sh/release-name"] = Json::object();
  EXPECT_TRUE(TakeOverPatch(live, HelmsManifest(), HelmsManifest()).has_value());
  EXPECT_TRUE(IsTakenOver(live, "terraform-provider-helm"));
  EXPECT_FALSE(IsTakenOver(live, "kubectl-patch"));
  EXPECT_FALSE(IsTakenOver(live, "kubectl"));  // of a subresource only
  EXPECT_TRUE(IsTakenOver(live, "before-first-apply"));
}

// Ours by apply, as a 1.20.2 server has it.
Json OurDeployment() {
  Json live = HelmsDeployment();
  live["metadata"]["managedFields"] = ParsedJson(R"([
    {"manager": "kubectl-patch", "operation": "Update", "apiVersion": "apps/v1", "fieldsV1": {"f:spec": {"f:paused": {}}}},
    {"manager": "devstats", "operation": "Apply", "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": {
      "f:metadata": {"f:labels": {"f:a": {}, "f:b": {}}},
      "f:spec": {"f:selector": {}, "f:template": {"f:spec": {
        "f:containers": {"k:{\"name\":\"web\"}": {".": {}, "f:name": {}, "f:image": {},
          "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}},
          "f:env": {"k:{\"name\":\"A\"}": {".": {}, "f:name": {}, "f:value": {}}}}},
        "f:volumes": {"k:{\"name\":\"t\"}": {".": {}, "f:name": {}}}}}}}}])");
  return live;
}

TEST(IsApplied, ComparesEachFieldWithItsOwnerAndValue) {
  EXPECT_TRUE(IsApplied(OurDeployment(), HelmsManifest()));
  EXPECT_FALSE(IsApplied(HelmsDeployment(), HelmsManifest()));
  EXPECT_FALSE(TakeOverPatch(OurDeployment(), HelmsManifest(), HelmsManifest()).has_value());
  const struct {
    const char *what, *pointer, *value;
  } wanted[] = {
      {"another value", "/spec/template/spec/containers/0/image", "\"web:2\""},
      {"a new field", "/spec/replicas", "4"},
      {"a new item", "/spec/template/spec/containers/0/env/1", "{\"name\": \"B\", \"value\": \"c\"}"},
      {"within one value", "/spec/selector/matchLabels/x", "\"y\""},
      {"another version", "/apiVersion", "\"apps/v1beta1\""},
      {"a new map", "/metadata/annotations", "{\"x\": \"y\"}"},
      {"another empty part", "/spec/template/spec/volumes/0/hostPath", "{}"},
  };
  for (const auto& c : wanted) {
    Json changed = HelmsManifest();
    changed[Json::json_pointer(c.pointer)] = ParsedJson(c.value);
    EXPECT_FALSE(IsApplied(OurDeployment(), changed)) << c.what;
  }
  for (const char* pointer : {"/metadata/labels/a", "/spec/template/spec/containers/0/ports",
                              "/spec/template/spec/containers/0/env/0/value", "/metadata/labels"}) {
    Json less = HelmsManifest();
    const Json::json_pointer path(pointer);
    less[path.parent_pointer()].erase(path.back());
    EXPECT_FALSE(IsApplied(OurDeployment(), less)) << pointer;
  }
  Json drifted = OurDeployment();
  drifted["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = "theirs";
  EXPECT_FALSE(IsApplied(drifted, HelmsManifest()));
  Json theirs = OurDeployment();  // what others set beside ours is not our matter
  theirs["metadata"]["labels"]["c"] = "3";
  EXPECT_TRUE(IsApplied(theirs, HelmsManifest()));
}

TEST(IsApplied, KnowsWhatTheServerWritesOtherwise) {
  const Json live = ParsedJson(
      R"({"apiVersion": "v1", "kind": "X", "metadata": {"name": "x", "managedFields": [{"manager": "devstats",
    "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:cpu": {}, "f:empty": {}, "f:off": {}, "f:one": {}}}]},
    "cpu": "1", "one": "1"})");
  Json wanted = ParsedJson(
      R"({"apiVersion": "v1", "kind": "X", "metadata": {"name": "x"}, "cpu": "1000m", "empty": "", "off": false, "one": 1})");
  EXPECT_TRUE(IsApplied(live, wanted));
  wanted["cpu"] = "1001m";
  EXPECT_FALSE(IsApplied(live, wanted));
  wanted["cpu"] = "1";
  wanted["off"] = true;
  EXPECT_FALSE(IsApplied(live, wanted));
  wanted["off"] = false;
  wanted["not ours"] = "";
  EXPECT_FALSE(IsApplied(live, wanted));
}

TEST(IsApplied, WantsItemsInTheirOrder) {
  Json live = ParsedJson(
      R"({"apiVersion": "v1", "kind": "X", "metadata": {"name": "x", "managedFields": [{"manager": "devstats",
    "operation": "Apply", "apiVersion": "v1", "fieldsV1": {"f:list": {"k:{\"n\":1}": {".": {}, "f:n": {}},
    "k:{\"n\":2}": {".": {}, "f:n": {}}}, "f:set": {"v:\"a\"": {}, "v:\"b\"": {}}}}]},
    "list": [{"n": 1}, {"n": 3}, {"n": 2}], "set": ["a", "b"]})");
  Json wanted = ParsedJson(
      R"({"apiVersion": "v1", "kind": "X", "metadata": {"name": "x"}, "list": [{"n": 1}, {"n": 2}], "set": ["a", "b"]})");
  EXPECT_TRUE(IsApplied(live, wanted));
  wanted["set"] = {"b", "a"};
  EXPECT_FALSE(IsApplied(live, wanted));
  wanted["set"] = {"a", "a"};
  EXPECT_FALSE(IsApplied(live, wanted));
  wanted["set"] = {"a", "b"};
  wanted["list"] = ParsedJson(R"([{"n": 2}, {"n": 1}])");
  EXPECT_FALSE(IsApplied(live, wanted));
}

TEST(FieldPaths, FindAndErase) {
  const Json object = ParsedJson(R"({"metadata": {"labels": {"a": "0", "a.b/c": "1", "a.b": {"x": 2}}},
    "spec": {"ports": [{"port": 80, "protocol": "UDP", "n": 1}, {"port": 80, "protocol": "TCP", "n": 2}],
    "set": ["x]", "y"], "list": [[1], [2]], "named": [{"name": "q\"]", "v": 3}]}})");
  const struct {
    const char *path, *value;
  } cases[] = {
      {".metadata.labels.a.b/c", "\"1\""},
      {".metadata.labels.a.b.x", "2"},
      {".metadata.labels.a", "\"0\""},
      {".spec.ports[port=80,protocol=\"TCP\"].n", "2"},
      {".spec.ports[port=80,protocol=\"TCP\"]", "{\"n\":2,\"port\":80,\"protocol\":\"TCP\"}"},
      {".spec.set[=\"x]\"]", "\"x]\""},
      {".spec.list[1]", "[2]"},
      {".spec.named[name=\"q\\\"]\"].v", "3"},
  };
  for (const auto& c : cases) {
    const Json* found = FindField(c.path, object);
    ASSERT_NE(found, nullptr) << c.path;
    EXPECT_EQ(found->dump(), c.value);
    Json less = object;
    EXPECT_TRUE(EraseField(c.path, &less).ok()) << c.path;
    EXPECT_NE(less, object);
  }
  for (const char* none : {".spec.none", ".spec.ports[port=81].n", ".spec.set[", ".spec.list[7]", "spec", ".",
                           "", "[", ".spec.ports[port=80", ".spec.list[1]x", ".spec.named[name=\"q"}) {
    Json same = object;
    EXPECT_TRUE(absl::IsNotFound(EraseField(none, &same))) << none;
    EXPECT_EQ(same, object);
  }
  Json less = object;
  ASSERT_TRUE(EraseField(".spec.ports[port=80,protocol=\"UDP\"].n", &less).ok());
  EXPECT_EQ(less["spec"]["ports"][0], (Json{{"port", 80}, {"protocol", "UDP"}}));
}

}  // namespace
}  // namespace devstats::release
