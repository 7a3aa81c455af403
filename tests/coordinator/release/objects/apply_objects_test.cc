// Applying and deleting.
#include <set>

#include "tests/coordinator/release/objects/change_fixture.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

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
  ASSERT_EQ(applied_.size(), 3u);
  EXPECT_EQ(applied_.back(), "deleted ConfigMap shop/b");  // when all else is there
  applied_.pop_back();
  EXPECT_THAT(applied_, UnorderedElementsAre("ConfigMap shop/a", "ConfigMap shop/c"));
  EXPECT_EQ(Live("ConfigMap", "a")["data"], (Json{{"w", "two"}}));
  EXPECT_TRUE(Live("ConfigMap", "b").is_null());

  EXPECT_THAT(Planned(Wanted(second, second)),
              ElementsAre("unchanged ConfigMap shop/a", "unchanged ConfigMap shop/c"));
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

TEST_F(ChangeTest, StopsWhenTold) {
  const ObjectsWanted objects = Wanted(ConfigMap("a", "") + ConfigMap("b", ""));
  const auto changes = Plan(objects);
  ASSERT_TRUE(changes.ok());
  options_.go_on = [] { return false; };
  EXPECT_TRUE(absl::IsCancelled(Apply(objects, *changes)));
  EXPECT_TRUE(absl::IsCancelled(Plan(objects).status()));
  EXPECT_THAT(applied_, IsEmpty());
}

}  // namespace
}  // namespace devstats::release
