// Planning, applying and deleting against a cluster in memory; tests/integration/release has the same on a
// real one.
#include "coordinator/release/objects/change.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const ReleaseName kShop{"store", "shop"};

std::string TextOf(const ObjectChange& change) {
  static constexpr const char* kActions[] = {"unchanged", "create", "update", "delete", "keep"};
  std::string out = absl::StrCat(kActions[static_cast<int>(change.action)], " ", change.ref.Text());
  for (const auto& f : change.fields) absl::StrAppend(&out, " ", f.path, ": ", f.before, " -> ", f.after);
  for (const auto& c : change.left) absl::StrAppend(&out, " left ", c.field, " to ", c.manager);
  if (change.adopts) out += " adopts";
  if (change.takes_over) out += " takes over";
  return out;
}

std::string ConfigMap(const std::string& name, const std::string& data, const std::string& more = "") {
  return absl::StrCat("---\n# Source: shop/templates/", name,
                      ".yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ", name, more, "}\ndata: {",
                      data, "}\n");
}

class ChangeTest : public ::testing::Test {
 protected:
  ChangeTest() : client_(&kube_) {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
  }
  std::vector<ReleaseObject> Objects(const std::string& manifest) {
    auto objects = ObjectsOf(manifest, kShop, kube_, {});
    EXPECT_TRUE(objects.ok()) << objects.status();
    return objects.ok() ? *std::move(objects) : std::vector<ReleaseObject>();
  }
  ObjectsWanted Wanted(const std::string& manifest, const std::string& previous = "") {
    return {kShop, Objects(manifest), Objects(previous)};
  }
  absl::StatusOr<std::vector<ObjectChange>> Plan(const ObjectsWanted& objects) {
    return PlanObjects(objects, client_, options_);
  }
  std::vector<std::string> Planned(const ObjectsWanted& objects) {
    const auto changes = Plan(objects);
    EXPECT_TRUE(changes.ok()) << changes.status();
    std::vector<std::string> out;
    for (const auto& change : changes.ok() ? *changes : std::vector<ObjectChange>())
      out.push_back(TextOf(change));
    return out;
  }
  absl::Status Apply(const ObjectsWanted& objects, const std::vector<ObjectChange>& changes) {
    return ApplyObjects(objects, changes, client_, options_, absl::Now() + absl::Minutes(1),
                        [&](const ObjectChange& change) {
                          absl::MutexLock lock(&mutex_);
                          applied_.push_back(change.ref.Text());
                        });
  }
  absl::Status Run(const ObjectsWanted& objects) {
    const auto changes = Plan(objects);
    RETURN_IF_ERROR(changes.status());
    RETURN_IF_ERROR(Apply(objects, *changes));
    return DeleteObjects(kShop, *changes, client_, kube::Propagation::kBackground, options_,
                         [&](const ObjectChange& change) {
                           absl::MutexLock lock(&mutex_);
                           applied_.push_back(absl::StrCat("deleted ", change.ref.Text()));
                         });
  }
  Json Live(const std::string& kind, const std::string& name, const std::string& api_version = "v1") {
    const auto live = kube_.Get({api_version, kind, "shop", name});
    return live.ok() ? *live : Json();
  }
  // As Helm leaves it: its manager, the marks, what the manifest says.
  void SeedHelms(const std::string& manifest) {
    for (const ReleaseObject& object : Objects(manifest)) kube_.Seed(object.object, "helm");
  }

  kube::FakeKube kube_;
  kube::FaultyClient client_;
  ChangeOptions options_;
  absl::Mutex mutex_;
  std::vector<std::string> applied_;
};

TEST_F(ChangeTest, CreatesUpdatesDeletesAndThenNothing) {
  const std::string first = ConfigMap("a", "x: one") + ConfigMap("b", "x: one");
  EXPECT_THAT(Planned(Wanted(first)), ElementsAre("create ConfigMap shop/a", "create ConfigMap shop/b"));
  ASSERT_TRUE(Run(Wanted(first)).ok());
  EXPECT_THAT(applied_, UnorderedElementsAre("ConfigMap shop/a", "ConfigMap shop/b"));

  const std::string second = ConfigMap("a", "w: two") + ConfigMap("c", "x: one");
  EXPECT_THAT(Planned(Wanted(second, first)),
              ElementsAre("update ConfigMap shop/a .data.w:  -> two .data.x: one -> ",
                          "create ConfigMap shop/c", "delete ConfigMap shop/b"));
  applied_.clear();
  ASSERT_TRUE(Run(Wanted(second, first)).ok());
  EXPECT_THAT(applied_, ElementsAre("ConfigMap shop/a", "ConfigMap shop/c", "deleted ConfigMap shop/b"));
  EXPECT_EQ(Live("ConfigMap", "a")["data"], (Json{{"w", "two"}}));
  EXPECT_TRUE(Live("ConfigMap", "b").is_null());

  EXPECT_THAT(Planned(Wanted(second, second)),
              ElementsAre("unchanged ConfigMap shop/a", "unchanged ConfigMap shop/c"));
}

