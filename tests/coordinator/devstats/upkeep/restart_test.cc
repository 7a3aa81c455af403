#include "coordinator/devstats/upkeep/restart.h"

#include "absl/strings/str_cat.h"
#include "coordinator/devstats/upkeep/grafana_data.h"
#include "gmock/gmock.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::domain {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kRestartSpace[] = "devstats-test";

class RestartTest : public ::testing::Test {
 protected:
  RestartTest() {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kRestartSpace}}}});
    // Plays the controllers: what is restarted comes up, unless it is not meant to.
    kube_.react = [this](const Json& object) {
      const std::string name = kube::TextAt(object, {"metadata", "name"});
      if (kube::TextAt(object, {"kind"}) == "Pod" && kube::At(object, {"status"}).is_null()) {
        Json pod = object;
        pod["status"] = pod_status_;
        kube_.Seed(pod);
        return;
      }
      if (kube::TextAt(object, {"kind"}) != "Deployment") return;
      if (!restarted_.empty() && restarted_.back() == name) return;
      restarted_.push_back(name);
      if (name == stuck_) SeedDeployment(name, 0);
    };
  }
  void SeedDeployment(const std::string& name, int ready) {
    const Json container{{"name", "main"}, {"image", "pages:1"}, {"livenessProbe", Json::object()}};
    Json object{
        {"apiVersion", "apps/v1"},
        {"kind", "Deployment"},
        {"metadata", {{"name", name}, {"namespace", kRestartSpace}}},
        {"spec",
         {{"replicas", 1},
          {"template",
           {{"metadata", {{"labels", {{"type", "static"}}}}},
            {"spec",
             {{"containers", Json::array({container})}, {"topologySpreadConstraints", Json::array()}}}}}}},
        {"status", {{"replicas", 1}, {"updatedReplicas", 1}, {"readyReplicas", ready}}}};
    const auto live = kube_.Get({"apps/v1", "Deployment", kRestartSpace, name});
    if (live.ok()) object["spec"]["template"]["metadata"] = (*live)["spec"]["template"]["metadata"];
    kube_.Seed(object);
  }
  std::string RestartedAt(const std::string& name) {
    return kube::TextAt(*kube_.Get({"apps/v1", "Deployment", kRestartSpace, name}),
                        {"spec", "template", "metadata", "annotations", kRestartedAt});
  }

  kube::FakeKube kube_;
  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::vector<std::string> restarted_;
  std::string stuck_;
  Json pod_status_{{"phase", "Running"},
                   {"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})}};
};

TEST_F(RestartTest, OneAfterAnotherUntilEachIsReady) {
  for (const char* name : {"g-a", "g-b"}) SeedDeployment(name, 1);
  std::vector<std::string> told;
  const absl::Status done = RestartDeployments(
      kube_, kRestartSpace, {"g-a", "g-b"},
      {.clock = &clock_, .progress = [&](absl::string_view text) { told.emplace_back(text); }});
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_THAT(restarted_, ElementsAre("g-a", "g-b"));
  EXPECT_EQ(RestartedAt("g-a"), "2026-11-18T11:06:40+00:00");
  EXPECT_THAT(told, Contains("restarting g-b, 2 of 2"));
}

TEST_F(RestartTest, StopsAtTheFirstThatDoesNotComeUp) {
  for (const char* name : {"g-a", "g-b", "g-c"}) SeedDeployment(name, 1);
  stuck_ = "g-b";
  const absl::Status failed = RestartDeployments(kube_, kRestartSpace, {"g-a", "g-b", "g-c"},
                                                 {.patience = absl::Milliseconds(200), .clock = &clock_});
  EXPECT_EQ(failed.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(failed.message(), HasSubstr("stopped after 1 of 3"));
  EXPECT_EQ(RestartedAt("g-c"), "");
}

TEST_F(RestartTest, NothingIsRestartedWhenOneIsNotThere) {
  SeedDeployment("g-a", 1);
  const absl::Status missing = RestartDeployments(kube_, kRestartSpace, {"g-a", "g-x"}, {.clock = &clock_});
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(missing.message(), HasSubstr("g-x"));
  EXPECT_THAT(restarted_, IsEmpty());
  const absl::Status allowed =
      RestartDeployments(kube_, kRestartSpace, {"g-a", "g-x"}, {.absent_too = true, .clock = &clock_});
  EXPECT_TRUE(allowed.ok()) << allowed;
  EXPECT_THAT(restarted_, ElementsAre("g-a"));
}

TEST_F(RestartTest, TheSharedDataComeByAPodOfThePages) {
  SeedDeployment("devstats-static-test", 1);
  Json made;
  const auto play = kube_.react;
  kube_.react = [&](const Json& object) {
    if (kube::TextAt(object, {"kind"}) == "Pod" && made.is_null()) made = object;
    play(object);
  };
  const absl::Status done = RefreshGrafanaData(kube_, kRestartSpace, "test", {});
  ASSERT_TRUE(done.ok()) << done;
  const Json& container = made["spec"]["containers"][0];
  EXPECT_EQ(container["env"], Json::parse(R"([{"name":"REINIT_SHARED_GRAFANA","value":"1"}])"));
  EXPECT_FALSE(container.contains("livenessProbe"));
  EXPECT_EQ(made["spec"]["restartPolicy"], "Never");
  EXPECT_EQ(made["metadata"]["labels"]["type"], "grafana-refresh");
  EXPECT_EQ(kube_.Get({"v1", "Pod", kRestartSpace, kRefreshPod}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(RestartTest, APodThatFailsIsTakenAwayToo) {
  SeedDeployment("devstats-static-test", 1);
  pod_status_ = {{"phase", "Failed"}, {"reason", "Evicted"}};
  const absl::Status failed = RefreshGrafanaData(kube_, kRestartSpace, "test", {});
  EXPECT_THAT(failed.message(), HasSubstr("Evicted"));
  EXPECT_EQ(kube_.Get({"v1", "Pod", kRestartSpace, kRefreshPod}).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(RefreshGrafanaData(kube_, kRestartSpace, "cdf", {}).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace devstats::domain
