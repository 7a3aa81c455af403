// A release's objects on a real API server, beside those of other clients.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/release/objects/change.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/faulty_client.h"
#include "tests/integration/kube/server.h"

namespace devstats::release {

inline std::string Told(const ObjectChange& change) {
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
    for (const std::string& told : Planned(objects))
      EXPECT_THAT(told, ::testing::HasSubstr("unchanged ")) << manifest;
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

inline constexpr char kWeb[] = R"(---
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

}  // namespace devstats::release