TEST_F(ChangeTest, WhatIsAsWantedCostsOneListForItsKind) {
  std::string manifest;
  for (int i = 0; i < 40; ++i) manifest += ConfigMap(absl::StrCat("c", i), "x: one");
  const ObjectsWanted objects = Wanted(manifest, manifest);
  ASSERT_TRUE(Run(objects).ok());
  const int calls = client_.calls(), writes = client_.writes();
  ASSERT_TRUE(Run(objects).ok());
  EXPECT_EQ(client_.calls() - calls, 1);
  EXPECT_EQ(client_.writes(), writes);
}

TEST_F(ChangeTest, DriftIsMendedEvenIfTheManifestIsTheSame) {
  const std::string manifest = ConfigMap("a", "x: one");
  ASSERT_TRUE(Run(Wanted(manifest)).ok());
  ASSERT_TRUE(
      kube_.Patch({"v1", "ConfigMap", "shop", "a"}, kube::PatchKind::kMerge, {{"data", {{"x", nullptr}}}})
          .ok());
  EXPECT_THAT(Planned(Wanted(manifest, manifest)), ElementsAre("update ConfigMap shop/a .data.x:  -> one"));
}

TEST_F(ChangeTest, FieldsOfHelmAreTakenOverAndGoWithTheManifest) {
  const std::string helms = ConfigMap("a", "x: one, z: three") + ConfigMap("same", "x: one");
  SeedHelms(helms);
  const std::string ours = ConfigMap("a", "x: two") + ConfigMap("same", "x: one");
  EXPECT_THAT(Planned(Wanted(ours, helms)),
              ElementsAre("update ConfigMap shop/a .data.x: one -> two .data.z: three ->  takes over",
                          "update ConfigMap shop/same takes over"));
  const absl::Status done = Run(Wanted(ours, helms));
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("ConfigMap", "a")["data"], (Json{{"x", "two"}}));
  EXPECT_EQ(Live("ConfigMap", "a")["metadata"]["managedFields"].size(), 1u);
  EXPECT_THAT(Planned(Wanted(ours, ours)),
              ElementsAre("unchanged ConfigMap shop/a", "unchanged ConfigMap shop/same"));
}

TEST_F(ChangeTest, ATakeOverIsTriedAgainWhenSomebodyWrites) {
  const std::string manifest = ConfigMap("a", "x: one");
  SeedHelms(manifest);
  const ObjectsWanted objects = Wanted(manifest, manifest);
  const auto changes = Plan(objects);
  ASSERT_TRUE(changes.ok());
  const int patch = client_.calls() + 1;
  client_.Fail(patch, absl::AbortedError("the object has been modified"));
  client_.LoseAnswer(patch + 2);
  const absl::Status done = Apply(objects, *changes);
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(Live("ConfigMap", "a")["metadata"]["managedFields"][0]["operation"], "Apply");
}

