// Objects of releases on a real API server: its defaults and refusals are what a fake may get wrong.
#include "absl/strings/str_replace.h"
#include "tests/integration/release/real_objects.h"

namespace devstats::release {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(RealObjects, OurOwnAreSettledAtOnce) {
  const absl::Status done = Run(Wanted(kWeb));
  ASSERT_TRUE(done.ok()) << done;
  ExpectSettled(kWeb);
  Json service = Live("v1", "Service", "web");
  EXPECT_EQ(service["spec"]["ports"].size(), 2u);
  EXPECT_EQ(Live("v1", "Secret", "keys")["data"], (Json{{"a", "Yg=="}, {"c", "ZA=="}}));
}

// What Helm sets goes in take_over_test.cc; nor may it stay when all is ours already.
TEST_F(RealObjects, OfOursLoseWhatTheNextManifestLacks) {
  ASSERT_TRUE(Run(Wanted(kWeb)).ok());
  std::string next = absl::StrReplaceAll(
      kWeb,
      {{"{name: t, emptyDir: {}}, {name: u, emptyDir: {}}", "{name: t, configMap: {name: c}}, {name: u}"},
       {"  selector: {matchLabels", "  strategy: {type: Recreate}\n  selector: {matchLabels"},
       {"{name: OLD, value: c}, ", ""},
       {"stringData: {a: b, c: d}", "stringData: {}"}});
  const auto planned = Planned(Wanted(next, kWeb));
  EXPECT_THAT(planned, Contains(HasSubstr("volumes[0].emptyDir: {} -> ")));
  const absl::Status done = Run(Wanted(next, kWeb));
  ASSERT_TRUE(done.ok()) << done;
  const Json web = Live("apps/v1", "Deployment", "web");
  EXPECT_EQ(web["spec"]["strategy"], (Json{{"type", "Recreate"}}));
  const Json volumes = web["spec"]["template"]["spec"]["volumes"];
  EXPECT_FALSE(volumes[0].contains("emptyDir")) << volumes;
  EXPECT_FALSE(Live("v1", "Secret", "keys").contains("data"));
  ExpectSettled(next);
}

TEST_F(RealObjects, AnImmutableFieldIsNamedBeforeAnythingIsDone) {
  ASSERT_TRUE(Run(Wanted(kWeb)).ok());
  const std::string next =
      absl::StrReplaceAll(kWeb, {{"app: web", "app: other"}, {"stringData: {a: b", "stringData: {a: x"}});
  const auto refused = Plan(Wanted(next, kWeb));
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr(absl::StrCat("Deployment ", owner_.name_space, "/web: spec.selector cannot be changed: ")));
  EXPECT_THAT(HintOf(refused.status()),
              HasSubstr(absl::StrCat("kubectl delete -n ", owner_.name_space, " deployment web")));
}

TEST_F(RealObjects, AQuotaThatIsUsedUpIsNamed) {
  const kube::ObjectRef quota{"v1", "ResourceQuota", owner_.name_space, "small"};
  Ask("POST", PathTo(quota, false),
      {{"apiVersion", "v1"},
       {"kind", "ResourceQuota"},
       {"metadata", {{"name", "small"}}},
       {"spec", {{"hard", {{"configmaps", "1"}}}}}});
  // What the controller would do.
  Ask("PATCH", PathTo(quota, true) + "/status",
      {{"status", {{"hard", {{"configmaps", "1"}}}, {"used", {{"configmaps", "1"}}}}}},
      "application/merge-patch+json");
  const std::string manifest =
      "# Source: s/templates/c.yaml\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}";
  absl::Status refused;
  // The server reads quotas by a watch.
  EXPECT_TRUE(Eventually([&] { return !(refused = Plan(Wanted(manifest)).status()).ok(); }));
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(absl::StrCat("ConfigMap ", owner_.name_space,
                                     "/c (s/templates/c.yaml): the quota of its namespace is used up")));
  EXPECT_THAT(HintOf(refused), HasSubstr(absl::StrCat("ResourceQuota ", owner_.name_space, "/small")));
}

TEST_F(RealObjects, AMissingNamespaceIsSaidWithItsRemedy) {
  const std::string manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: nowhere}}";
  EXPECT_THAT(Planned(Wanted(manifest)), ElementsAre("create ConfigMap c"));
  const absl::Status failed = Run(Wanted(manifest));
  EXPECT_TRUE(absl::IsFailedPrecondition(failed)) << failed;
  EXPECT_THAT(std::string(failed.message()), HasSubstr("there is no namespace nowhere"));
  EXPECT_THAT(HintOf(failed), HasSubstr("--create-namespace"));
}

TEST_F(RealObjects, WhatTheServerDoesNotAcceptIsExplained) {
  const struct {
    std::string manifest, message, hint;
  } cases[] = {
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: 1}}", ".data.a", "quote the value"},
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, dota: {a: b}}", ".dota: field not declared",
       "misspelt"},
      {"{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{name: a, port: 1}, {name: b, "
       "port: 1}]}}",
       "duplicate entries", "once"},
      {"{apiVersion: v1, kind: ConfigMap, metadata: {name: Not_A_Name}}", "metadata.name: Invalid value", ""},
  };
  for (const auto& c : cases) {
    const absl::Status refused = Plan(Wanted(c.manifest)).status();
    EXPECT_FALSE(refused.ok()) << c.manifest;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(c.message));
    EXPECT_THAT(HintOf(refused), HasSubstr(c.hint));
  }
}

