// The cluster's units against a real API server: what a fake may get wrong is its field ownership, its
// defaults and its validation.
#include "coordinator/kube/api_client.h"
#include "coordinator/kube/units/bootstrap_token.h"
#include "coordinator/kube/units/labels_unit.h"
#include "coordinator/kube/units/network_check.h"
#include "coordinator/kube/units/object_unit.h"
#include "coordinator/kube/units/taints_unit.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/kube/units/unit_run.h"
#include "tests/integration/kube/server.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RealUnits : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = kube::TheApiServer();
    if (!server_) GTEST_SKIP() << "no API server here";
    client_ = std::make_unique<kube::ApiClient>(server_->access());
  }
  void MakeNode(const std::string& name) {
    const auto made = client_->Create(
        {{"apiVersion", "v1"},
         {"kind", "Node"},
         {"metadata", {{"name", name}, {"labels", {{"theirs", "yes"}}}}},
         {"spec",
          {{"taints", Json::array({{{"key", "node-role.kubernetes.io/master"}, {"effect", "NoSchedule"}},
                                   {{"key", "theirs"}, {"effect", "NoSchedule"}}})}}}});
    ASSERT_TRUE(made.ok()) << made.status();
  }
  // Its labels and taints without those that the server sets by itself.
  Json NodeNow(const std::string& name) {
    Json node = *client_->Get({"v1", "Node", "", name});
    Json taints = Json::array();
    for (const Json& t : kube::At(node, {"spec", "taints"})) {
      if (t["key"] != "node.kubernetes.io/not-ready") taints.push_back(t["key"]);
    }
    return {{"labels", node["metadata"]["labels"]}, {"taints", taints}};
  }
  kube::ApiServer* server_ = nullptr;
  std::unique_ptr<kube::ApiClient> client_;
  UnitRun run_;
};

constexpr char kManifest[] = R"(
apiVersion: pools.example.org/v1
kind: Pool
metadata: {name: one}
spec: {size: 1}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: manifest}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1", ports: [{containerPort: 80}], env: [{name: A, value: b}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.pools.example.org}
spec:
  group: pools.example.org
  scope: Cluster
  names: {kind: Pool, plural: pools, singular: pool}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: manifest}
)";

TEST_F(RealUnits, AManifestIsAppliedOnceAndThenOnlyWhatChanges) {
  std::vector<Json> objects = *kube::ParseManifest(kManifest, "m.yaml");
  ObjectUnit unit({"cni", objects}, client_.get());
  EXPECT_THAT(
      UnitRun::Plan(unit),
      ElementsAre("create Namespace manifest", "create CustomResourceDefinition pools.pools.example.org",
                  "create Pool one", "create Deployment manifest/web", "create ConfigMap settings"));
  const auto done = run_.Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre());

  objects[1]["spec"]["template"]["spec"]["containers"][0]["image"] = "web:2";
  ObjectUnit changed({"cni", objects}, client_.get());
  EXPECT_THAT(
      UnitRun::Plan(changed),
      ElementsAre("update Deployment manifest/web .spec.template.spec.containers[0].image: web:1 -> web:2"));
  ASSERT_TRUE(run_.Run(changed).ok());
  // A field that another sets on purpose and that we do not name is no drift; one that we name is.
  const kube::ObjectRef web{"apps/v1", "Deployment", "manifest", "web"};
  ASSERT_TRUE(client_->Patch(web, kube::PatchKind::kStrategic, {{"spec", {{"replicas", 3}}}}).ok());
  EXPECT_THAT(UnitRun::Plan(changed), ElementsAre());
  ASSERT_TRUE(client_
                  ->Patch({"v1", "ConfigMap", "default", "settings"}, kube::PatchKind::kMerge,
                          {{"data", {{"a", "theirs"}}}})
                  .ok());
  // All that we had set in it is theirs by now.
  EXPECT_THAT(UnitRun::Plan(changed), ElementsAre("foreign update ConfigMap settings .data.a: theirs -> b"));
  ASSERT_TRUE(run_.Run(changed).ok());
}

TEST_F(RealUnits, WhatTheServerRefusesFailsWithItsCause) {
  ObjectUnit unit({"bad",
                   {{{"apiVersion", "v1"},
                     {"kind", "ConfigMap"},
                     {"metadata", {{"name", "Not_A_Name"}, {"namespace", "default"}}}}}},
                  client_.get());
  const absl::Status failed = run_.Run(unit).status();
  EXPECT_TRUE(absl::IsInvalidArgument(failed)) << failed;
  EXPECT_THAT(std::string(failed.message()), HasSubstr("metadata.name"));
}

