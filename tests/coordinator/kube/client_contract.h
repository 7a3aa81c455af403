// What every KubeClient does, real or fake. A binary instantiates it with the clients it has.
#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"

namespace devstats::kube {

class ClientContract : public ::testing::TestWithParam<std::function<std::shared_ptr<KubeClient>()>> {
 protected:
  void SetUp() override {
    client_ = GetParam()();
    if (!client_) GTEST_SKIP() << "no API server here";
    const Json space{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kSpace}}}};
    ASSERT_TRUE(client_->Apply(space).ok());
  }
  void TearDown() override {
    if (!client_) return;
    const auto all = client_->List({"v1", "ConfigMap", kSpace, "contract=yes"});
    for (const Json& item : all.ok() ? all->items : std::vector<Json>()) (void)client_->Delete(*RefOf(item));
  }
  static ObjectRef Ref(const std::string& name) { return {"v1", "ConfigMap", kSpace, name}; }
  static Json Map(const std::string& name, const Json& data) {
    return {{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata", {{"name", name}, {"namespace", kSpace}, {"labels", {{"contract", "yes"}}}}},
            {"data", data}};
  }
  static constexpr char kSpace[] = "contract";
  std::shared_ptr<KubeClient> client_;
};

TEST_P(ClientContract, TellsVersionAndKinds) {
  EXPECT_THAT(*client_->Version(), ::testing::StartsWith("v1."));
  const auto deployment = client_->FindKind("apps/v1", "Deployment");
  ASSERT_TRUE(deployment.ok()) << deployment.status();
  EXPECT_EQ(*deployment, (ApiResource{"apps/v1", "Deployment", "deployments", true}));
  EXPECT_FALSE(client_->FindKind("v1", "Node")->namespaced);
  EXPECT_TRUE(absl::IsNotFound(client_->FindKind("v1", "Nonsense").status()));
  EXPECT_THAT(*client_->Kinds(), ::testing::Contains(*deployment));
}

TEST_P(ClientContract, CreatesReadsAndDeletes) {
  ASSERT_TRUE(absl::IsNotFound(client_->Get(Ref("a")).status()));
  const auto made = client_->Create(Map("a", {{"k", "v"}}));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_NE(TextAt(*made, {"metadata", "uid"}), "");
  EXPECT_TRUE(absl::IsAlreadyExists(client_->Create(Map("a", {{"k", "w"}})).status()));
  EXPECT_EQ(TextAt(*client_->Get(Ref("a")), {"data", "k"}), "v");
  EXPECT_TRUE(client_->Delete(Ref("a")).ok());
  EXPECT_TRUE(absl::IsNotFound(client_->Delete(Ref("a"))));
}

TEST_P(ClientContract, ReplacesTheVersionThatItSaw) {
  EXPECT_TRUE(absl::IsNotFound(client_->Update(Map("a", {{"k", "v"}})).status()));
  const auto made = client_->Create(Map("a", {{"k", "v"}, {"l", "w"}}));
  ASSERT_TRUE(made.ok()) << made.status();
  Json next = Map("a", {{"k", "x"}});
  next["metadata"]["resourceVersion"] = (*made)["metadata"]["resourceVersion"];
  const auto updated = client_->Update(next);
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ((*updated)["data"], (Json{{"k", "x"}}));
  EXPECT_EQ((*updated)["metadata"]["uid"], (*made)["metadata"]["uid"]);
  EXPECT_TRUE(absl::IsAborted(client_->Update(next).status()));
  EXPECT_TRUE(client_->Update(Map("a", {{"k", "y"}})).ok());  // whatever is there
}

TEST_P(ClientContract, DeletesTheMeantObjectOnly) {
  const auto made = client_->Create(Map("a", {{"k", "v"}}));
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(absl::IsAborted(client_->Delete(Ref("a"), {.uid = "5b4f0d9c-0000-4000-8000-000000000000"})));
  const std::string version = TextAt(*made, {"metadata", "resourceVersion"});
  ASSERT_TRUE(client_->Update(Map("a", {{"k", "w"}})).ok());
  EXPECT_TRUE(absl::IsAborted(client_->Delete(Ref("a"), {.version = version})));
  const auto live = client_->Get(Ref("a"));
  ASSERT_TRUE(live.ok()) << live.status();
  EXPECT_TRUE(client_
                  ->Delete(Ref("a"), {.uid = TextAt(*live, {"metadata", "uid"}),
                                      .version = TextAt(*live, {"metadata", "resourceVersion"})})
                  .ok());
}

TEST_P(ClientContract, ListsMetadataAlone) {
  ASSERT_TRUE(client_->Create(Map("a", {{"k", "v"}})).ok());
  const auto all =
      client_->List({.api_version = "v1", .kind = "ConfigMap", .namespace_ = kSpace, .metadata_only = true});
  ASSERT_TRUE(all.ok()) << all.status();
  const auto found = std::find_if(all->items.begin(), all->items.end(), [](const Json& i) {
    return TextAt(i, {"metadata", "name"}) == "a";
  });
  ASSERT_NE(found, all->items.end());
  EXPECT_EQ(TextAt(*found, {"metadata", "labels", "contract"}), "yes");
  EXPECT_EQ((*found)["kind"], "ConfigMap");
  EXPECT_FALSE(found->contains("data"));
}

