#include "coordinator/devstats/upkeep/patroni_pods.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/patroni/fake_patroni.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kSpace[] = "devstats-test";
const absl::Time kRotated = absl::FromUnixSeconds(1'795'000'000);

// A StatefulSet's controller and kubelets: a pod that is gone is made anew, and its member comes back a while
// later.
class PatroniPodsTest : public ::testing::Test {
 protected:
  PatroniPodsTest() {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kSpace}}}});
    for (const char* name : {"db-0", "db-1", "db-2"}) SeedPod(name, kRotated - absl::Hours(1));
  }
  void SeedPod(const std::string& name, absl::Time made) {
    kube_.Seed({{"apiVersion", "v1"},
                {"kind", "Pod"},
                {"metadata",
                 {{"name", name},
                  {"namespace", kSpace},
                  {"labels", {{"type", "postgres"}}},
                  {"creationTimestamp", absl::FormatTime(absl::RFC3339_sec, made, absl::UTCTimeZone())}}}});
  }
  bool IsThere(const std::string& name) { return kube_.Get({"v1", "Pod", kSpace, name}).ok(); }
  void Play() {
    patroni_.Tick();
    for (auto& [name, node] : patroni_.nodes) {
      if (!IsThere(name)) {
        replaced_.push_back(absl::StrCat(name, name == patroni_.leader ? " leads" : ""));
        away_ = std::max(away_, ++down_);
        node.up = false;
        SeedPod(name, kRotated + absl::Seconds(replaced_.size()));
      } else if (!node.up) {
        --down_;
        node.up = node.streams = true;
      }
    }
  }
  absl::Status Replace(std::function<bool()> go_on = [] { return true; }) {
    return ReplacePatroniPods(kube_, patroni_, pods_, kRotated,
                              {.patience = absl::Seconds(60),
                               .go_on = std::move(go_on),
                               .sleep = [this](absl::Duration) { Play(); }});
  }

  kube::FakeKube kube_;
  patroni::FakePatroni patroni_;
  const PatroniPods pods_{.name_space = kSpace, .selector = "type=postgres", .members = 3};
  std::vector<std::string> replaced_;
  int down_ = 0, away_ = 0;
};

TEST_F(PatroniPodsTest, ReplicasFirstTheLeaderLastAndBySwitchover) {
  const absl::Status done = Replace();
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_THAT(replaced_, ElementsAre("db-1", "db-2", "db-0"));
  EXPECT_THAT(patroni_.log, ElementsAre("switchover db-0 db-1"));
  EXPECT_EQ(away_, 1);
}

TEST_F(PatroniPodsTest, AReplicaThatTheOldPasswordKeepsOutIsMendedByItsNewPod) {
  patroni_.nodes["db-2"].streams = false;
  ASSERT_TRUE(Replace().ok());
  EXPECT_THAT(replaced_, ElementsAre("db-1", "db-2", "db-0"));
}

TEST_F(PatroniPodsTest, GoesOnWhereItWasCut) {
  int looks = 0;
  EXPECT_EQ(Replace([&] { return ++looks < 4; }).code(), absl::StatusCode::kCancelled);
  ASSERT_FALSE(replaced_.empty());
  ASSERT_TRUE(Replace().ok());
  EXPECT_THAT(replaced_, ElementsAre("db-1", "db-2", "db-0"));
  ASSERT_TRUE(Replace().ok());  // nothing is left
  EXPECT_EQ(replaced_.size(), 3u);
}

TEST_F(PatroniPodsTest, WaitsForANewMemberThatDoesNotFollow) {
  SeedPod("db-1", kRotated + absl::Seconds(1));
  patroni_.nodes["db-1"].streams = false;
  const absl::Status stuck = Replace();
  EXPECT_EQ(stuck.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(stuck.message(), HasSubstr("db-1"));
  EXPECT_THAT(replaced_, IsEmpty());
}

TEST_F(PatroniPodsTest, IsNotBegunWhileAMemberIsAway) {
  EXPECT_TRUE(CheckPatroniPods(patroni_, pods_).ok());
  patroni_.nodes["db-2"].up = false;
  EXPECT_EQ(CheckPatroniPods(patroni_, pods_).code(), absl::StatusCode::kFailedPrecondition);
  patroni_.nodes["db-2"].up = true;
  patroni_.paused = true;
  EXPECT_THAT(CheckPatroniPods(patroni_, pods_).message(), HasSubstr("paused"));
  patroni_.paused = false;
  patroni_.nodes.erase("db-2");
  EXPECT_THAT(CheckPatroniPods(patroni_, pods_).message(), HasSubstr("2 of 3 members"));
}

}  // namespace
}  // namespace devstats::domain