constexpr char kIssuers[] = R"(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: issuers.NAME.example.org}
spec:
  group: NAME.example.org
  scope: Namespaced
  names: {kind: Issuer, plural: issuers, singular: issuer}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              selfSigned: {type: object}
              ca: {type: object, properties: {secretName: {type: string}}}
---
apiVersion: NAME.example.org/v1
kind: Issuer
metadata: {name: self}
spec: {selfSigned: {}}
)";

TEST_F(RealObjects, AKindAndItsObjectsComeInOneManifest) {
  const std::string issuers = absl::StrReplaceAll(kIssuers, {{"NAME", "fresh"}});
  const absl::Status done = Run(Wanted(issuers));
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("fresh.example.org/v1", "Issuer", "self")["spec"], (Json{{"selfSigned", Json::object()}}));
  ExpectSettled(issuers);
  const std::string ca = absl::StrReplaceAll(issuers, {{"{selfSigned: {}}", "{ca: {secretName: x}}"}});
  ASSERT_TRUE(Run(Wanted(ca, issuers)).ok());
  EXPECT_EQ(Live("fresh.example.org/v1", "Issuer", "self")["spec"], (Json{{"ca", {{"secretName", "x"}}}}));
  ASSERT_TRUE(Run(Wanted("", ca)).ok());
}

// Where this server knows them all, nothing is dropped, and the rest holds as well.
TEST_F(RealObjects, ADefinitionGoesWithoutWhatTheServerIsTooOldFor) {
  const std::string newer = absl::StrReplaceAll(
      kIssuers, {{"NAME", "newer"},
                 {"      openAPIV3Schema:\n        type: object\n",
                  "      openAPIV3Schema:\n        type: object\n"
                  "        x-kubernetes-validations: [{rule: 'has(self.spec)'}]\n"},
                 {"selfSigned: {type: object}",
                  "selfSigned: {type: object, x-kubernetes-validations: [{rule: 'true'}]}\n"
                  "              x.y: {type: string, x-kubernetes-validations: [{rule: 'self != \"\"'}]}"},
                 {"    storage: true\n",
                  "    storage: true\n    selectableFields: [{jsonPath: .spec.ca.secretName}]\n"}});
  const auto planned = Plan(Wanted(newer));
  ASSERT_TRUE(planned.ok()) << planned.status();
  const std::string schema = ".spec.versions[0].schema.openAPIV3Schema";
  if (const auto version = real_->Version(); absl::StartsWith(*version, "v1.20.")) {
    EXPECT_THAT(planned->front().dropped,
                ::testing::UnorderedElementsAre(
                    ".spec.versions[0].selectableFields", schema + ".x-kubernetes-validations",
                    schema + ".properties.spec.properties.selfSigned.x-kubernetes-validations",
                    schema + ".properties.spec.properties.x.y.x-kubernetes-validations"));
  }
  const absl::Status done = Run(Wanted(newer));
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("newer.example.org/v1", "Issuer", "self")["spec"], (Json{{"selfSigned", Json::object()}}));
  for (const std::string& told : Planned(Wanted(newer, newer))) EXPECT_THAT(told, HasSubstr("unchanged "));
  const kube::ObjectRef ref{"apiextensions.k8s.io/v1", "CustomResourceDefinition", "",
                            "issuers.newer.example.org"};
  const std::string before = kube::TextAt(*real_->Get(ref), {"metadata", "resourceVersion"});
  ASSERT_TRUE(Run(Wanted(newer, newer)).ok());
  EXPECT_EQ(kube::TextAt(*real_->Get(ref), {"metadata", "resourceVersion"}), before);
  ASSERT_TRUE(Run(Wanted("", newer)).ok());
}

TEST_F(RealObjects, AnEmptyMapOfHelmsSurvivesItsTakeOver) {
  const std::string issuers = absl::StrReplaceAll(kIssuers, {{"NAME", "helms"}});
  const std::string kind = issuers.substr(0, issuers.rfind("---"));
  ASSERT_TRUE(Run(Wanted(kind)).ok());
  CreateAsHelm(issuers.substr(issuers.rfind("---")));
  const absl::Status done = Run(Wanted(issuers, issuers));
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("helms.example.org/v1", "Issuer", "self")["spec"], (Json{{"selfSigned", Json::object()}}));
  ExpectSettled(issuers);
}

TEST_F(RealObjects, ManyGoInParallel) {
  std::string manifest;
  for (int i = 0; i < 100; ++i) {
    absl::StrAppend(&manifest, "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c", i,
                    "}, data: {a: \"", i, "\"}}\n", "---\n{apiVersion: v1, kind: Secret, metadata: {name: s",
                    i, "}, stringData: {a: \"", i, "\"}}\n",
                    "---\n{apiVersion: v1, kind: Service, metadata: {name: v", i,
                    "}, spec: {clusterIP: None, ports: [{port: 80}]}}\n",
                    "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: a", i, "}}\n");
  }
  const absl::Status done = Run(Wanted(manifest));
  ASSERT_TRUE(done.ok()) << done;
  const int calls = client_->calls(), writes = client_->writes();
  ASSERT_TRUE(Run(Wanted(manifest, manifest)).ok());
  EXPECT_EQ(client_->writes(), writes);
  EXPECT_EQ(client_->calls() - calls, 4);  // one list for each kind
  ASSERT_TRUE(Run(Wanted("", manifest)).ok());
  EXPECT_EQ(
      real_->List({.api_version = "v1", .kind = "Service", .namespace_ = owner_.name_space})->items.size(),
      0u);
}

}  // namespace
}  // namespace devstats::release
