// Waiting and hooks on a real API server: what a fake may get wrong is generations, field selectors, watches
// that expire and objects that stay, terminating. Controllers and kubelets are played by patching status.
#include <map>

#include "common/status.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/release/engine/hooks.h"
#include "coordinator/release/wait/waiter.h"
#include "gmock/gmock.h"
#include "tests/integration/kube/server.h"

namespace devstats::release {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kWaitSpace[] = "waiting";

class RealWait : public ::testing::Test {
 protected:
  void SetUp() override {
    server_ = kube::TheApiServer();
    if (!server_) GTEST_SKIP() << "no API server here";
    client_ = std::make_unique<kube::ApiClient>(server_->access());
    http_ = std::make_unique<kube::HttpClient>(kube::HttpIdentity{
        server_->access().ca_pem, server_->access().client_cert_pem, server_->access().client_key_pem});
    ASSERT_TRUE(
        client_
            ->Apply({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kWaitSpace}}}}, {})
            .ok());
  }
  static Json Pods(const std::string& name) {
    Json out{{"metadata", {{"labels", {{"app", name}}}}}};
    out["spec"]["containers"] = Json::array({{{"name", "c"}, {"image", "registry.example/none"}}});
    return out;
  }
  static Json Object(const std::string& api_version, const std::string& kind, const std::string& name) {
    Json object{{"apiVersion", api_version}, {"kind", kind}};
    object["metadata"] = {{"name", name}, {"namespace", kWaitSpace}};
    return object;
  }
  kube::ObjectRef Make(const Json& object) {
    const auto made = client_->Create(object);
    EXPECT_TRUE(made.ok()) << made.status();
    return *kube::RefOf(object);
  }
  kube::ObjectRef MakeDeployment(const std::string& name) {
    Json deployment = Object("apps/v1", "Deployment", name);
    deployment["spec"] = {{"selector", {{"matchLabels", {{"app", name}}}}}, {"template", Pods(name)}};
    return Make(deployment);
  }
  kube::ObjectRef MakePod(const std::string& name, const std::string& app) {
    Json pod = Object("v1", "Pod", name);
    pod.merge_patch(Pods(app));
    pod["spec"]["nodeName"] = "nowhere";
    return Make(pod);
  }
  void SetStatus(const std::string& path, const std::string& status) {
    const auto answer = http_->Do({.method = "PATCH",
                                   .url = absl::StrCat(server_->access().server, path, "/status"),
                                   .headers = {{"Content-Type", "application/merge-patch+json"}},
                                   .body = absl::StrCat(R"({"status": )", status, "}")});
    ASSERT_TRUE(answer.ok()) << answer.status();
    ASSERT_EQ(answer->code, 200) << answer->body;
  }
  static std::string PathOf(const std::string& group, const std::string& plural, const std::string& name) {
    return absl::StrCat(group, "/namespaces/", kWaitSpace, "/", plural, "/", name);
  }
  WaitOptions Options(std::map<std::string, std::function<void()>> then = {}) {
    WaitOptions options{.deadline = absl::Now() + absl::Minutes(1)};
    options.progress = [this, then = std::move(then)](absl::string_view text) {
      told_.emplace_back(text);
      if (const auto found = then.find(told_.back()); found != then.end()) found->second();
    };
    return options;
  }
  kube::ApiServer* server_ = nullptr;
  std::unique_ptr<kube::ApiClient> client_;
  std::unique_ptr<kube::HttpClient> http_;
  std::vector<std::string> told_;
};

