// Whose lines a log of a pod has, and in which order.
#include "coordinator/devstats/jobs/pod_log.h"

#include "gmock/gmock.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Json InState(const std::string& name, const std::string& state) {
  return {{"name", name}, {"state", {{state, Json::object()}}}};
}

Json PodThat(Json inits, Json own) {
  return {{"metadata", {{"name", "p"}, {"namespace", "default"}}},
          {"spec",
           {{"initContainers",
             Json::array({{{"name", "proxy"}, {"restartPolicy", "Always"}}, {{"name", "check"}}})},
            {"containers", Json::array({{{"name", "main"}}, {{"name", "beside"}}})}}},
          {"status", {{"initContainerStatuses", std::move(inits)}, {"containerStatuses", std::move(own)}}}};
}

TEST(PodLogTest, ContainersThatHaveBegunSpeakInTheirOrder) {
  const Json waiting = Json::array({InState("main", "waiting")});
  const Json check = Json::array({InState("proxy", "running"), InState("check", "terminated")});
  EXPECT_THAT(ContainersThatSpoke(PodThat(Json::array({InState("check", "waiting")}), waiting)), IsEmpty());
  EXPECT_THAT(ContainersThatSpoke(PodThat(check, waiting)), ElementsAre("check"));
  EXPECT_THAT(ContainersThatSpoke(PodThat(check, Json::array({InState("main", "running")}))),
              ElementsAre("check", "main"));
  Json crashed = InState("main", "waiting");
  crashed["lastState"] = {{"terminated", {{"exitCode", 1}}}};
  EXPECT_THAT(ContainersThatSpoke(PodThat(check, Json::array({crashed}))), ElementsAre("check", "main"));
  EXPECT_THAT(ContainersThatSpoke(PodThat(Json(), Json())), ElementsAre("main")) << "no status is known";
  EXPECT_THAT(ContainersThatSpoke(Json::object()), ElementsAre("")) << "its only one";
}

TEST(PodLogTest, HasTheLastLinesOfAllTogether) {
  kube::FakeKube kube;
  std::vector<std::string> asked;
  kube.logs = [&](const kube::LogQuery& q) -> absl::StatusOr<std::string> {
    asked.push_back(absl::StrCat(q.container, " ", q.tail_lines));
    return q.container == "main" ? "three\nfour" : "one\ntwo\n";
  };
  const Json pod =
      PodThat(Json::array({InState("check", "terminated")}), Json::array({InState("main", "running")}));
  EXPECT_EQ(*PodLog(kube, pod, 10), "one\ntwo\nthree\nfour\n");
  EXPECT_THAT(asked, ElementsAre("main 10", "check 8"));
  asked.clear();
  EXPECT_EQ(*PodLog(kube, pod, 2), "three\nfour\n");
  EXPECT_THAT(asked, ElementsAre("main 2"));
}

TEST(PodLogTest, WhatHasNothingToSayYetIsPassedOver) {
  kube::FakeKube kube;
  const Json pod =
      PodThat(Json::array({InState("check", "terminated")}), Json::array({InState("main", "running")}));
  kube.logs = [](const kube::LogQuery& q) -> absl::StatusOr<std::string> {
    if (q.container == "main") return absl::InvalidArgumentError("is waiting to start");
    return "one\n";
  };
  EXPECT_EQ(*PodLog(kube, pod, 10), "one\n");
  kube.logs = [](const kube::LogQuery& q) -> absl::StatusOr<std::string> {
    return q.container == "main" ? "unable to retrieve container logs for containerd://1f" : "one\n";
  };
  EXPECT_EQ(*PodLog(kube, pod, 10), "one\n");
  kube.logs = [](const kube::LogQuery&) { return absl::NotFoundError("gone"); };
  EXPECT_EQ(*PodLog(kube, pod, 10), "");
  kube.logs = [](const kube::LogQuery&) { return absl::UnavailableError("no kubelet"); };
  EXPECT_TRUE(absl::IsUnavailable(PodLog(kube, pod, 10).status()));
}

}  // namespace
}  // namespace devstats::jobs
