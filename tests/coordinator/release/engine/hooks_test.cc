#include "coordinator/release/engine/hooks.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::release {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Strings = std::vector<std::string>;

ReleaseHook Hook(const std::string& name, int64_t weight = 0, const Strings& policies = {},
                 const std::string& kind = "Job") {
  ReleaseHook hook{.name = name, .kind = kind, .path = "shop/templates/" + name + ".yaml"};
  const std::string version = kind == "Job" ? "batch/v1" : "v1";
  hook.manifest = absl::StrCat("apiVersion: ", version, "\nkind: ", kind, "\nmetadata: {name: ", name,
                               "}\nspec: {ttlSecondsAfterFinished: 60}\n");
  hook.events = {"pre-install"};
  hook.weight = weight;
  hook.delete_policies = policies;
  return hook;
}

// A cluster whose Jobs end at once, and a record that outlives the writer.
class HooksTest : public ::testing::Test {
 protected:
  HooksTest() {
    cluster_.react = [this](const Json& object) { Control(object); };
    cluster_.logs = [](const kube::LogQuery& query) { return absl::StrCat("words of ", query.pod, "\n"); };
    durable_.name = "shop";
    durable_.name_space = "default";
    durable_.revision = 1;
  }
  void Control(const Json& object) {
    const std::string name = kube::TextAt(object, {"metadata", "name"});
    if (object.contains("status")) return;
    created_.push_back(name);
    if (object["kind"] != "Job" || slow_.count(name)) return;
    const char* type = failing_.count(name) ? "Failed" : "Complete";
    Json pod{{"apiVersion", "v1"}, {"kind", "Pod"}};
    pod["metadata"] = {{"name", name + "-x"}, {"namespace", "default"}, {"labels", {{"job-name", name}}}};
    pod["spec"]["containers"] = Json::array({{{"name", "c"}}});
    pod["status"] = {{"phase", failing_.count(name) ? "Failed" : "Succeeded"}};
    pod["status"]["containerStatuses"] =
        Json::array({{{"name", "c"}, {"state", {{"terminated", {{"exitCode", failing_.count(name)}}}}}}});
    cluster_.Seed(pod);
    const Json ended{{"status", {{"conditions", Json::array({{{"type", type}, {"status", "True"}}})}}}};
    ASSERT_TRUE(cluster_.Patch(Ref(name), kube::PatchKind::kMerge, ended).ok());
  }
  static kube::ObjectRef Ref(const std::string& name) { return {"batch/v1", "Job", "default", name}; }
  bool IsThere(const std::string& name) { return cluster_.Get(Ref(name)).ok(); }

  HookContext Context(kube::KubeClient* client = nullptr) {
    HookContext context{.client = client ? client : &cluster_, .clock = &SystemClock(), .run = "op-1"};
    context.record = [this](const Release& release) {
      ++records_;
      durable_ = release;
      return absl::OkStatus();
    };
    context.progress = [this](absl::string_view text) { told_.emplace_back(text); };
    return context;
  }
  // As a coordinator does that begins from what is recorded.
  absl::Status Run(const std::string& event = "pre-install") { return Run(event, Context()); }
  absl::Status Run(const std::string& event, const HookContext& context) {
    Release release = durable_;
    const absl::Status status = RunHooks(event, context, &release);
    left_ = release;
    return status;
  }
  Strings Phases() const {
    Strings out;
    for (const ReleaseHook& hook : durable_.hooks) out.push_back(hook.last_run.phase);
    return out;
  }

  kube::FakeKube cluster_;
  Release durable_, left_;
  std::set<std::string> slow_, failing_;
  Strings created_, told_;
  int records_ = 0;
};

TEST_F(HooksTest, RunByWeightThenName) {
  durable_.hooks = {Hook("c", 1), Hook("b"), Hook("a"), Hook("z", -5), Hook("other")};
  durable_.hooks[4].events = {"post-install"};
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(created_, ElementsAre("z", "a", "b", "c"));
  EXPECT_THAT(Phases(), ElementsAre("Succeeded", "Succeeded", "Succeeded", "Succeeded", ""));
  EXPECT_LE(durable_.hooks[0].last_run.started, durable_.hooks[0].last_run.completed);
  EXPECT_EQ(records_, 5);  // before each, and at the end
  EXPECT_THAT(durable_.hooks[0].delete_policies, ElementsAre("before-hook-creation"));
}

