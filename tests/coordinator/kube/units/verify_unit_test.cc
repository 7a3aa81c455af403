#include "coordinator/kube/units/verify_unit.h"

#include "absl/strings/match.h"
#include "tests/coordinator/kube/units/checked_cluster.h"
#include "tests/coordinator/kube/units/unit_run.h"

namespace devstats::coordinator {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class VerifyUnitTest : public ::testing::Test {
 protected:
  VerifyUnit Make(std::vector<std::string> nodes = {"n1", "n2"}) {
    return VerifyUnit({.id = "cluster", .nodes = std::move(nodes), .image = "busybox", .patience = kQuick},
                      &cluster_.kube);
  }
  // n1 with a change made to it.
  void Change(const std::string& pointer, const Json& value) {
    Json node = cluster_.Node(0);
    node[Json::json_pointer(pointer)] = value;
    cluster_.kube.Seed(node);
  }
  static constexpr Patience kQuick{.deadline = absl::Milliseconds(200), .poll = absl::Milliseconds(1)};
  CheckedCluster cluster_{{"n1", "n2"}};
  UnitRun run_;
};

TEST_F(VerifyUnitTest, TriesTheNetworkOnceAndThenHasNothingToDo) {
  VerifyUnit unit = Make();
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre("run network:  -> tried from each node"));
  EXPECT_EQ(cluster_.kube.writes, 0);
  const auto done = run_.Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(cluster_.checked.size(), 2u);
  EXPECT_FALSE(cluster_.HasNamespace());
  EXPECT_EQ(run_.Run(unit)->outcome, Outcome::kUnchanged);
  EXPECT_EQ(cluster_.checked.size(), 2u);
}

TEST_F(VerifyUnitTest, ANodeMadeAnewIsTriedAgain) {
  VerifyUnit unit = Make();
  ASSERT_TRUE(run_.Run(unit).ok());
  ASSERT_TRUE(cluster_.kube.Delete({"v1", "Node", "", "n2"}).ok());
  cluster_.kube.Seed(cluster_.Node(1));
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre(HasSubstr("run network")));
}

TEST_F(VerifyUnitTest, WaitsWithReasonsForEachThingThatIsNotWell) {
  const std::vector<std::tuple<std::string, Json, std::string>> cases = {
      {"/status/conditions/0/status", "False", "n1 is not ready"},
      {"/status/conditions", Json::array(), "n1 has not reported yet"},
      {"/status/capacity/pods", "250", "n1 takes 250 pods, not 110"},
      {"/spec/podCIDR", "", "n1 has no podCIDR"}};
  for (const auto& [pointer, value, reason] : cases) {
    Change(pointer, value);
    VerifyUnit unit = Make();
    EXPECT_THAT(UnitRun::Plan(unit), Contains(HasSubstr("run waits: " + reason))) << reason;
    run_.told.clear();
    const auto failed = run_.Run(unit);
    EXPECT_TRUE(absl::IsDeadlineExceeded(failed.status())) << failed.status();
    EXPECT_THAT(std::string(failed.status().message()), HasSubstr(reason));
    EXPECT_THAT(run_.told, Contains(HasSubstr("waiting: " + reason)));
  }
  VerifyUnit more = Make({"n1", "n2", "n3"});
  EXPECT_THAT(UnitRun::Plan(more), Contains(HasSubstr("n3 has not joined")));
  EXPECT_TRUE(cluster_.checked.empty());
}

TEST_F(VerifyUnitTest, WaitsForThePodsOfTheSystem) {
  Json pod = CheckedCluster::Pod("kube-system", "coredns-1", "n1", "10.1.0.9");
  pod["status"] = {
      {"phase", "Pending"},
      {"containerStatuses",
       Json::array({{{"state", {{"waiting", {{"reason", "ImagePullBackOff"}, {"message", "back-off"}}}}}}})}};
  cluster_.kube.Seed(pod);
  VerifyUnit unit = Make();
  const auto failed = run_.Run(unit);
  EXPECT_THAT(std::string(failed.status().message()),
              HasSubstr("kube-system/coredns-1: Pending: ImagePullBackOff: back-off"));
  cluster_.kube.Seed(CheckedCluster::Pod("kube-system", "coredns-1", "n1", "10.1.0.9"));
  EXPECT_TRUE(run_.Run(unit).ok());
}

TEST_F(VerifyUnitTest, GoesOnAsSoonAsAllIsWell) {
  Change("/status/conditions/0/status", "False");
  VerifyUnit unit({.id = "cluster",
                   .nodes = {"n1", "n2"},
                   .image = "busybox",
                   .patience = {.deadline = absl::Seconds(30), .poll = absl::Milliseconds(1)}},
                  &cluster_.kube);
  UnitPlan plan = PlanUnit(unit);
  StepContext context;
  context.progress = [&](absl::string_view text) {
    if (absl::StrContains(text, "n1 is not ready")) cluster_.kube.Seed(cluster_.Node(0));
  };
  const absl::Status applied = unit.Apply(plan, context);
  EXPECT_TRUE(applied.ok()) << applied;
  EXPECT_TRUE(IsEmpty(PlanUnit(unit)));
}

TEST_F(VerifyUnitTest, AnotherMaskFailsThePlan) {
  Change("/spec/podCIDR", "10.1.0.0/22");
  VerifyUnit unit = Make();
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre(HasSubstr("n1 has podCIDR 10.1.0.0/22, not one of /24")));
}

TEST_F(VerifyUnitTest, AFailedNetworkIsTriedAgainNextTime) {
  cluster_.logs["check-n1"] = "failed 0 no route\nok 1\nok 2\n";
  VerifyUnit unit = Make();
  const auto failed = run_.Run(unit);
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("no route"));
  cluster_.logs.clear();
  EXPECT_THAT(UnitRun::Plan(unit), ElementsAre(HasSubstr("run network")));
  EXPECT_TRUE(run_.Run(unit).ok());
}

}  // namespace
}  // namespace devstats::coordinator
