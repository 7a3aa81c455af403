// Objects of releases on a real API server: whose fields are whose, its defaults and its refusals are what a
// fake may get wrong.
#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/objects/managed_fields.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/faulty_client.h"
#include "tests/integration/kube/server.h"

namespace devstats::release {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Told(const ObjectChange& change) {
  static constexpr const char* kActions[] = {"unchanged", "create", "update", "delete", "keep"};
  std::string out =
      absl::StrCat(kActions[static_cast<int>(change.action)], " ", change.ref.kind, " ", change.ref.name);
  for (const auto& f : change.fields) absl::StrAppend(&out, " ", f.path, ": ", f.before, " -> ", f.after);
  for (const auto& c : change.left) absl::StrAppend(&out, " left ", c.field, " to ", c.manager);
  if (change.adopts) out += " adopts";
  if (change.takes_over) out += " takes over";
  return out;
}

class RealObjects : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = kube::TheApiServer();
    if (!server_) GTEST_SKIP() << "no API server here";
    real_ = std::make_unique<kube::ApiClient>(server_->access());
    client_ = std::make_unique<kube::FaultyClient>(real_.get());
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    owner_ = {"store", absl::AsciiStrToLower(info->name()).substr(0, 50)};
    MakeNamespace(owner_.name_space);
  }
  void MakeNamespace(const std::string& name) {
    const auto made =
        real_->Apply({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}}, {});
    ASSERT_TRUE(made.ok()) << made.status();
  }

  // What another client would do.
  Json Ask(const std::string& method, const std::string& path, const Json& body,
           const std::string& type = "application/json") {
    kube::HttpClient http(
        {server_->access().ca_pem, server_->access().client_cert_pem, server_->access().client_key_pem});
    const auto answer = http.Do({.method = method,
                                 .url = server_->access().server + path,
                                 .headers = {{"Content-Type", type}},
                                 .body = CanonicalJson(body)});
    EXPECT_TRUE(answer.ok()) << answer.status();
    if (!answer.ok()) return Json();
    EXPECT_LT(answer->code, 300) << method << " " << path << ": " << answer->body;
    auto json = ParseJson(answer->body, 200);
    return json.ok() ? *json : Json();
  }
  std::string PathTo(const kube::ObjectRef& ref, bool with_name) {
    return kube::PathOf(*real_->FindKind(ref.api_version, ref.kind), ref.namespace_) +
           (with_name ? "/" + ref.name : "");
  }
  // Helm's create, its marks included.
  void CreateAsHelm(const std::string& manifest) {
    for (const ReleaseObject& object : Objects(manifest)) {
      Ask("POST", PathTo(object.ref, false) + "?fieldManager=helm", object.object);
    }
  }
  void PatchAs(const std::string& manager, const kube::ObjectRef& ref, const Json& patch) {
    Ask("PATCH", PathTo(ref, true) + "?fieldManager=" + manager, patch, "application/merge-patch+json");
  }

  std::vector<ReleaseObject> Objects(const std::string& manifest) {
    auto objects = ObjectsOf(manifest, owner_, *real_, {});
    EXPECT_TRUE(objects.ok()) << objects.status();
    return objects.ok() ? *std::move(objects) : std::vector<ReleaseObject>();
  }
  ObjectsWanted Wanted(const std::string& manifest, const std::string& previous = "") {
    return {owner_, Objects(manifest), Objects(previous)};
  }
  absl::StatusOr<std::vector<ObjectChange>> Plan(const ObjectsWanted& objects) {
    return PlanObjects(objects, *client_, options_);
  }
  std::vector<std::string> Planned(const ObjectsWanted& objects) {
    const auto changes = Plan(objects);
    EXPECT_TRUE(changes.ok()) << changes.status();
    std::vector<std::string> out;
    for (const auto& c : changes.ok() ? *changes : std::vector<ObjectChange>()) out.push_back(Told(c));
    return out;
  }
  absl::Status Run(const ObjectsWanted& objects) {
    const auto changes = Plan(objects);
    RETURN_IF_ERROR(changes.status());
    const auto nothing = [](const ObjectChange&) {};
    RETURN_IF_ERROR(
        ApplyObjects(objects, *changes, *client_, options_, absl::Now() + absl::Minutes(1), nothing));
    return DeleteObjects(owner_, *changes, *client_, kube::Propagation::kBackground, options_, nothing);
  }
  // Nothing to do, known without a dry run.
  void ExpectSettled(const std::string& manifest) {
    const ObjectsWanted objects = Wanted(manifest, manifest);
    const int writes = client_->writes();
    for (const std::string& told : Planned(objects)) EXPECT_THAT(told, HasSubstr("unchanged ")) << manifest;
    ASSERT_TRUE(Run(objects).ok());
    EXPECT_EQ(client_->writes(), writes);
  }
  Json Live(const std::string& api_version, const std::string& kind, const std::string& name) {
    const auto live = real_->Get({api_version, kind, owner_.name_space, name});
    return live.ok() ? *live : Json();
  }
  static std::set<std::string> ManagersOf(const Json& object) {
    std::set<std::string> out;
    for (const Json& entry : kube::At(object, {"metadata", "managedFields"})) {
      out.insert(absl::StrCat(kube::TextAt(entry, {"manager"}), " ", kube::TextAt(entry, {"operation"})));
    }
    return out;
  }

  kube::ApiServer* server_ = nullptr;
  std::unique_ptr<kube::ApiClient> real_;
  std::unique_ptr<kube::FaultyClient> client_;
  ReleaseName owner_;
  ChangeOptions options_;
};

