#include "coordinator/release/wait/pod_trouble.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Json PodWith(const std::string& status) {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", "web-x"}, {"namespace", "n"}}},
          {"status", Json::parse(status)}};
}

TEST(PodTrouble, NoneOfAPodThatIsWell) {
  for (const char* status :
       {R"({"phase": "Succeeded"})",
        R"({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})"}) {
    EXPECT_THAT(TroubleOf(PodWith(status)).lines, IsEmpty()) << status;
  }
}

struct TroubleCase {
  std::string status;
  std::vector<std::string> lines;
  std::string container = "";
  bool previous = false;
};

TEST(PodTrouble, IsToldByContainer) {
  const TroubleCase cases[] = {
      {"{}", {"pod web-x: no node has seen it"}},
      {R"({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
           "reason": "Unschedulable", "message": "0/3 nodes are available: 3 Insufficient cpu."}]})",
       {"pod web-x: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu."}},
      {R"({"phase": "Pending", "containerStatuses": [
           {"name": "web", "state": {"waiting": {"reason": "ContainerCreating"}}}]})",
       {"pod web-x: Pending"}},
      {R"({"phase": "Pending", "containerStatuses": [{"name": "web", "state": {"waiting":
           {"reason": "ImagePullBackOff", "message": "Back-off pulling\nimage \"x\""}}}]})",
       {"pod web-x: web: ImagePullBackOff: Back-off pulling image \"x\""}},
      {R"({"phase": "Running", "containerStatuses": [{"name": "web", "restartCount": 3,
           "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
           "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]})",
       {"pod web-x: web: CrashLoopBackOff: its last run ended with code 137 (OOMKilled)"},
       "web",
       true},
      {R"({"phase": "Failed", "containerStatuses": [{"name": "web",
           "state": {"terminated": {"exitCode": 1, "reason": "Error", "message": "no \u001b[31mdatabase"}}}]})",
       {"pod web-x: web: ended with code 1 (Error): no \\x1b[31mdatabase"},
       "web"},
      {R"({"phase": "Running", "containerStatuses": [
           {"name": "side", "ready": true, "state": {"running": {}}},
           {"name": "web", "ready": false, "restartCount": 1, "state": {"running": {}},
            "lastState": {"terminated": {"exitCode": 2}}}]})",
       {"pod web-x: web: running, not ready, restarted 1 time; its last run ended with code 2"},
       "web"},
      {R"({"phase": "Pending", "initContainerStatuses": [{"name": "init", "ready": false, "state": {"running": {}}}],
           "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "PodInitializing"}}}]})",
       {"pod web-x: init: init container is running"},
       "init"},
      {R"({"phase": "Running", "containerStatuses": [
           {"name": "a", "ready": false, "state": {"running": {}}},
           {"name": "b", "state": {"terminated": {"exitCode": 1}}}]})",
       {"pod web-x: a: running, not ready", "pod web-x: b: ended with code 1"},
       "b"},  // the one that has failed tells more
      {R"({"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."})",
       {"pod web-x: Evicted: The node was low on resource: memory."}},
      {R"({"phase": "Running", "conditions": [{"type": "Ready", "status": "False",
           "reason": "ReadinessGatesNotReady", "message": "gate x"}],
           "containerStatuses": [{"name": "web", "ready": true, "state": {"running": {}}}]})",
       {"pod web-x: ReadinessGatesNotReady: gate x"}},
  };
  for (const TroubleCase& c : cases) {
    const PodTrouble trouble = TroubleOf(PodWith(c.status));
    EXPECT_EQ(trouble.lines, c.lines) << c.status;
    EXPECT_EQ(trouble.container, c.container) << c.status;
    EXPECT_EQ(trouble.previous, c.previous) << c.status;
  }
}

TEST(PodTrouble, OfAPodThatIsLeaving) {
  Json pod = PodWith(R"({"phase": "Running"})");
  pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_THAT(TroubleOf(pod).lines, ElementsAre("pod web-x: it is being deleted"));
}

TEST(PodTrouble, KeepsLongTextsShort) {
  Json pod = PodWith(R"({"phase": "Failed", "reason": "Evicted"})");
  pod["status"]["message"] = std::string(100, 'x');
  EXPECT_THAT(TroubleOf(pod, 10).lines, ElementsAre("pod web-x: Evicted: xxxxxxxxxx..."));
  pod["status"]["message"] = "1234\xe2\x82\xac";  // cut within a character
  EXPECT_THAT(TroubleOf(pod, 5).lines, ElementsAre("pod web-x: Evict...: 1234..."));
}

}  // namespace
}  // namespace devstats::release
