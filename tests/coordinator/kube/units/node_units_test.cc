#include "coordinator/kube/units/labels_unit.h"
#include "coordinator/kube/units/taints_unit.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/units/unit_run.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json Node(const std::string& name, const Json& labels = Json::object(), const Json& taints = Json::array()) {
  return {{"apiVersion", "v1"},
          {"kind", "Node"},
          {"metadata", {{"name", name}, {"labels", labels}}},
          {"spec", {{"taints", taints}}}};
}
Json LabelsOf(kube::FakeKube& kube, const std::string& name) {
  return (*kube.Get({"v1", "Node", "", name}))["metadata"]["labels"];
}

TEST(LabelsUnit, SetsItsLabelsAndLeavesTheOthers) {
  kube::FakeKube kube;
  UnitRun run;
  kube.Seed(Node("n1", {{"kubernetes.io/hostname", "n1"}, {"ingress", "theirs"}}));
  kube.Seed(Node("n2"));
  LabelsUnit unit("labels", {{"n1", {{"node", "app"}, {"ingress", "test"}}}, {"n2", {}}}, &kube);
  EXPECT_THAT(UnitRun::Plan(unit),
              ElementsAre("foreign update n1 ingress: theirs -> test", "create n1 node"));
  const auto done = run.Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(LabelsOf(kube, "n1"),
            (Json{{"kubernetes.io/hostname", "n1"}, {"ingress", "test"}, {"node", "app"}}));
  EXPECT_EQ(run.Run(unit)->outcome, Outcome::kUnchanged);
}

TEST(LabelsUnit, RemovesOnlyWhatItHasSet) {
  kube::FakeKube kube;
  UnitRun run;
  kube.Seed(Node("n1", {{"theirs", "yes"}}));
  LabelsUnit before("labels", {{"n1", {{"a", "1"}, {"b", "2"}}}}, &kube);
  ASSERT_TRUE(run.Run(before).ok());
  LabelsUnit after("labels", {{"n1", {{"b", "3"}}}}, &kube);
  EXPECT_THAT(UnitRun::Plan(after), ElementsAre("delete n1 a: 1 -> ", "update n1 b: 2 -> 3"));
  ASSERT_TRUE(run.Run(after).ok());
  EXPECT_EQ(LabelsOf(kube, "n1"), (Json{{"b", "3"}, {"theirs", "yes"}}));
  LabelsUnit none("labels", {{"n1", {}}}, &kube);
  ASSERT_TRUE(run.Run(none).ok());
  EXPECT_EQ(LabelsOf(kube, "n1"), (Json{{"theirs", "yes"}}));
  EXPECT_TRUE(IsEmpty(PlanUnit(none)));
}

TEST(LabelsUnit, MakesNoNode) {
  kube::FakeKube kube;
  UnitRun run;
  LabelsUnit unit("labels", {{"n1", {{"a", "1"}}}}, &kube);
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre(HasSubstr("n1 has not joined")));
  EXPECT_FALSE(run.Run(unit).ok());
  EXPECT_EQ(kube.writes, 0);
}

Json Taint(const std::string& key) { return {{"key", key}, {"effect", "NoSchedule"}}; }

TEST(TaintsUnit, LetsPodsOntoControlPlanesUnderBothNames) {
  kube::FakeKube kube;
  UnitRun run;
  kube.Seed(Node("n1", Json::object(),
                 {Taint("node-role.kubernetes.io/master"), Taint("theirs"),
                  Taint("node-role.kubernetes.io/control-plane")}));
  kube.Seed(Node("n2", Json::object(), Json::array({Taint("theirs")})));
  TaintsUnit unit("taints", {"n1", "n2"}, &kube);
  EXPECT_THAT(UnitRun::Plan(unit),
              ElementsAre("update n1 taint: node-role.kubernetes.io/master:NoSchedule -> none",
                          "update n1 taint: node-role.kubernetes.io/control-plane:NoSchedule -> none"));
  ASSERT_TRUE(run.Run(unit).ok());
  EXPECT_EQ((*kube.Get({"v1", "Node", "", "n1"}))["spec"]["taints"], Json::array({Taint("theirs")}));
  EXPECT_EQ(kube.writes, 1);
  EXPECT_EQ(run.Run(unit)->outcome, Outcome::kUnchanged);
}

// Loses every race for the node: another writes it between each read and each patch.
class RacingKube : public kube::FakeKube {
 public:
  explicit RacingKube(int races) : races_(races) {}
  absl::StatusOr<Json> Patch(const kube::ObjectRef& ref, kube::PatchKind kind, const Json& patch) override {
    if (races_-- > 0)
      Seed(Node("n1", {{"race", absl::StrCat(races_)}},
                Json::array({Taint("node-role.kubernetes.io/master")})));
    return FakeKube::Patch(ref, kind, patch);
  }

 private:
  int races_;
};

TEST(TaintsUnit, LosesNobodysChangeInARace) {
  RacingKube kube(2);
  UnitRun run;
  kube.Seed(Node("n1", Json::object(), Json::array({Taint("node-role.kubernetes.io/master")})));
  TaintsUnit unit("taints", {"n1"}, &kube);
  ASSERT_TRUE(run.Run(unit).ok());
  EXPECT_EQ(LabelsOf(kube, "n1"), (Json{{"race", "0"}}));

  RacingKube busy(100);
  busy.Seed(Node("n1", Json::object(), Json::array({Taint("node-role.kubernetes.io/master")})));
  TaintsUnit hopeless("taints", {"n1"}, &busy);
  EXPECT_TRUE(absl::IsUnavailable(run.Run(hopeless).status()));
}

}  // namespace
}  // namespace devstats::coordinator