TEST_F(HooksTest, WithoutHooksNothingIsWritten) {
  durable_.hooks = {Hook("a")};
  EXPECT_TRUE(Run("post-upgrade").ok());
  EXPECT_EQ(records_, 0);
  EXPECT_THAT(created_, IsEmpty());
}

TEST_F(HooksTest, GoToTheReleasesNamespaceWithTheMarkOfTheirRun) {
  durable_.hooks = {Hook("a")};
  ASSERT_TRUE(Run().ok());
  const auto job = cluster_.Get(Ref("a"));
  ASSERT_TRUE(job.ok());
  EXPECT_EQ(kube::TextAt(*job, {"metadata", "annotations", kHookRunAnnotation}), "op-1/v1/pre-install");
}

TEST_F(HooksTest, ThatWereThereBeforeAreDeletedFirst) {
  durable_.hooks = {Hook("a")};
  ASSERT_TRUE(Run().ok());
  const Json before = *cluster_.Get(Ref("a"));
  durable_.revision = 2;
  durable_.annotations.clear();
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(created_, ElementsAre("a", "a"));
  EXPECT_NE((*cluster_.Get(Ref("a")))["metadata"]["uid"], before["metadata"]["uid"]);
}

TEST_F(HooksTest, ThatWereThereBeforeAreInTheWayWithoutThatPolicy) {
  durable_.hooks = {Hook("a", 0, {"hook-failed"})};
  cluster_.Seed(
      {{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"metadata", {{"name", "a"}, {"namespace", "default"}}}});
  const absl::Status status = Run();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(
      status.message(),
      "failed pre-install: hook shop/templates/a.yaml: Job default/a: it exists, and the hook's policy does "
      "not delete it");
  EXPECT_THAT(HintOf(status), HasSubstr("before-hook-creation"));
  EXPECT_TRUE(IsThere("a"));  // not ours to delete
}

TEST_F(HooksTest, AreDeletedWhenAllHaveSucceeded) {
  durable_.hooks = {Hook("a", 0, {"hook-succeeded"}), Hook("b"), Hook("c", 0, {"hook-failed"})};
  bool all_there = false;
  HookContext context = Context();
  context.record = [&, record = context.record](const Release& release) {
    all_there = IsThere("a") && IsThere("b") && IsThere("c");
    return record(release);
  };
  ASSERT_TRUE(Run("pre-install", context).ok());
  EXPECT_TRUE(all_there);  // when the last was recorded; else a cut would have run "a" again
  EXPECT_FALSE(IsThere("a"));
  EXPECT_TRUE(IsThere("b"));
  EXPECT_TRUE(IsThere("c"));
}

TEST_F(HooksTest, ThatFailEndTheRun) {
  durable_.hooks = {Hook("a", 0, {"hook-succeeded"}), Hook("b", 1, {"hook-failed"}), Hook("c", 2)};
  failing_ = {"b"};
  const absl::Status status = Run();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(StartsWith("failed pre-install: hook shop/templates/b.yaml: not done after "),
                    HasSubstr("Job default/b: Job has failed"), HasSubstr("pod b-x: c: ended with code 1"),
                    HasSubstr("log of b-x/c: words of b-x")));
  EXPECT_NE(HintOf(status), "");
  EXPECT_THAT(created_, ElementsAre("a", "b"));
  EXPECT_THAT(Phases(), ElementsAre("Succeeded", "Failed", ""));
  EXPECT_FALSE(IsThere("a"));
  EXPECT_FALSE(IsThere("b"));
}

TEST_F(HooksTest, ThatHaveFailedStayFailedAfterACut) {
  durable_.hooks = {Hook("a")};
  failing_ = {"a"};
  ASSERT_FALSE(Run().ok());
  const absl::Status status = Run();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("it failed at "), HasSubstr("log of a-x/c: words of a-x")));
  EXPECT_THAT(created_, ElementsAre("a"));
  durable_.hooks[0].events = {"pre-install", "pre-delete"};
  failing_.clear();
  EXPECT_TRUE(Run("pre-delete").ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Run()));  // still, though another event came after it
}

TEST_F(HooksTest, HaveTheirTimeOnly) {
  durable_.hooks = {Hook("a")};
  slow_ = {"a"};
  HookContext context = Context();
  context.timeout = absl::Seconds(1);
  const absl::Status status = Run("pre-install", context);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("Job default/a: 0 of 1 pod is done"));
  EXPECT_THAT(Phases(), ElementsAre("Failed"));
}

