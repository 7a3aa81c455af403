#include "coordinator/release/objects/objects.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ReleaseName kStore{"store", "shop"};

std::string RefText(const ReleaseObject& object) {
  return absl::StrCat(object.ref.Text(), object.path.empty() ? "" : " of ", object.path,
                      object.keep ? " (keep)" : "");
}

class ObjectsTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<ReleaseObject>> Read(absl::string_view manifest, ObjectsOptions options = {},
                                                  const std::vector<ReleaseObject>& crds = {}) {
    return ObjectsOf(manifest, kStore, kube_, options, crds);
  }
  std::vector<std::string> Refs(absl::string_view manifest) {
    const auto objects = Read(manifest);
    EXPECT_TRUE(objects.ok()) << objects.status();
    std::vector<std::string> out;
    for (const ReleaseObject& object : objects.ok() ? *objects : std::vector<ReleaseObject>()) {
      out.push_back(RefText(object));
    }
    return out;
  }
  Json One(absl::string_view manifest) {
    const auto objects = Read(manifest, {.own = false});
    EXPECT_TRUE(objects.ok()) << objects.status();
    return objects.ok() && objects->size() == 1 ? (*objects)[0].object : Json();
  }
  kube::FakeKube kube_;
};

TEST_F(ObjectsTest, AreTheDocumentsInTheirNamespaces) {
  EXPECT_THAT(Refs(R"(---
# Source: shop/templates/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}
---
# Source: shop/templates/comment.yaml
# nothing here
---
# Source: shop/templates/b.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: other}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: s}}
- apiVersion: v1
  kind: ConfigMapList
  items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r, namespace: ignored}
)"),
              ElementsAre("ConfigMap shop/a of shop/templates/a.yaml (keep)",
                          "ConfigMap other/a of shop/templates/b.yaml", "Service shop/s", "ConfigMap shop/c",
                          "ClusterRole r"));
}

TEST_F(ObjectsTest, BearTheMarksOfTheirOwner) {
  const auto owned =
      Read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: , annotations: {x: z}}}");
  ASSERT_TRUE(owned.ok()) << owned.status();
  EXPECT_EQ((*owned)[0].object["metadata"], (Json{{"name", "a"},
                                                  {"namespace", "shop"},
                                                  {"labels", {{"app.kubernetes.io/managed-by", "Helm"}}},
                                                  {"annotations",
                                                   {{"x", "z"},
                                                    {"meta.helm.sh/release-name", "store"},
                                                    {"meta.helm.sh/release-namespace", "shop"}}}}));
  EXPECT_TRUE(CheckOwnership((*owned)[0].object, kStore).ok());
  EXPECT_EQ(One("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}")["metadata"],
            (Json{{"name", "a"}, {"namespace", "shop"}}));
}

TEST_F(ObjectsTest, HaveNumbersAsHelmSendsThem) {
  EXPECT_EQ(One(R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
x: [1, 1.0, 1.5, 1e3, 9007199254740993, -3, 0x10, 010, 18446744073709551615, "1", yes, 2001-01-01, ~]
)")["x"],
            Json::array({1, 1, 1.5, 1000, 9007199254740993, -3, 16, 8, 18446744073709551615u, "1", true,
                         "2001-01-01", nullptr}));
}

TEST_F(ObjectsTest, AreWrittenAsAnApplyWantsThem) {
  EXPECT_EQ(
      One("{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {a: eA==}, stringData: {a: b, c: d}}"),
      (Json{{"apiVersion", "v1"},
            {"kind", "Secret"},
            {"metadata", {{"name", "a"}, {"namespace", "shop"}}},
            {"data", {{"a", "Yg=="}, {"c", "ZA=="}}}}));
  EXPECT_EQ(One("{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 1}, {port: 1, "
                "protocol: UDP}], clusterIP: }}")["spec"],
            (Json{{"ports",
                   Json::array({{{"port", 1}, {"protocol", "TCP"}}, {{"port", 1}, {"protocol", "UDP"}}})}}));
  const Json job = One(R"(
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec:
  jobTemplate: {spec: {template: {spec: {containers: [{name: c, env: [{name: A, value: "1"}, {name: B, value: "2"}, {name: A, value: "3"}]}]}}}}
)");
  EXPECT_EQ(job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"],
            Json::array({{{"name", "B"}, {"value", "2"}}, {{"name", "A"}, {"value", "3"}}}));
}

