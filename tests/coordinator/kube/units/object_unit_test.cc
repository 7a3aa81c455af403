#include "coordinator/kube/units/object_unit.h"

#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/units/unit_run.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Patience kQuick{.deadline = absl::Milliseconds(50), .poll = absl::Milliseconds(1)};

class ObjectUnitTest : public ::testing::Test {
 protected:
  static std::vector<Json> Manifest(const std::string& image = "flannel:1") {
    const auto objects = kube::ParseManifest(absl::StrCat(R"(
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: flannel, namespace: kube-flannel}
spec: {template: {spec: {image: ")",
                                                          image, R"("}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-flannel}
)"),
                                             "m.yaml");
    return *objects;
  }
  ObjectUnit Make(std::vector<Json> objects) {
    return ObjectUnit({"cni", std::move(objects), kQuick}, &kube_);
  }
  kube::FakeKube kube_;
  UnitRun run_;
};

TEST_F(ObjectUnitTest, MakesAllAndThenHasNothingToDo) {
  ObjectUnit unit = Make(Manifest());
  EXPECT_THAT(UnitRun::Plan(unit),
              ElementsAre("create Namespace kube-flannel", "create DaemonSet kube-flannel/flannel",
                          "create ConfigMap settings"));
  EXPECT_EQ(kube_.writes, 0);
  const auto done = run_.Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->outcome, Outcome::kChanged);
  EXPECT_EQ(kube_.writes, 3);
  EXPECT_TRUE(kube_.Get({"v1", "ConfigMap", "default", "settings"}).ok());
  EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
  EXPECT_EQ(run_.Run(unit)->outcome, Outcome::kUnchanged);
  EXPECT_EQ(kube_.writes, 3);
}

TEST_F(ObjectUnitTest, TellsAndMendsExactlyWhatDiffers) {
  ObjectUnit before = Make(Manifest());
  ASSERT_TRUE(run_.Run(before).ok());
  ObjectUnit after = Make(Manifest("flannel:2"));
  EXPECT_THAT(
      UnitRun::Plan(after),
      ElementsAre("update DaemonSet kube-flannel/flannel .spec.template.spec.image: flannel:1 -> flannel:2"));
  const int writes = kube_.writes;
  ASSERT_TRUE(run_.Run(after).ok());
  EXPECT_EQ(kube_.writes, writes + 1);
  EXPECT_THAT(run_.told.back(), HasSubstr("DaemonSet kube-flannel/flannel"));
}

TEST_F(ObjectUnitTest, WhatOthersAddIsNoDriftAndWhatTheyMadeIsForeign) {
  kube_.Seed({{"apiVersion", "v1"},
              {"kind", "ConfigMap"},
              {"metadata", {{"name", "settings"}, {"namespace", "default"}}},
              {"data", {{"a", "theirs"}, {"more", "x"}}}});
  ObjectUnit unit = Make({Manifest()[1]});
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre("foreign update ConfigMap settings .data.a: theirs -> b"));
  ASSERT_TRUE(run_.Run(unit).ok());
  EXPECT_EQ((*kube_.Get({"v1", "ConfigMap", "default", "settings"}))["data"],
            (Json{{"a", "b"}, {"more", "x"}}));
  EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
}

std::vector<Json> WithKind() {
  return *kube::ParseManifest(R"(
apiVersion: example.org/v1
kind: Pool
metadata: {name: one}
spec: {size: 1}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pools.example.org}
spec:
  group: example.org
  scope: Cluster
  names: {kind: Pool, plural: pools}
  versions: [{name: v1}]
)",
                              "m.yaml");
}

TEST_F(ObjectUnitTest, DefinesKindsBeforeItUsesThem) {
  ObjectUnit unit = Make(WithKind());
  EXPECT_THAT(UnitRun::Plan(unit),
              ElementsAre("create CustomResourceDefinition pools.example.org", "create Pool one"));
  const auto done = run_.Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_TRUE(kube_.Get({"example.org/v1", "Pool", "", "one"}).ok());
  EXPECT_EQ(run_.Run(unit)->outcome, Outcome::kUnchanged);
}

TEST_F(ObjectUnitTest, AKindThatIsNeverServedEndsTheWait) {
  std::vector<Json> objects = WithKind();
  objects[1]["spec"]["versions"] = Json::array({{{"name", "v2"}}});
  ObjectUnit unit = Make(objects);
  const auto done = run_.Run(unit);
  EXPECT_TRUE(absl::IsDeadlineExceeded(done.status())) << done.status();
  EXPECT_THAT(std::string(done.status().message()), HasSubstr("Pool is not served"));
  EXPECT_THAT(run_.told.back(), HasSubstr("waiting: Pool is not served"));
}

TEST_F(ObjectUnitTest, WhatCannotBeSeenFailsThePlan) {
  ObjectUnit unknown =
      Make({{{"apiVersion", "no.such/v1"}, {"kind", "Thing"}, {"metadata", {{"name", "a"}}}}});
  EXPECT_THAT(UnitRun::Plan(unknown), ElementsAre(HasSubstr("no kind Thing in no.such/v1")));
  Json leaving{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "old"}}}};
  Json terminating = leaving;
  terminating["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  kube_.Seed(terminating);
  ObjectUnit unit = Make({leaving});
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre(HasSubstr("Namespace old is being deleted")));
  kube_.down = absl::UnavailableError("connection refused");
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre(HasSubstr("connection refused")));
}

TEST_F(ObjectUnitTest, NamespacesKeepWhatIsInThem) {
  auto unit = MakeNamespacesUnit("namespaces", {"devstats-test", "devstats-prod"}, &kube_);
  EXPECT_EQ(unit->id(), "namespaces");
  EXPECT_THAT(UnitRun::Plan(*unit),
              ElementsAre("create Namespace devstats-test", "create Namespace devstats-prod"));
  ASSERT_TRUE(run_.Run(*unit).ok());
  ASSERT_TRUE(kube_
                  .Patch({"v1", "Namespace", "", "devstats-test"}, kube::PatchKind::kMerge,
                         {{"metadata", {{"labels", {{"theirs", "yes"}}}}}})
                  .ok());
  EXPECT_TRUE(IsEmpty(PlanUnit(*unit)));
}

}  // namespace
}  // namespace devstats::coordinator