TEST_F(ChangeTest, FieldsThatTheChartHasNotChangedAreLeftToTheirOwner) {
  const std::string first = ConfigMap("a", "x: one, w: one");
  ASSERT_TRUE(Run(Wanted(first)).ok());
  kube_.patcher = "kubectl-edit";
  ASSERT_TRUE(
      kube_.Patch({"v1", "ConfigMap", "shop", "a"}, kube::PatchKind::kMerge, {{"data", {{"x", "theirs"}}}})
          .ok());
  // Their edit of x stays as long as the chart says nothing new about it.
  EXPECT_THAT(Planned(Wanted(first, first)),
              ElementsAre("unchanged ConfigMap shop/a left .data.x to kubectl-edit"));
  const std::string second = ConfigMap("a", "x: one, z: new");
  EXPECT_THAT(
      Planned(Wanted(second, first)),
      ElementsAre("update ConfigMap shop/a .data.w: one ->  .data.z:  -> new left .data.x to kubectl-edit"));
  ASSERT_TRUE(Run(Wanted(second, first)).ok());
  EXPECT_EQ(Live("ConfigMap", "a")["data"]["x"], "theirs");
  EXPECT_EQ(Live("ConfigMap", "a")["data"]["z"], "new");

  const std::string third = ConfigMap("a", "x: two");
  const auto refused = Plan(Wanted(third, second));
  EXPECT_TRUE(absl::IsAborted(refused.status())) << refused.status();
  EXPECT_EQ(refused.status().message(), "ConfigMap shop/a: .data.x is owned by \"kubectl-edit\"");
  EXPECT_THAT(kube::ConflictsOf(refused.status()),
              ElementsAre(kube::FieldConflict{".data.x", "kubectl-edit"}));
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("--force-conflicts"));

  options_.force_conflicts = true;
  EXPECT_THAT(Planned(Wanted(third, second))[0], HasSubstr(".data.x: theirs -> two"));
  ASSERT_TRUE(Run(Wanted(third, second)).ok());
  EXPECT_EQ(Live("ConfigMap", "a")["data"]["x"], "two");
}

TEST_F(ChangeTest, ForeignObjectsAreAdoptedOnlyOnRequest) {
  kube_.Seed(
      {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "a"}, {"namespace", "shop"}}}});
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "ConfigMap"},
              {"metadata",
               {{"name", "b"},
                {"namespace", "shop"},
                {"labels", {{"app.kubernetes.io/managed-by", "Helm"}}},
                {"annotations",
                 {{"meta.helm.sh/release-name", "other"}, {"meta.helm.sh/release-namespace", "shop"}}}}},
              {"data", {{"x", "theirs"}}}},
             "helm");
  const ObjectsWanted objects = Wanted(ConfigMap("a", "x: one") + ConfigMap("b", "x: one"));
  const auto refused = Plan(objects);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr(
          "ConfigMap \"a\" in namespace \"shop\" exists and cannot be imported into the current release: "
          "invalid ownership metadata; label validation error: missing key"));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("current value is \"other\""));
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("devstatsctl release adopt"));
  options_.adopt = true;
  const auto planned = Planned(objects);
  EXPECT_THAT(planned[0], HasSubstr(".metadata.labels"));
  EXPECT_THAT(planned[1], HasSubstr("release-name\"]: other -> store"));
  EXPECT_THAT(planned[1], HasSubstr("adopts takes over"));
  ASSERT_TRUE(Run(objects).ok());
  EXPECT_TRUE(CheckOwnership(Live("ConfigMap", "b"), kShop).ok());
}

TEST_F(ChangeTest, ObjectsToKeepAndThoseOfOthersAreNotDeleted) {
  const std::string keep = ", annotations: {helm.sh/resource-policy: keep}";
  const std::string first = ConfigMap("kept", "", keep) + ConfigMap("lost", "") + ConfigMap("gone", "") +
                            ConfigMap("annotated", "") + ConfigMap("mine", "");
  ASSERT_TRUE(Run(Wanted(first)).ok());
  Json lost = Live("ConfigMap", "lost");
  lost["metadata"]["annotations"]["meta.helm.sh/release-name"] = "other";
  kube_.Seed(lost);
  Json annotated = Live("ConfigMap", "annotated");
  annotated["metadata"]["annotations"]["helm.sh/resource-policy"] = "keep";
  kube_.Seed(annotated);
  ASSERT_TRUE(kube_.Delete({"v1", "ConfigMap", "shop", "gone"}, {}).ok());
  EXPECT_THAT(
      Planned(Wanted("", first)),
      ElementsAre("delete ConfigMap shop/mine", "keep ConfigMap shop/annotated", "keep ConfigMap shop/kept"));
  ASSERT_TRUE(Run(Wanted("", first)).ok());
  EXPECT_FALSE(Live("ConfigMap", "lost").is_null());
  EXPECT_FALSE(Live("ConfigMap", "kept").is_null());
  EXPECT_TRUE(Live("ConfigMap", "mine").is_null());
}