TEST_F(RealWait, FollowsADeploymentAndItsPods) {
  const kube::ObjectRef web = MakeDeployment("web");
  MakePod("web-x", "web");
  const std::string path = PathOf("/apis/apps/v1", "deployments", "web");
  const std::string pod = PathOf("/api/v1", "pods", "web-x"), text = "Deployment waiting/web: ";
  WaitOptions options = Options({
      {text + "its controller has not looked at it yet: pod web-x: Pending",
       [&] { SetStatus(path, R"({"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1})"); }},
      {text + "0 of 1 pod is ready: pod web-x: Pending",
       [&] {
         SetStatus(pod, R"({"containerStatuses": [{"name": "c", "image": "", "imageID": "", "ready": false,
           "restartCount": 0, "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}]})");
       }},
      {text + "0 of 1 pod is ready: pod web-x: c: ErrImagePull: not found",
       [&] { SetStatus(path, R"({"readyReplicas": 1})"); }},
  });
  options.pods_after = absl::ZeroDuration();
  const absl::Status status = WaitUntilReady({web}, *client_, options);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(told_.back(), "Deployment waiting/web is ready");
}

TEST_F(RealWait, TellsPodsEventsAndWhatCannotBeReadAtTheDeadline) {
  const kube::ObjectRef late = MakeDeployment("late");
  MakePod("late-x", "late");
  Json event = Object("v1", "Event", "late-1");
  event["involvedObject"] = {{"kind", "Pod"}, {"name", "late-x"}, {"namespace", kWaitSpace}};
  event["type"] = "Warning";
  event["reason"] = "FailedMount";
  event["message"] = "no such volume";
  Make(event);
  SetStatus(
      PathOf("/api/v1", "pods", "late-x"),
      R"({"phase": "Running", "containerStatuses": [{"name": "c", "image": "", "imageID": "", "ready": false,
              "restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
              "lastState": {"terminated": {"exitCode": 1}}}]})");
  WaitOptions options = Options();
  options.deadline = absl::Now() + absl::Seconds(2);
  const absl::Status status = WaitUntilReady({late}, *client_, options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Deployment waiting/late: its controller has not looked at it yet"),
                    HasSubstr("pod late-x: c: CrashLoopBackOff: its last run ended with code 1"),
                    HasSubstr("event on Pod late-x: FailedMount: no such volume"),
                    HasSubstr("log of late-x/c cannot be read: ")));  // there is no such node
}

TEST_F(RealWait, SeesADefinitionEstablished) {
  Json crd{{"apiVersion", "apiextensions.k8s.io/v1"}, {"kind", "CustomResourceDefinition"}};
  crd["metadata"]["name"] = "gauges.waiting.example.org";
  crd["spec"] = {{"group", "waiting.example.org"}, {"scope", "Namespaced"}};
  crd["spec"]["names"] = {{"kind", "Gauge"}, {"plural", "gauges"}, {"singular", "gauge"}};
  crd["spec"]["versions"] = Json::array({{{"name", "v1"}, {"served", true}, {"storage", true}}});
  crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = {{"type", "object"},
                                                             {"x-kubernetes-preserve-unknown-fields", true}};
  EXPECT_TRUE(WaitUntilReady({Make(crd)}, *client_, Options()).ok());
  Json gauge = Object("waiting.example.org/v1", "Gauge", "one");
  gauge["status"]["conditions"] = Json::array({{{"type", "Ready"}, {"status", "False"}, {"reason", "Cold"}}});
  const kube::ObjectRef ref = Make(gauge);
  const Json warm{{"status", {{"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}}}};
  const absl::Status status = WaitUntilReady(
      {ref}, *client_, Options({{"Gauge waiting/one: it is not Ready: Cold", [&] {
                                   EXPECT_TRUE(client_->Patch(ref, kube::PatchKind::kMerge, warm).ok());
                                 }}}));
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(RealWait, SeesWhatAFinalizerHoldsGo) {
  Json held = Object("v1", "ConfigMap", "held");
  held["metadata"]["finalizers"] = {"example.org/hold"};
  const kube::ObjectRef ref = Make(held);
  const absl::Status status =
      WaitUntilGone({ref, {"v1", "ConfigMap", kWaitSpace, "never-there"}}, {}, *client_,
                    Options({
                        {"ConfigMap waiting/held: it is there, and nobody has deleted it",
                         [&] { EXPECT_TRUE(client_->Delete(ref, {}).ok()); }},
                        {"ConfigMap waiting/held: it is being deleted, held by example.org/hold",
                         [&] {
                           const Json free{{"metadata", {{"finalizers", nullptr}}}};
                           EXPECT_TRUE(client_->Patch(ref, kube::PatchKind::kMerge, free).ok());
                         }},
                    }));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(told_.back(), "ConfigMap waiting/held is gone");
}

// Secrets are watched at etcd itself here, which has forgotten the version that the watch would go on from.
TEST_F(RealWait, GoesOnAfterAWatchHasExpired) {
  kube::ApiClientOptions brief;
  brief.watch_for = absl::Seconds(1);
  kube::ApiClient client(server_->access(), brief);
  const kube::ObjectRef secret = Make(Object("v1", "Secret", "watched"));
  int rounds = 0;
  WaitOptions options = Options();
  options.go_on = [&] {  // asked about once a second: as often as a watch ends
    const auto other = client_->Apply(Object("v1", "ConfigMap", absl::StrCat("other-", rounds)), {});
    EXPECT_TRUE(other.ok()) << other.status();
    if (other.ok()) {
      const absl::Status compacted = server_->Compact(kube::TextAt(*other, {"metadata", "resourceVersion"}));
      EXPECT_TRUE(compacted.ok()) << compacted;
    }
    if (++rounds == 4) {
      EXPECT_TRUE(client_->Delete(secret, {}).ok());
    }
    return true;
  };
  const absl::Status status = WaitUntilGone({secret}, {}, client, options);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_GE(rounds, 4);
}

class RealHooks : public RealWait {
 protected:
  void SetUp() override {
    RealWait::SetUp();
    release_.name = "shop";
    release_.name_space = kWaitSpace;
    release_.revision = 1;
    ReleaseHook hook{.name = "load", .kind = "Job", .path = "shop/templates/load.yaml"};
    hook.manifest = R"(apiVersion: batch/v1
kind: Job
metadata: {name: load}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: registry.example/none}]}}}
)";
    hook.events = {"pre-install"};
    hook.delete_policies = {"before-hook-creation", "hook-succeeded"};
    release_.hooks = {hook};
  }
  HookContext Context() {
    HookContext context{.client = client_.get(), .clock = &SystemClock(), .run = "op-1"};
    context.record = [](const Release&) { return absl::OkStatus(); };
    context.progress = [this](absl::string_view text) {
      told_.emplace_back(text);
      if (text == "Job waiting/load: 0 of 1 pod is done") at_work_();
    };
    return context;
  }
  void End(const std::string& type) {
    SetStatus(
        PathOf("/apis/batch/v1", "jobs", "load"),
        absl::StrCat(R"({"conditions": [{"type": ")", type, R"(", "status": "True", "reason": "Why"}]})"));
  }
  const kube::ObjectRef job_{"batch/v1", "Job", kWaitSpace, "load"};
  Release release_;
  std::function<void()> at_work_ = [] {};
};