TEST_P(ClientContract, RefusesWhatHasNoPlace) {
  Json lost = Map("a", {{"k", "v"}});
  lost["metadata"]["namespace"] = "no-such-namespace";
  EXPECT_TRUE(absl::IsNotFound(client_->Create(lost).status()));
  lost["metadata"].erase("namespace");
  EXPECT_TRUE(absl::IsInvalidArgument(client_->Create(lost).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(client_->Get({"v1", "ConfigMap", "", "a"}).status()));
  EXPECT_TRUE(absl::IsNotFound(client_->Get({"no.such/v1", "Thing", "", "a"}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(client_->Apply(Json{{"kind", "ConfigMap"}}).status()));
}

TEST_P(ClientContract, ListsByLabel) {
  ASSERT_TRUE(client_->Create(Map("a", {{"k", "v"}})).ok());
  Json other = Map("b", {{"k", "v"}});
  other["metadata"]["labels"]["tier"] = "two";
  ASSERT_TRUE(client_->Create(other).ok());
  const auto all = client_->List({"v1", "ConfigMap", kSpace, "contract=yes"});
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->items.size(), 2u);
  EXPECT_EQ(all->items[0]["kind"], "ConfigMap");
  EXPECT_EQ(all->items[0]["apiVersion"], "v1");
  EXPECT_NE(all->resource_version, "");
  const auto some = client_->List({"v1", "ConfigMap", kSpace, "contract=yes,tier=two"});
  ASSERT_EQ(some->items.size(), 1u);
  EXPECT_EQ(TextAt(some->items[0], {"metadata", "name"}), "b");
  EXPECT_EQ(client_->List({"v1", "ConfigMap", kSpace, "", "metadata.name=a"})->items.size(), 1u);
  EXPECT_EQ(client_->List({"v1", "ConfigMap", kSpace, "contract=yes,tier!=two"})->items.size(), 1u);
}

TEST_P(ClientContract, NoPodNoProxy) {
  for (const char* method : {"GET", "POST"}) {
    const auto answer =
        client_->PodProxy({.method = method, .namespace_ = kSpace, .pod = "none", .port = 80, .path = "/"});
    EXPECT_TRUE(absl::IsNotFound(answer.status())) << answer.status();
  }
}

TEST_P(ClientContract, APodThatCannotBeReachedIsNoAnswer) {
  const ObjectRef pod{"v1", "Pod", kSpace, "unreachable"};
  (void)client_->Delete(pod);
  const auto made = client_->Create({{"apiVersion", "v1"},
                                     {"kind", "Pod"},
                                     {"metadata", {{"name", pod.name}, {"namespace", kSpace}}},
                                     {"spec",
                                      {{"automountServiceAccountToken", false},
                                       {"containers", Json::array({{{"name", "a"}, {"image", "none"}}})}}}});
  ASSERT_TRUE(made.ok()) << made.status();
  const auto answer = client_->PodProxy(
      {.namespace_ = kSpace, .pod = pod.name, .port = 80, .path = "/", .timeout = absl::Seconds(20)});
  EXPECT_FALSE(answer.ok()) << answer->code << answer->body;
  EXPECT_TRUE(client_->Delete(pod).ok());
}

TEST_P(ClientContract, AppliesExactlyItsFields) {
  ASSERT_TRUE(client_->Apply(Map("a", {{"k", "v"}, {"l", "w"}})).ok());
  ASSERT_TRUE(client_->Patch(Ref("a"), PatchKind::kMerge, {{"data", {{"theirs", "x"}}}}).ok());
  const auto before = client_->Get(Ref("a"));
  const auto same = client_->Apply(Map("a", {{"k", "v"}, {"l", "w"}}));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ((*same)["metadata"]["resourceVersion"], (*before)["metadata"]["resourceVersion"]);
  // "l" is taken back, for we had set it; "theirs" stays.
  const auto after = client_->Apply(Map("a", {{"k", "changed"}}));
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_EQ((*after)["data"], (Json{{"k", "changed"}, {"theirs", "x"}}));
}

TEST_P(ClientContract, ADryRunChangesNothing) {
  const auto would = client_->Apply(Map("a", {{"k", "v"}}), {.dry_run = true});
  ASSERT_TRUE(would.ok()) << would.status();
  EXPECT_EQ(TextAt(*would, {"data", "k"}), "v");
  EXPECT_TRUE(absl::IsNotFound(client_->Get(Ref("a")).status()));
  ASSERT_TRUE(client_->Apply(Map("a", {{"k", "v"}})).ok());
  EXPECT_EQ(TextAt(*client_->Apply(Map("a", {{"k", "w"}}), {.dry_run = true}), {"data", "k"}), "w");
  EXPECT_EQ(TextAt(*client_->Get(Ref("a")), {"data", "k"}), "v");
}

TEST_P(ClientContract, TakesOthersFieldsOnlyByForce) {
  ASSERT_TRUE(client_->Create(Map("a", {{"k", "theirs"}})).ok());
  const auto refused = client_->Apply(Map("a", {{"k", "ours"}}));
  EXPECT_TRUE(absl::IsAborted(refused.status())) << refused.status();
  ASSERT_EQ(ConflictsOf(refused.status()).size(), 1u) << refused.status();
  EXPECT_EQ(ConflictsOf(refused.status())[0].field, ".data.k");
  EXPECT_NE(ConflictsOf(refused.status())[0].manager, "");
  const auto taken = client_->Apply(Map("a", {{"k", "ours"}}), {.force = true});
  ASSERT_TRUE(taken.ok()) << taken.status();
  EXPECT_EQ(TextAt(*taken, {"data", "k"}), "ours");
  bool named = false;
  for (const Json& entry : At(*taken, {"metadata", "managedFields"})) {
    named = named || (entry["manager"] == kFieldManager && entry["operation"] == "Apply" &&
                      entry["fieldsV1"]["f:data"].contains("f:k"));
  }
  EXPECT_TRUE(named) << taken->dump();
}

TEST_P(ClientContract, AppliesToTheMeantObjectOnly) {
  Json meant = Map("a", {{"k", "v"}});
  meant["metadata"]["uid"] = "5b4f0d9c-0000-4000-8000-000000000000";
  EXPECT_TRUE(absl::IsAborted(client_->Apply(meant).status()));  // does not create it
  EXPECT_TRUE(absl::IsNotFound(client_->Get(Ref("a")).status()));
}

TEST_P(ClientContract, PatchesTheVersionThatItSaw) {
  const auto made = client_->Create(Map("a", {{"k", "v"}}));
  ASSERT_TRUE(made.ok());
  Json patch{{"metadata", {{"resourceVersion", (*made)["metadata"]["resourceVersion"]}}},
             {"data", {{"k", "w"}}}};
  ASSERT_TRUE(client_->Patch(Ref("a"), PatchKind::kMerge, patch).ok());
  patch["data"]["k"] = "x";
  EXPECT_TRUE(absl::IsAborted(client_->Patch(Ref("a"), PatchKind::kMerge, patch).status()));
  EXPECT_TRUE(absl::IsNotFound(client_->Patch(Ref("none"), PatchKind::kMerge, patch).status()));
  const Json steps = Json::array({{{"op", "replace"}, {"path", "/data/k"}, {"value", "y"}}});
  EXPECT_EQ(TextAt(*client_->Patch(Ref("a"), PatchKind::kJson, steps), {"data", "k"}), "y");
}

TEST_P(ClientContract, WatchesFromAListOn) {
  ASSERT_TRUE(client_->Create(Map("a", {{"k", "v"}})).ok());
  absl::Mutex mutex;
  std::vector<std::string> seen;
  auto name = [](WatchEvent::Type type) {
    return type == WatchEvent::Type::kAdded      ? "added"
           : type == WatchEvent::Type::kModified ? "modified"
                                                 : "deleted";
  };
  absl::Status end;
  std::thread watcher([&] {
    end = client_->Watch(
        {"v1", "ConfigMap", kSpace, "contract=yes"},
        [&](const WatchEvent& event) {
          absl::MutexLock lock(&mutex);
          if (event.type == WatchEvent::Type::kSnapshot) {
            seen.push_back(absl::StrCat("all ", event.object["items"].size()));
            return true;
          }
          seen.push_back(absl::StrCat(name(event.type), " ", TextAt(event.object, {"metadata", "name"})));
          return event.type != WatchEvent::Type::kDeleted;
        },
        [] { return true; });
  });
  EXPECT_TRUE(Eventually([&] {
    absl::MutexLock lock(&mutex);
    return seen.size() == 1;
  }));
  EXPECT_TRUE(client_->Create(Map("b", {{"k", "v"}})).ok());
  EXPECT_TRUE(client_->Patch(Ref("b"), PatchKind::kMerge, {{"data", {{"k", "w"}}}}).ok());
  EXPECT_TRUE(client_->Delete(Ref("b")).ok());
  watcher.join();
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_THAT(seen, ::testing::ElementsAre("all 1", "added b", "modified b", "deleted b"));
}

TEST_P(ClientContract, AWatchCanBeCalledOff) {
  std::atomic<bool> listed = false, go_on = true;
  absl::Status end;
  std::thread watcher([&] {
    end = client_->Watch(
        {"v1", "ConfigMap", kSpace, "contract=yes"}, [&](const WatchEvent&) { return listed = true; },
        [&] { return go_on.load(); });
  });
  EXPECT_TRUE(Eventually([&] { return listed.load(); }));
  go_on = false;
  watcher.join();
  EXPECT_TRUE(absl::IsCancelled(end)) << end;
}

}  // namespace devstats::kube