TEST_F(RealUnits, LabelsComeAndGoByOwnership) {
  MakeNode("labelled");
  LabelsUnit two("labels", {{"labelled", {{"a", "1"}, {"b.io/c", "2"}}}}, client_.get());
  EXPECT_THAT(UnitRun::Plan(two), ElementsAre("create labelled a", "create labelled b.io/c"));
  const auto done = run_.Run(two);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(NodeNow("labelled")["labels"], (Json{{"a", "1"}, {"b.io/c", "2"}, {"theirs", "yes"}}));
  LabelsUnit one("labels", {{"labelled", {{"a", "3"}}}}, client_.get());
  EXPECT_THAT(UnitRun::Plan(one), ElementsAre("update labelled a: 1 -> 3", "delete labelled b.io/c: 2 -> "));
  ASSERT_TRUE(run_.Run(one).ok());
  LabelsUnit none("labels", {{"labelled", {}}}, client_.get());
  ASSERT_TRUE(run_.Run(none).ok());
  EXPECT_EQ(NodeNow("labelled")["labels"], (Json{{"theirs", "yes"}}));
  EXPECT_EQ(NodeNow("labelled")["taints"].size(), 2u);  // applying labels touches nothing else
}

TEST_F(RealUnits, TaintsOfControlPlanesGo) {
  MakeNode("tainted");
  TaintsUnit unit("taints", {"tainted"}, client_.get());
  EXPECT_THAT(UnitRun::Plan(unit),
              ElementsAre("update tainted taint: node-role.kubernetes.io/master:NoSchedule -> none"));
  const auto done = run_.Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(NodeNow("tainted")["taints"], Json::array({"theirs"}));
}

TEST_F(RealUnits, ABootstrapTokenLetsInUntilItIsDeleted) {
  const std::string id = BootstrapTokenIdOf({"op-1", "join@node-1"});
  const auto token = CreateBootstrapToken(*client_, id, SystemClock());
  ASSERT_TRUE(token.ok()) << token.status();
  kube::HttpClient stranger({.ca_pem = server_->access().ca_pem});
  auto code = [&](const Secret& with) {
    const auto answer = stranger.Do({.url = server_->access().server + "/api",
                                     .headers = {{"Authorization", "Bearer " + with.Reveal()}}});
    return answer.ok() ? answer->code : 0;
  };
  // The authenticator sees the Secret by a watch.
  EXPECT_TRUE(Eventually([&] { return code(*token) == 200; }));
  EXPECT_EQ(code(Secret(id + ".0000000000000000")), 401);
  ASSERT_TRUE(DeleteBootstrapToken(*client_, id).ok());
  EXPECT_TRUE(Eventually([&] { return code(*token) == 401; }));
}

TEST_F(RealUnits, TheNetworkChecksObjectsAreValid) {
  for (const Json& object : ServerObjects("busybox")) {
    const auto applied = client_->Apply(object, {.force = true});
    EXPECT_TRUE(applied.ok()) << applied.status();
  }
  const auto pod = client_->Create(
      CheckerPod("n1", "busybox", TargetsOf("n1", {{"n2", "10.1.1.1"}}, "10.96.0.1", "cluster.local")));
  ASSERT_TRUE(pod.ok()) << pod.status();
  EXPECT_EQ(kube::TextAt(*pod, {"spec", "nodeName"}), "n1");
  EXPECT_EQ((*pod)["spec"]["containers"][0]["command"].size(), 7u);
}

TEST_F(RealUnits, AWatchListsAgainWhenItsVersionHasBeenForgotten) {
  auto secret = [](const std::string& name) -> Json {
    return {
        {"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}, {"namespace", "default"}}}};
  };
  std::vector<size_t> sizes;
  const auto sink = [&](const kube::WatchEvent& event) {
    EXPECT_EQ(event.type, kube::WatchEvent::Type::kSnapshot);
    sizes.push_back(event.object["items"].size());
    if (sizes.size() == 2) return false;
    // Between the list and the watch: two changes, and no memory of the time before them.
    EXPECT_TRUE(client_->Create(secret("one")).ok());
    const auto last = client_->Create(secret("two"));
    EXPECT_TRUE(last.ok()) << last.status();
    const absl::Status compacted = server_->Compact(kube::TextAt(*last, {"metadata", "resourceVersion"}));
    EXPECT_TRUE(compacted.ok()) << compacted;
    return true;
  };
  const absl::Status end = client_->Watch({"v1", "Secret", "default"}, sink, [] { return true; });
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_THAT(sizes, ElementsAre(0u, 2u));
}

}  // namespace
}  // namespace devstats::coordinator
