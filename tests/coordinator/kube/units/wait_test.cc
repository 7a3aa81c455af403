#include "coordinator/kube/units/wait.h"

#include "coordinator/kube/units/pods.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using Reasons = std::vector<std::string>;

TEST(WaitUntilNone, TellsReasonsOnlyWhenTheyChange) {
  Reasons told;
  int asked = 0;
  const auto missing = [&]() -> absl::StatusOr<Reasons> {
    ++asked;
    if (asked < 3) return Reasons{"a", "b"};
    if (asked < 5) return Reasons{"b"};
    if (asked == 5) return absl::UnavailableError("connection refused");  // it restarts: not the end
    return Reasons();
  };
  const absl::Status end = WaitUntilNone("it", {.deadline = absl::Seconds(30), .poll = absl::ZeroDuration()},
                                         missing, [&](absl::string_view text) { told.emplace_back(text); });
  EXPECT_TRUE(end.ok()) << end;
  EXPECT_THAT(told, ElementsAre("waiting: a; b", "waiting: b", "waiting: connection refused"));
  EXPECT_EQ(asked, 6);
}

TEST(WaitUntilNone, EndsWithTheReasonsLeftOrTheFirstError) {
  const Patience none{.deadline = absl::ZeroDuration(), .poll = absl::ZeroDuration()};
  const auto quiet = [](absl::string_view) {};
  const absl::Status late = WaitUntilNone(
      "it", none, []() -> absl::StatusOr<Reasons> { return Reasons{"a"}; }, quiet);
  EXPECT_EQ(late, absl::DeadlineExceededError("it: a"));
  const absl::Status failed = WaitUntilNone(
      "it", none, []() -> absl::StatusOr<Reasons> { return absl::InternalError("x"); }, quiet);
  EXPECT_EQ(failed, absl::InternalError("it: x"));
  // Asked once even without any patience.
  EXPECT_TRUE(WaitUntilNone(
                  "it", none, []() -> absl::StatusOr<Reasons> { return Reasons(); }, quiet)
                  .ok());
}

TEST(JoinReasons, CutsALongList) {
  EXPECT_EQ(JoinReasons({}), "");
  EXPECT_EQ(JoinReasons(Reasons(10, "r")), "r; r; r; r; r; r; r; r; and 2 more");
}

Json Pod(const std::string& phase, const std::string& ready, const Json& containers = Json::array()) {
  return {{"status",
           {{"phase", phase},
            {"conditions", Json::array({{{"type", "Ready"}, {"status", ready}}})},
            {"containerStatuses", containers}}}};
}

TEST(Pods, AreWellWhenReadyOrEndedWell) {
  EXPECT_TRUE(IsPodWell(Pod("Running", "True")));
  EXPECT_TRUE(IsPodWell(Pod("Succeeded", "False")));
  EXPECT_FALSE(IsPodWell(Pod("Running", "False")));
  EXPECT_FALSE(IsPodWell(Pod("Failed", "False")));
  EXPECT_FALSE(IsPodWell(Json::object()));
}

TEST(Pods, TellWhyNot) {
  EXPECT_EQ(WhyNotWell(Pod("Running", "False")), "Running, not ready");
  EXPECT_EQ(WhyNotWell(Json::object()), "not seen by its node yet");
  Json ended{{"terminated", {{"reason", "Completed"}}}}, waits{{"waiting", {{"reason", "CrashLoopBackOff"}}}};
  EXPECT_EQ(WhyNotWell(Pod("Running", "False", Json::array({{{"state", ended}}, {{"state", waits}}}))),
            "Running: CrashLoopBackOff");
  Json unscheduled = Pod("Pending", "False");
  unscheduled["status"]["conditions"][0] = {
      {"type", "PodScheduled"}, {"status", "False"}, {"message", "0/4 nodes are available"}};
  EXPECT_EQ(WhyNotWell(unscheduled), "Pending: 0/4 nodes are available");
}

}  // namespace
}  // namespace devstats::coordinator