constexpr char kPools[] = R"(
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Pool, plural: pools}
  versions: [{name: v1, served: true}, {name: v0, served: false}]
)";
constexpr char kPool[] =
    "\n---\n{apiVersion: example.org/v1, kind: Pool, metadata: {name: p}, spec: {size: }}";

TEST_F(ObjectsTest, KnowKindsThatComeWithThem) {
  EXPECT_THAT(Refs(absl::StrCat(kPools, kPool)),
              ElementsAre("CustomResourceDefinition pools.example.org", "Pool shop/p"));
  const auto crds = Read(kPools);
  const auto with = Read(kPool, {}, *crds);
  ASSERT_TRUE(with.ok()) << with.status();
  EXPECT_EQ((*with)[0].ref.namespace_, "shop");
  EXPECT_EQ((*with)[0].object["spec"], (Json{{"size", nullptr}}));  // its schema says what null is
}

TEST_F(ObjectsTest, OfUnknownKindsAreRefusedOrToldOf) {
  const std::string manifest =
      "# Source: shop/templates/p.yaml\n{apiVersion: example.org/v1, kind: Pool, metadata: {name: p}}";
  const auto refused = Read(manifest);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("shop/templates/p.yaml: document 1: Pool p: no matches for kind \"Pool\" in version "
                        "\"example.org/v1\""));
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("CustomResourceDefinition"));
  const auto old = Read("{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: i}}");
  EXPECT_THAT(HintOf(old.status()), HasSubstr("this server has the kind in networking.k8s.io/v1 only"));
  std::vector<std::string> vanished;
  EXPECT_THAT(*Read(manifest, {.vanished = &vanished}), ElementsAre());
  EXPECT_THAT(vanished, ElementsAre("Pool p (example.org/v1)"));
}

TEST_F(ObjectsTest, ThatAreNoneNameTheirPlace) {
  const struct {
    std::string manifest, why;
  } cases[] = {
      {"# Source: s/templates/a.yaml\na: 1", "s/templates/a.yaml: document 1: not an object of Kubernetes"},
      {"a: b\n---\n", "manifest: document 1: not an object"},
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n# Source: s/templates/b.yaml\na: b: c",
       "s/templates/b.yaml: document 2: error converting YAML to JSON: yaml: line 2"},
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, x: .inf}", "document 1"},
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: text}}", "metadata.labels is no map"},
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n---\n{apiVersion: v1, kind: ConfigMap, "
       "metadata: "
       "{name: a, namespace: shop}}",
       "document 2: ConfigMap shop/a is there a second time, after manifest: document 1"},
  };
  for (const auto& c : cases) {
    const auto objects = Read(c.manifest);
    EXPECT_TRUE(absl::IsInvalidArgument(objects.status())) << objects.status();
    EXPECT_THAT(std::string(objects.status().message()), HasSubstr(c.why));
  }
}

TEST_F(ObjectsTest, OwnershipIsToldInHelmsWords) {
  const Json marked = (*Read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"))[0].object;
  const struct {
    Json live;
    std::string why;
  } cases[] = {
      {{{"metadata", {{"name", "a"}}}},
       "invalid ownership metadata; label validation error: missing key \"app.kubernetes.io/managed-by\": "
       "must be "
       "set to \"Helm\"; annotation validation error: missing key \"meta.helm.sh/release-name\": must be set "
       "to "
       "\"gone\"; annotation validation error: missing key \"meta.helm.sh/release-namespace\": must be set "
       "to "
       "\"away\""},
      {marked,
       "invalid ownership metadata; annotation validation error: key \"meta.helm.sh/release-name\" must "
       "equal "
       "\"gone\": current value is \"store\"; annotation validation error: key "
       "\"meta.helm.sh/release-namespace\" "
       "must equal \"away\": current value is \"shop\""},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckOwnership(c.live, {"gone", "away"});
    EXPECT_TRUE(absl::IsFailedPrecondition(status));
    EXPECT_EQ(status.message(), c.why);
  }
}

TEST(KeyOf, IsTheSameInAllVersionsOfAGroup) {
  EXPECT_EQ(KeyOf({"apps/v1", "Deployment", "shop", "web"}), "apps|Deployment|shop|web");
  EXPECT_EQ(KeyOf({"apps/v1beta2", "Deployment", "shop", "web"}), "apps|Deployment|shop|web");
  EXPECT_EQ(KeyOf({"v1", "Node", "", "n"}), "|Node||n");
}

}  // namespace
}  // namespace devstats::release
