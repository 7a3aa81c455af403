// What would be done; tests/integration/release has the same on a real server.
#include "absl/strings/str_join.h"
#include "tests/coordinator/release/objects/change_fixture.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