constexpr char kWeb[] = R"(---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {a: "1", b: "2"}, annotations: }
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, old: "1"}, creationTimestamp: null}
    spec:
      nodeSelector:
      containers:
      - name: web
        image: web:1
        ports: [{containerPort: 80}, {containerPort: 81, name: x}]
        env: [{name: A, value: b}, {name: OLD, value: c}, {name: A, value: d}]
        resources: {limits: {cpu: 1000m, memory: 1Gi}}
        volumeMounts: [{name: t, mountPath: /t}]
      - {name: side, image: "side:1"}
      volumes: [{name: t, emptyDir: {}}, {name: u, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: web, finalizers: [example.org/a]}
spec: {selector: {app: web}, ports: [{name: a, port: 80}, {name: b, port: 80, protocol: UDP}]}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {a: b, c: d}
---
apiVersion: batch/v1beta1
kind: CronJob
metadata: {name: cron}
spec:
  schedule: "* * * * *"
  suspend: false
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}
)";

TEST_F(RealObjects, OurOwnAreSettledAtOnce) {
  const absl::Status done = Run(Wanted(kWeb));
  ASSERT_TRUE(done.ok()) << done;
  ExpectSettled(kWeb);
  Json service = Live("v1", "Service", "web");
  EXPECT_EQ(service["spec"]["ports"].size(), 2u);
  EXPECT_EQ(Live("v1", "Secret", "keys")["data"], (Json{{"a", "Yg=="}, {"c", "ZA=="}}));
}

TEST_F(RealObjects, OfHelmBecomeOursWithoutAChange) {
  CreateAsHelm(kWeb);
  for (const std::string& told : Planned(Wanted(kWeb, kWeb))) {
    EXPECT_THAT(told, ::testing::MatchesRegex("update [^ ]+ [^ ]+ takes over"));
  }
  const Json before = Live("apps/v1", "Deployment", "web");
  const absl::Status done = Run(Wanted(kWeb, kWeb));
  ASSERT_TRUE(done.ok()) << done;
  const Json after = Live("apps/v1", "Deployment", "web");
  EXPECT_EQ(after["spec"], before["spec"]);
  EXPECT_EQ(after["metadata"]["generation"], 1);
  EXPECT_THAT(ManagersOf(after), ElementsAre("devstats Apply"));
  EXPECT_THAT(ManagersOf(Live("v1", "Secret", "keys")), ElementsAre("devstats Apply"));
  ExpectSettled(kWeb);
}

