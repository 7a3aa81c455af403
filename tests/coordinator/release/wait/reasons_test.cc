#include "coordinator/release/wait/reasons.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::release {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReasonsTest : public ::testing::Test {
 protected:
  Json Add(const std::string& api_version, const std::string& kind, const std::string& name,
           const Json& rest = Json::object()) {
    Json object{{"apiVersion", api_version}, {"kind", kind}};
    object["metadata"] = {{"name", name}, {"namespace", "default"}};
    object.merge_patch(rest);
    client_.Seed(object);
    return *client_.Get({api_version, kind, "default", name});
  }
  Json AddDeployment() {
    return Add("apps/v1", "Deployment", "web",
               {{"spec", {{"selector", {{"matchLabels", {{"app", "web"}}}}}}}});
  }
  Json AddPod(const std::string& name, const std::string& status) {
    return Add("v1", "Pod", name,
               {{"metadata", {{"labels", {{"app", "web"}}}}}, {"status", Json::parse(status)}});
  }
  void AddEvent(const Json& about, const std::string& reason, const std::string& message,
                const Json& rest = Json::object()) {
    Json event{{"involvedObject", {{"kind", about["kind"]}, {"name", about["metadata"]["name"]}}},
               {"reason", reason},
               {"message", message},
               {"type", "Warning"}};
    event["involvedObject"]["uid"] = about["metadata"]["uid"];
    event.merge_patch(rest);
    Add("v1", "Event", absl::StrCat("event-", ++events_), event);
  }
  kube::FakeKube client_;
  int events_ = 0;
};

constexpr char kPulling[] = R"({"phase": "Pending", "containerStatuses": [{"name": "web",
  "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}]})";
constexpr char kCrashing[] = R"({"phase": "Running", "containerStatuses": [{"name": "web", "restartCount": 2,
  "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1}}}]})";

TEST_F(ReasonsTest, ArePodsThenEventsThenWordsOfAWorkload) {
  const Json web = AddDeployment();
  AddPod("web-a", R"({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})");
  const Json crashing = AddPod("web-b", kCrashing);
  Add("v1", "Pod", "other", {{"status", {{"phase", "Pending"}}}});
  AddEvent(crashing, "Unhealthy", "Liveness probe failed",
           {{"count", 7}, {"lastTimestamp", "2026-01-01T00:00:02Z"}});
  AddEvent(crashing, "FailedMount", "no volume", {{"lastTimestamp", "2026-01-01T00:00:01Z"}});
  AddEvent(crashing, "Scheduled", "on a node", {{"type", "Normal"}});
  AddEvent(crashing, "BackOff", "Back-off restarting failed container");
  client_.logs = [](const kube::LogQuery& query) -> absl::StatusOr<std::string> {
    EXPECT_EQ(query.pod, "web-b");
    EXPECT_EQ(query.container, "web");
    EXPECT_EQ(query.tail_lines, 2);
    EXPECT_TRUE(query.previous);
    return std::string("one\n\ntwo\tand \x1b[31mred\nthree\n");
  };
  EXPECT_THAT(ReasonsOf(web, client_, {.log_lines = 2}),
              ElementsAre("pod web-b: web: CrashLoopBackOff: its last run ended with code 1",
                          "event on Pod web-b: FailedMount: no volume",
                          "event on Pod web-b: Unhealthy: Liveness probe failed (7 times)",
                          "log of web-b/web: two and \\x1b[31mred", "log of web-b/web: three"));
}

TEST_F(ReasonsTest, AreThoseOfTheReplicaSetWhenThereAreNoPods) {
  const Json web = AddDeployment();
  const Json old =
      Add("apps/v1", "ReplicaSet", "web-1",
          {{"metadata", {{"labels", {{"app", "web"}}}, {"creationTimestamp", "2026-01-01T00:00:00Z"}}}});
  const Json current =
      Add("apps/v1", "ReplicaSet", "web-2",
          {{"metadata", {{"labels", {{"app", "web"}}}, {"creationTimestamp", "2026-01-02T00:00:00Z"}}}});
  AddEvent(old, "FailedCreate", "of the past");
  AddEvent(current, "FailedCreate", "exceeded quota: small");
  AddEvent(web, "ScalingReplicaSet", "Scaled up", {{"type", "Normal"}});
  EXPECT_THAT(ReasonsOf(web, client_),
              ElementsAre("event on ReplicaSet web-2: FailedCreate: exceeded quota: small"));
}

TEST_F(ReasonsTest, AreItsOwnEventsOfAnythingElse) {
  const Json claim = Add("v1", "PersistentVolumeClaim", "data");
  AddEvent(claim, "WaitForFirstConsumer", "waiting for a pod", {{"type", "Normal"}});
  EXPECT_THAT(ReasonsOf(claim, client_),
              ElementsAre("event on PersistentVolumeClaim data: WaitForFirstConsumer: waiting for a pod"));
  AddEvent(claim, "ProvisioningFailed", "no such class");
  EXPECT_THAT(ReasonsOf(claim, client_),
              ElementsAre("event on PersistentVolumeClaim data: ProvisioningFailed: no such class"));
}

TEST_F(ReasonsTest, AreNotThoseOfAnObjectOfTheSameNameBefore) {
  const Json claim = Add("v1", "PersistentVolumeClaim", "data");
  Json before = claim;
  before["metadata"]["uid"] = "another";
  AddEvent(before, "ProvisioningFailed", "no such class");
  EXPECT_THAT(ReasonsOf(claim, client_), IsEmpty());
}

TEST_F(ReasonsTest, AreThePodsOwnOfAPod) {
  EXPECT_THAT(ReasonsOf(AddPod("web-a", kPulling), client_),
              ElementsAre("pod web-a: web: ErrImagePull: not found"));
  EXPECT_THAT(ReasonsOf(Json(), client_), IsEmpty());
}

TEST_F(ReasonsTest, HaveLimits) {
  const Json web = AddDeployment();
  Json pod;
  for (int i = 0; i < 5; ++i) pod = AddPod(absl::StrCat("web-", i), kPulling);
  const Json first = *client_.Get({"v1", "Pod", "default", "web-0"});
  for (int i = 0; i < 4; ++i) AddEvent(first, "Failed", absl::StrCat(i, std::string(50, 'x')));
  EXPECT_THAT(ReasonsOf(web, client_, {.pods = 1, .events = 2, .bytes = 20}),
              ElementsAre("pod web-0: web: ErrImagePull: not found", "and 4 more pods",
                          "event on Pod web-0: Failed: 2xxxxxxxxxxxxxxxxxxx...",
                          "event on Pod web-0: Failed: 3xxxxxxxxxxxxxxxxxxx..."));
}

TEST_F(ReasonsTest, SayWhatCannotBeRead) {
  const Json web = AddDeployment();
  AddPod("web-b", kCrashing);
  kube::FaultyClient faulty(&client_);
  faulty.Fail(1, absl::PermissionDeniedError("events is forbidden"));
  EXPECT_THAT(ReasonsOf(web, faulty),
              ElementsAre("pod web-b: web: CrashLoopBackOff: its last run ended with code 1",
                          "events on Pod web-b cannot be read: events is forbidden",
                          "log of web-b/web cannot be read: web-b"));
  kube::FaultyClient away(&client_);
  for (int i = 0; i < 9; ++i) away.Fail(i, absl::UnavailableError("no connection"));
  EXPECT_THAT(ReasonsOf(web, away), ElementsAre("its pods cannot be read: no connection",
                                                "events on Deployment web cannot be read: no connection",
                                                "its ReplicaSets cannot be read: no connection"));
}

}  // namespace
}  // namespace devstats::release