TEST_F(ChangeTest, OnlyTheObjectThatWasMeantIsDeleted) {
  const std::string manifest = ConfigMap("a", "") + ConfigMap("b", "");
  ASSERT_TRUE(Run(Wanted(manifest)).ok());
  const auto changes = Plan(Wanted("", manifest));
  ASSERT_TRUE(changes.ok());
  // Since the plan, another has put an object of his own under the name.
  ASSERT_TRUE(kube_.Delete({"v1", "ConfigMap", "shop", "a"}, {}).ok());
  kube_.Seed(
      {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "a"}, {"namespace", "shop"}}}});
  const auto nothing = [](const ObjectChange&) {};
  ASSERT_TRUE(
      DeleteObjects(kShop, *changes, client_, kube::Propagation::kBackground, options_, nothing).ok());
  EXPECT_FALSE(Live("ConfigMap", "a").is_null());
  EXPECT_TRUE(Live("ConfigMap", "b").is_null());
  EXPECT_TRUE(
      DeleteObjects(kShop, *changes, client_, kube::Propagation::kBackground, options_, nothing).ok());
}

constexpr char kPoolKind[] = R"(---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Pool, plural: pools}
  versions: [{name: v1, served: true, storage: true}]
---
{apiVersion: example.org/v1, kind: Pool, metadata: {name: p}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: new}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: new}}
)";

TEST_F(ChangeTest, WhatTheReleaseItselfBringsIsThereForTheRest) {
  const ObjectsWanted objects = Wanted(kPoolKind);
  EXPECT_THAT(Planned(objects),
              ElementsAre("create Namespace new", "create ConfigMap new/c",
                          "create CustomResourceDefinition pools.example.org", "create Pool shop/p"));
  const absl::Status done = Run(objects);
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_FALSE(Live("Pool", "p", "example.org/v1").is_null());
  EXPECT_THAT(Planned(Wanted(kPoolKind, kPoolKind)),
              ElementsAre("unchanged Namespace new", "unchanged ConfigMap new/c",
                          "unchanged CustomResourceDefinition pools.example.org", "unchanged Pool shop/p"));
}

TEST_F(ChangeTest, RefusalsAreToldTogetherEachWithItsObject) {
  kube_.admit = [](const Json&, const Json& object) -> absl::Status {
    const std::string name = kube::TextAt(object, {"metadata", "name"});
    if (name == "quota") {
      return absl::PermissionDeniedError(
          "applying ConfigMap shop/quota: configmaps \"quota\" is forbidden: exceeded quota: small, "
          "requested: "
          "count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1");
    }
    if (name == "bad") return absl::InvalidArgumentError("ConfigMap \"bad\" is invalid: data: Forbidden: no");
    return absl::OkStatus();
  };
  const auto refused = Plan(Wanted(ConfigMap("quota", "") + ConfigMap("good", "") + ConfigMap("bad", "")));
  EXPECT_TRUE(absl::IsResourceExhausted(refused.status())) << refused.status();
  EXPECT_THAT(
      std::string(refused.status().message()),
      HasSubstr(
          "2 objects: ConfigMap shop/quota (shop/templates/quota.yaml): the quota of its namespace is used "
          "up: configmaps \"quota\" is forbidden"));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("; ConfigMap shop/bad (shop/templates/bad.yaml): "));
  EXPECT_THAT(HintOf(refused.status()), HasSubstr("ResourceQuota shop/small"));
  EXPECT_EQ(client_.writes(), 3);  // dry runs all
  EXPECT_EQ(kube_.writes, 0);
}

TEST_F(ChangeTest, ARefusalForWantOfWhatTheReleaseBringsIsNone) {
  const std::string manifest =
      "{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}\n---\n"
      "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {serviceAccountName: robot}}";
  kube_.admit = [](const Json& live, const Json& object) -> absl::Status {
    return object["kind"] == "Pod" && live.is_null()
               ? absl::PermissionDeniedError("serviceaccount \"robot\" not found")
               : absl::OkStatus();
  };
  EXPECT_THAT(Planned(Wanted(manifest)),
              ElementsAre("create ServiceAccount shop/robot", "create Pod shop/p"));
}

TEST_F(ChangeTest, TheFirstErrorEndsAnApplyAndItMayBeDoneAgain) {
  std::string manifest;
  for (int i = 0; i < 30; ++i) manifest += ConfigMap(absl::StrCat("c", i), "x: one");
  const ObjectsWanted objects = Wanted(manifest);
  const auto changes = Plan(objects);
  ASSERT_TRUE(changes.ok());
  client_.Fail(client_.calls() + 10, absl::UnavailableError("the connection broke"));
  const absl::Status failed = Apply(objects, *changes);
  EXPECT_TRUE(absl::IsUnavailable(failed)) << failed;
  EXPECT_THAT(std::string(failed.message()), HasSubstr("ConfigMap shop/c"));
  EXPECT_GE(applied_.size(), 10u);
  EXPECT_LT(applied_.size(), 10u + static_cast<size_t>(options_.parallel));
  ASSERT_TRUE(Run(objects).ok());
  EXPECT_EQ(std::set<std::string>(applied_.begin(), applied_.end()).size(), 30u);
}