TEST_F(RealObjects, OfHelmLoseWhatTheNextManifestLacks) {
  CreateAsHelm(kWeb);
  PatchAs("helm", {"apps/v1", "Deployment", owner_.name_space, "web"},
          {{"metadata", {{"labels", {{"b", "3"}}}}}});
  std::string next = absl::StrReplaceAll(
      kWeb, {{", b: \"2\"", ""},
             {", old: \"1\"", ""},
             {"{name: OLD, value: c}, ", ""},
             {", memory: 1Gi", ""},
             {"      - {name: side, image: \"side:1\"}\n", ""},
             {"{name: t, emptyDir: {}}, {name: u, emptyDir: {}}", "{name: t, configMap: {name: c}}"},
             {"  selector: {matchLabels", "  strategy: {type: Recreate}\n  selector: {matchLabels"},
             {", {name: b, port: 80, protocol: UDP}", ""},
             {", c: d", ""},
             {"  suspend: false\n", ""}});
  const auto planned = Planned(Wanted(next, kWeb));
  EXPECT_THAT(planned, Contains(HasSubstr(".metadata.labels.b: 3 ->  ")));
  EXPECT_THAT(planned, Contains("update Secret keys .data.c: (hidden) ->  takes over"));
  const absl::Status done = Run(Wanted(next, kWeb));
  ASSERT_TRUE(done.ok()) << done;
  const Json web = Live("apps/v1", "Deployment", "web");
  EXPECT_EQ(web["metadata"]["labels"], (Json{{"a", "1"}, {"app.kubernetes.io/managed-by", "Helm"}}));
  EXPECT_EQ(web["spec"]["strategy"], (Json{{"type", "Recreate"}}));
  const Json pod = web["spec"]["template"]["spec"];
  EXPECT_EQ(web["spec"]["template"]["metadata"]["labels"], (Json{{"app", "web"}}));
  EXPECT_EQ(pod["containers"].size(), 1u);
  EXPECT_EQ(pod["containers"][0]["env"], Json::array({{{"name", "A"}, {"value", "d"}}}));
  EXPECT_EQ(pod["containers"][0]["resources"], (Json{{"limits", {{"cpu", "1"}}}}));
  EXPECT_EQ(pod["volumes"],
            Json::array({{{"name", "t"}, {"configMap", {{"name", "c"}, {"defaultMode", 420}}}}}));
  EXPECT_EQ(Live("v1", "Service", "web")["spec"]["ports"].size(), 1u);
  EXPECT_EQ(Live("v1", "Secret", "keys")["data"], (Json{{"a", "Yg=="}}));
  ExpectSettled(next);
}

// The same changes when all is ours already: nothing may stay there either.
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

TEST_F(RealObjects, ANumberOfReplicasThatTheChartLeavesOpenStays) {
  CreateAsHelm(kWeb);
  Ask("PATCH", absl::StrCat(PathTo({"apps/v1", "Deployment", owner_.name_space, "web"}, true), "/scale"),
      {{"spec", {{"replicas", 4}}}}, "application/merge-patch+json");
  ASSERT_TRUE(Run(Wanted(kWeb, kWeb)).ok());
  EXPECT_EQ(Live("apps/v1", "Deployment", "web")["spec"]["replicas"], 4);
}