TEST_F(RealHooks, AreMadeAwaitedAndDeleted) {
  at_work_ = [&] { End("Complete"); };
  const absl::Status status = RunHooks("pre-install", Context(), &release_);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(release_.hooks[0].last_run.phase, "Succeeded");
  EXPECT_TRUE(absl::IsNotFound(client_->Get(job_).status()));
}

TEST_F(RealHooks, AreGoneOnWithAfterACut) {
  bool go_on = true;
  at_work_ = [&] { go_on = false; };
  HookContext context = Context();
  context.go_on = [&] { return go_on; };
  EXPECT_TRUE(absl::IsCancelled(RunHooks("pre-install", context, &release_)));
  const auto before = client_->Get(job_);
  ASSERT_TRUE(before.ok()) << before.status();
  std::string uid;
  at_work_ = [&] {
    uid = kube::TextAt(*client_->Get(job_), {"metadata", "uid"});
    End("Complete");
  };
  const absl::Status status = RunHooks("pre-install", Context(), &release_);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(uid, kube::TextAt(*before, {"metadata", "uid"}));
}

TEST_F(RealHooks, ThatFailSayWhyAndMakeWayForTheNextRun) {
  at_work_ = [&] { End("Failed"); };
  const absl::Status failed = RunHooks("pre-install", Context(), &release_);
  EXPECT_TRUE(absl::IsFailedPrecondition(failed)) << failed;
  EXPECT_THAT(std::string(failed.message()), HasSubstr("Job waiting/load: Job has failed: Why"));
  EXPECT_TRUE(client_->Get(job_).ok());
  at_work_ = [&] { End("Complete"); };
  release_.revision = 2;
  release_.annotations.clear();
  const absl::Status status = RunHooks("pre-install", Context(), &release_);
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace devstats::release