TEST_F(HooksTest, OfOtherKindsAreDoneByBeingThere) {
  durable_.hooks = {Hook("a", 0, {}, "ConfigMap")};
  ASSERT_TRUE(Run("pre-install").ok());
  EXPECT_THAT(Phases(), ElementsAre("Succeeded"));
}

TEST_F(HooksTest, ThatDefineKindsStay) {
  ReleaseHook hook{.name = "things.example.org", .kind = "CustomResourceDefinition", .path = "crd.yaml"};
  hook.manifest =
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: "
      "things.example.org}\n";
  hook.events = {"pre-install"};
  hook.delete_policies = {"hook-succeeded"};
  durable_.hooks = {hook};
  ASSERT_TRUE(Run().ok());
  EXPECT_TRUE(
      cluster_.Get({"apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "things.example.org"}).ok());
}

TEST_F(HooksTest, OnlyThoseWantedRun) {
  durable_.hooks = {Hook("a"), Hook("b")};
  HookContext context = Context();
  context.wanted = [](const ReleaseHook& hook) { return hook.name == "b"; };
  ASSERT_TRUE(Run("pre-install", context).ok());
  EXPECT_THAT(created_, ElementsAre("b"));
}

TEST_F(HooksTest, TellTheirLogsWhenAsked) {
  durable_.hooks = {Hook("a"), Hook("b", 1)};
  durable_.hooks[1].output_log_policies = {"hook-failed"};
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(told_, Not(Contains(HasSubstr("words of"))));
  failing_ = {"b"};
  durable_.annotations.clear();
  ASSERT_FALSE(Run().ok());
  EXPECT_THAT(told_, AllOf(Contains("log of b-x/c: words of b-x"), Not(Contains(HasSubstr("words of a-x")))));
  HookContext context = Context();
  context.logs = true;
  durable_.annotations.clear();
  ASSERT_FALSE(Run("pre-install", context).ok());
  EXPECT_THAT(told_, Contains("log of a-x/c: words of a-x"));
}

TEST_F(HooksTest, AreNotTakenForDoneByWhatAnotherRunDid) {
  durable_.hooks = {Hook("a")};
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(Run().ok());  // the same run: a cut came after it
  EXPECT_THAT(created_, ElementsAre("a"));
  HookContext context = Context();
  context.run = "op-2";
  ASSERT_TRUE(Run("pre-install", context).ok());
  EXPECT_THAT(created_, ElementsAre("a", "a"));
}

TEST_F(HooksTest, RunOncePerEvent) {
  durable_.hooks = {Hook("a")};
  durable_.hooks[0].events = {"pre-install", "post-install"};
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(Run("post-install").ok());
  EXPECT_THAT(created_, ElementsAre("a", "a"));
  // After a cut the run goes through all its events again.
  ASSERT_TRUE(Run().ok());
  ASSERT_TRUE(Run("post-install").ok());
  EXPECT_THAT(created_, ElementsAre("a", "a"));
}

TEST_F(HooksTest, DoNotExpireBeforeTheirEndIsSeen) {
  durable_.hooks = {Hook("a")};
  slow_ = {"a"};
  const auto life = [&] { return kube::At(*cluster_.Get(Ref("a")), {"spec", "ttlSecondsAfterFinished"}); };
  Json meanwhile;
  HookContext context = Context();
  context.progress = [&](absl::string_view text) {
    if (text != "Job default/a: 0 of 1 pod is done") return;
    meanwhile = life();
    const Json ended{{"status", {{"conditions", Json::array({{{"type", "Complete"}, {"status", "True"}}})}}}};
    EXPECT_TRUE(cluster_.Patch(Ref("a"), kube::PatchKind::kMerge, ended).ok());
  };
  ASSERT_TRUE(Run("pre-install", context).ok());
  EXPECT_TRUE(meanwhile.is_null());
  EXPECT_EQ(life(), 60);
}

TEST_F(HooksTest, RefuseManifestsThatAreNone) {
  durable_.hooks = {Hook("a")};
  durable_.hooks[0].manifest = "kind: [";
  EXPECT_THAT(std::string(Run().message()), HasSubstr("shop/templates/a.yaml"));
}

TEST_F(HooksTest, HaveNotFailedWhenTheServerHas) {
  const absl::Status failures[] = {absl::DeadlineExceededError("slow"), absl::InternalError("500"),
                                   absl::UnavailableError("away")};
  for (const absl::Status& failure : failures) {
    durable_.hooks = {Hook("a", 0, {"hook-failed"})};
    kube::FaultyClient client(&cluster_);
    client.Fail(1, failure);  // the creation, after a look
    const absl::Status status = Run("pre-install", Context(&client));
    EXPECT_TRUE(absl::IsUnavailable(status) || absl::IsInternal(status)) << status;
    EXPECT_THAT(Phases(), ElementsAre("Running"));
    EXPECT_THAT(created_, IsEmpty());
  }
  EXPECT_TRUE(Run().ok());
}

TEST_F(HooksTest, FailWhenTheServerRefusesThem) {
  durable_.hooks = {Hook("a")};
  kube::FaultyClient client(&cluster_);
  client.Fail(2, absl::PermissionDeniedError("exceeded quota: small"));
  const absl::Status status = Run("pre-install", Context(&client));
  EXPECT_EQ(status.message(),
            "failed pre-install: hook shop/templates/a.yaml: Job default/a: exceeded quota: small");
  EXPECT_THAT(Phases(), ElementsAre("Failed"));
}

// Whatever is cut, and whether the server has done the last call or not, the run that follows leaves the
// same, and no hook runs twice.
class CutHooksTest : public HooksTest {
 protected:
  void Prepare() {
    durable_.hooks = {Hook("a", 0, {"before-hook-creation", "hook-succeeded"}), Hook("b", 1),
                      Hook("c", 2, {"hook-succeeded"}), Hook("d", 3, {}, "ConfigMap")};
    // "b" was there before.
    cluster_.Seed({{"apiVersion", "batch/v1"},
                   {"kind", "Job"},
                   {"metadata", {{"name", "b"}, {"namespace", "default"}}}});
  }
  void ExpectDone(const std::string& cut) {
    const absl::Status status = Run();
    EXPECT_TRUE(status.ok()) << cut << ": " << status;
    EXPECT_THAT(created_, ElementsAre("a", "b", "c", "d")) << cut;
    EXPECT_THAT(Phases(), ElementsAre("Succeeded", "Succeeded", "Succeeded", "Succeeded")) << cut;
    EXPECT_FALSE(IsThere("a")) << cut;
    EXPECT_TRUE(IsThere("b")) << cut;
    EXPECT_FALSE(IsThere("c")) << cut;
  }
};

constexpr int kCalls = 26;

TEST_F(CutHooksTest, AreCutAtEachCall) {
  Prepare();
  kube::FaultyClient client(&cluster_);
  ASSERT_TRUE(Run("pre-install", Context(&client)).ok());
  EXPECT_LE(client.calls(), kCalls);
  EXPECT_GE(client.calls(), kCalls - 2);
}

class CutAtCall : public CutHooksTest, public ::testing::WithParamInterface<std::tuple<int, bool>> {};

TEST_P(CutAtCall, EachRunsOnce) {
  const auto [call, done] = GetParam();
  Prepare();
  kube::FaultyClient client(&cluster_);
  if (done) client.LoseAnswer(call);
  for (int i = done ? call + 1 : call; i < call + 200; ++i) client.Fail(i, absl::UnavailableError("dead"));
  HookContext context = Context(&client);
  context.go_on = [&] { return client.calls() <= call; };
  const auto record = context.record;
  context.record = [&](const Release& release) {
    return client.calls() > call ? absl::UnavailableError("dead") : record(release);
  };
  const absl::Status cut = Run("pre-install", context);
  ASSERT_EQ(cut.ok(), client.calls() <= call) << cut;
  ExpectDone(absl::StrCat("call ", call, done ? ", done" : ""));
}
INSTANTIATE_TEST_SUITE_P(Hooks, CutAtCall,
                         ::testing::Combine(::testing::Range(0, kCalls), ::testing::Bool()));

class CutAtRecord : public CutHooksTest, public ::testing::WithParamInterface<std::tuple<int, bool>> {};

TEST_P(CutAtRecord, EachRunsOnce) {
  const auto [at, done] = GetParam();
  Prepare();
  HookContext context = Context();
  context.record = [&, record = context.record](const Release& release) {
    if (records_ == at && done) (void)record(release);
    return records_ >= at ? absl::UnavailableError("dead") : record(release);
  };
  EXPECT_FALSE(Run("pre-install", context).ok());
  ExpectDone(absl::StrCat("record ", at, done ? ", done" : ""));
}
INSTANTIATE_TEST_SUITE_P(Hooks, CutAtRecord, ::testing::Combine(::testing::Range(0, 5), ::testing::Bool()));

}  // namespace
}  // namespace devstats::release