TEST_F(RealObjects, ASuspendedCronJobStaysSoUntilTheChartChangesIt) {
  ASSERT_TRUE(Run(Wanted(kWeb)).ok());
  const kube::ObjectRef cron{"batch/v1beta1", "CronJob", owner_.name_space, "cron"};
  PatchAs("kubectl-patch", cron, {{"spec", {{"suspend", true}}}});
  EXPECT_THAT(Planned(Wanted(kWeb, kWeb)),
              Contains("unchanged CronJob cron left .spec.suspend to kubectl-patch"));
  const std::string later = absl::StrReplaceAll(kWeb, {{"\"* * * * *\"", "\"5 * * * *\""}});
  EXPECT_THAT(
      Planned(Wanted(later, kWeb)),
      Contains(
          "update CronJob cron .spec.schedule: * * * * * -> 5 * * * * left .spec.suspend to kubectl-patch"));
  ASSERT_TRUE(Run(Wanted(later, kWeb)).ok());
  EXPECT_EQ(Live("batch/v1beta1", "CronJob", "cron")["spec"]["suspend"], true);
  EXPECT_EQ(Live("batch/v1beta1", "CronJob", "cron")["spec"]["schedule"], "5 * * * *");
  // Another revision said otherwise: now the chart means it.
  const std::string silent = absl::StrReplaceAll(later, {{"  suspend: false\n", ""}});
  const auto refused = Plan(Wanted(later, silent));
  EXPECT_TRUE(absl::IsAborted(refused.status())) << refused.status();
  EXPECT_EQ(refused.status().message(), absl::StrCat("CronJob ", owner_.name_space,
                                                     "/cron: .spec.suspend is owned by \"kubectl-patch\""));
  options_.force_conflicts = true;
  ASSERT_TRUE(Run(Wanted(later, silent)).ok());
  EXPECT_EQ(Live("batch/v1beta1", "CronJob", "cron")["spec"]["suspend"], false);
}

TEST_F(RealObjects, OfKubectlAreAdoptedWithWhatItHadApplied) {
  const Json applied = {{"apiVersion", "v1"},
                        {"kind", "ConfigMap"},
                        {"metadata", {{"name", "c"}, {"namespace", owner_.name_space}}},
                        {"data", {{"x", "1"}, {"old", "2"}}}};
  Json made = applied;
  made["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
      CanonicalJson(applied);
  const std::string path = PathTo({"v1", "ConfigMap", owner_.name_space, "c"}, false);
  Ask("POST", path + "?fieldManager=kubectl-client-side-apply", made);
  const std::string manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {x: \"3\"}}";
  EXPECT_TRUE(absl::IsFailedPrecondition(Plan(Wanted(manifest)).status()));
  options_.adopt = true;
  const absl::Status done = Run(Wanted(manifest));
  ASSERT_TRUE(done.ok()) << done;
  const Json live = Live("v1", "ConfigMap", "c");
  EXPECT_EQ(live["data"], (Json{{"x", "3"}}));
  EXPECT_FALSE(live["metadata"]["annotations"].contains("kubectl.kubernetes.io/last-applied-configuration"));
  EXPECT_TRUE(CheckOwnership(live, owner_).ok());
  EXPECT_THAT(ManagersOf(live), ElementsAre("devstats Apply"));
  ExpectSettled(manifest);
}

TEST_F(RealObjects, FromBeforeManagedFieldsAreTakenOver) {
  const std::string before =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {x: \"1\", old: \"2\"}}";
  CreateAsHelm(before);
  const kube::ObjectRef ref{"v1", "ConfigMap", owner_.name_space, "c"};
  PatchAs("helm", ref, {{"metadata", {{"managedFields", Json::array({Json::object()})}}}});
  ASSERT_THAT(ManagersOf(Live("v1", "ConfigMap", "c")), IsEmpty());
  const std::string after = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {x: \"3\"}}";
  const absl::Status done = Run(Wanted(after, before));
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("v1", "ConfigMap", "c")["data"], (Json{{"x", "3"}}));
  EXPECT_THAT(ManagersOf(Live("v1", "ConfigMap", "c")), ElementsAre("devstats Apply"));
  ExpectSettled(after);
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