TEST_F(ChangeTest, WhatHasRunIsNotMadeAgain) {
  const std::string job = "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {x: 1}}";
  const std::string other = "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {x: 2}}";
  ObjectsWanted objects = Wanted(job, job);
  EXPECT_THAT(Planned(objects),
              ElementsAre("create Job shop/j"));  // the last revision may have failed before it
  objects.settled = true;
  EXPECT_THAT(Planned(objects), ElementsAre("unchanged Job shop/j"));
  objects = Wanted(other, job);
  objects.settled = true;
  EXPECT_THAT(Planned(objects), ElementsAre("create Job shop/j"));
}

TEST_F(ChangeTest, OneThatMayNotListReadsEach) {
  std::string manifest;
  for (int i = 0; i < 6; ++i) manifest += ConfigMap(absl::StrCat("c", i), "x: one");
  ASSERT_TRUE(Run(Wanted(manifest)).ok());
  const int calls = client_.calls();
  client_.Fail(calls, absl::PermissionDeniedError("cannot list resource"));
  for (const std::string& told : Planned(Wanted(manifest, manifest)))
    EXPECT_THAT(told, HasSubstr("unchanged"));
  EXPECT_EQ(client_.calls() - calls, 7);
}

TEST_F(ChangeTest, ASecretsValuesAreNotTold) {
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "Secret"},
              {"metadata",
               {{"name", "s"},
                {"namespace", "shop"},
                {"annotations",
                 {{"kubectl.kubernetes.io/last-applied-configuration", R"({"data":{"a":"b2xk"}})"}}}}},
              {"data", {{"a", "b2xk"}}}},
             "kubectl-client-side-apply");
  options_.adopt = true;
  const auto planned =
      Planned(Wanted("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: new, b: newer}}"));
  ASSERT_EQ(planned.size(), 1u);
  for (const char* value : {"b2xk", "old", "bmV3", "new"})
    EXPECT_THAT(planned[0], ::testing::Not(HasSubstr(value)));
  EXPECT_THAT(planned[0], HasSubstr(".data.a: (hidden) -> (another, hidden)"));
}

TEST_F(ChangeTest, StopsWhenTold) {
  const ObjectsWanted objects = Wanted(ConfigMap("a", "") + ConfigMap("b", ""));
  const auto changes = Plan(objects);
  ASSERT_TRUE(changes.ok());
  options_.go_on = [] { return false; };
  EXPECT_TRUE(absl::IsCancelled(Apply(objects, *changes)));
  EXPECT_TRUE(absl::IsCancelled(Plan(objects).status()));
  EXPECT_THAT(applied_, IsEmpty());
}

TEST_F(ChangeTest, AnObjectThatIsBeingDeletedIsWaitedForFirst) {
  kube_.Seed(
      {{"apiVersion", "v1"},
       {"kind", "ConfigMap"},
       {"metadata", {{"name", "a"}, {"namespace", "shop"}, {"deletionTimestamp", "2026-01-01T00:00:00Z"}}}});
  const auto refused = Plan(Wanted(ConfigMap("a", "")));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_EQ(refused.status().message(), "ConfigMap shop/a is being deleted");
}

TEST_F(ChangeTest, AnObjectUnderAnotherGroupOfTheApiIsOne) {
  const std::string before = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {x: 1}}";
  ASSERT_TRUE(Run(Wanted(before)).ok());
  // The same object is served as another group's: same uid.
  const std::string uid = Live("Deployment", "web", "apps/v1")["metadata"]["uid"];
  Json twin = Live("Deployment", "web", "apps/v1");
  twin["apiVersion"] = "batch/v1";
  twin["kind"] = "Job";
  kube_.Seed(twin);
  Json same = Live("Job", "web", "batch/v1");
  ASSERT_NE(same["metadata"]["uid"], uid);
  same["metadata"]["uid"] = uid;
  kube_.Seed(same);
  const auto planned =
      Planned(Wanted("{apiVersion: batch/v1, kind: Job, metadata: {name: web}, spec: {x: 1}}", before));
  ASSERT_EQ(planned.size(), 1u) << absl::StrJoin(planned, "\n");
}

}  // namespace
}  // namespace devstats::release
