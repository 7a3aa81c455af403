#include "coordinator/release/wait/waiter.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::release {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// What a progress text makes happen: the controllers, which move on when they have been seen at work.
using Then = std::map<std::string, std::function<void()>>;

class WaiterTest : public ::testing::Test {
 protected:
  static kube::ObjectRef Web(const std::string& name = "web", const std::string& space = "default") {
    return {"apps/v1", "Deployment", space, name};
  }
  static Json Object(const kube::ObjectRef& ref, const Json& status = Json::object()) {
    Json object{{"apiVersion", ref.api_version}, {"kind", ref.kind}, {"status", status}};
    object["metadata"] = {{"name", ref.name}};
    if (!ref.namespace_.empty()) object["metadata"]["namespace"] = ref.namespace_;
    object["spec"]["selector"]["matchLabels"]["app"] = ref.name;
    return object;
  }
  static Json Ready() { return {{"replicas", 1}, {"updatedReplicas", 1}, {"readyReplicas", 1}}; }
  void Seed(const kube::ObjectRef& ref, const Json& status = Json::object()) {
    cluster_.Seed(Object(ref, status));
  }
  void SeedPod(const std::string& why) {
    Json pod = Object({"v1", "Pod", "default", "web-x"});
    pod["metadata"]["labels"]["app"] = "web";
    pod["status"] = {{"phase", "Pending"}};
    pod["status"]["containerStatuses"] =
        Json::array({{{"name", "c"}, {"state", {{"waiting", {{"reason", why}}}}}}});
    cluster_.Seed(pod);
  }
  WaitOptions Options(Then then = {}) {
    WaitOptions options{.deadline = absl::Now() + absl::Minutes(1)};
    options.progress = [this, then = std::move(then)](absl::string_view text) {
      told_.emplace_back(text);
      if (const auto found = then.find(told_.back()); found != then.end()) found->second();
    };
    return options;
  }
  kube::FakeKube cluster_;
  kube::FaultyClient client_{&cluster_};
  std::vector<std::string> told_;
};

TEST_F(WaiterTest, AsksNothingOfKindsThatAreNeverUnready) {
  std::vector<kube::ObjectRef> objects;
  for (int i = 0; i < 1000; ++i) objects.push_back({"v1", "ConfigMap", "default", absl::StrCat("c", i)});
  objects.push_back({"batch/v1", "Job", "default", "not-waited-for"});
  EXPECT_TRUE(WaitUntilReady(objects, client_, Options()).ok());
  EXPECT_EQ(client_.calls(), 0);
}

TEST_F(WaiterTest, EndsWhenAllAreReady) {
  Seed(Web("a"));
  Seed(Web("b"), Ready());
  const absl::Status status = WaitUntilReady(
      {Web("a"), Web("b")}, client_,
      Options({{"Deployment default/a: 0 of 1 pod is updated",
                [&] {
                  Seed(Web("a"), {{"replicas", 1}, {"updatedReplicas", 1}});
                }},
               {"Deployment default/a: 0 of 1 pod is ready", [&] { Seed(Web("a"), Ready()); }}}));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(told_,
              ElementsAre("Deployment default/a: 0 of 1 pod is updated",
                          "Deployment default/a: 0 of 1 pod is ready", "Deployment default/a is ready"));
}

TEST_F(WaiterTest, WantsThemReadyAtTheSameTime) {
  Seed(Web("a"), Ready());
  Seed(Web("b"));
  const absl::Status status = WaitUntilReady(
      {Web("a"), Web("b")}, client_,
      Options({{"Deployment default/b: 0 of 1 pod is updated", [&] { Seed(Web("a")); }},
               {"Deployment default/a: 0 of 1 pod is updated", [&] { Seed(Web("b"), Ready()); }},
               {"Deployment default/b is ready", [&] { Seed(Web("a"), Ready()); }}}));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(told_.back(), "Deployment default/a is ready");
}

TEST_F(WaiterTest, WaitsForWhatIsNotThereYet) {
  const absl::Status status =
      WaitUntilReady({Web()}, client_,
                     Options({{"Deployment default/web: it is not there", [&] { Seed(Web(), Ready()); }}}));
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(WaiterTest, WatchesOncePerKindAndNamespace) {
  std::vector<kube::ObjectRef> objects;
  for (int i = 0; i < 300; ++i) {
    objects.push_back(Web(absl::StrCat("web-", i), i % 2 ? "default" : "kube-system"));
    objects.push_back({"apps/v1", "StatefulSet", "default", absl::StrCat("db-", i)});
    Seed(objects[objects.size() - 2], Ready());
    Seed(objects.back(), Ready());
  }
  EXPECT_TRUE(WaitUntilReady(objects, client_, Options()).ok());
  EXPECT_EQ(client_.calls(), 3);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(WaiterTest, WatchesTheWholeClusterForManyNamespaces) {
  std::vector<kube::ObjectRef> objects;
  for (int i = 0; i < 20; ++i) {
    objects.push_back(Web("web", absl::StrCat("space-", i)));
    Seed(objects.back(), Ready());
  }
  EXPECT_TRUE(WaitUntilReady(objects, client_, Options()).ok());
  EXPECT_EQ(client_.calls(), 1);
}

TEST_F(WaiterTest, EndsAtOnceWithOneThatHasFailed) {
  const kube::ObjectRef job{"batch/v1", "Job", "default", "load"};
  Seed(Web());
  Seed(job, {{"conditions",
              Json::array({{{"type", "Failed"}, {"status", "True"}, {"reason", "BackoffLimitExceeded"}}})}});
  Json pod = Object({"v1", "Pod", "default", "load-x"});
  pod["metadata"]["labels"]["app"] = "load";
  pod["status"] = {{"phase", "Failed"}};
  pod["status"]["containerStatuses"] =
      Json::array({{{"name", "c"}, {"state", {{"terminated", {{"exitCode", 3}}}}}}});
  cluster_.Seed(pod);
  cluster_.logs = [](const kube::LogQuery&) { return std::string("no such table\n"); };
  WaitOptions options = Options();
  options.readiness.jobs = true;
  options.next = "look there";
  const absl::Status status = WaitUntilReady({job, Web()}, client_, options);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(HintOf(status), "look there");
  EXPECT_THAT(
      std::string(status.message()),
      AllOf(HasSubstr("Job default/load: Job has failed: BackoffLimitExceeded"), HasSubstr("\n"),
            HasSubstr("pod load-x: c: ended with code 3"), HasSubstr("log of load-x/c: no such table")));
}

TEST_F(WaiterTest, WaitsOnWhenTold) {
  const kube::ObjectRef claim{"v1", "PersistentVolumeClaim", "default", "data"};
  Seed(claim, {{"phase", "Lost"}});
  WaitOptions options = Options({{"PersistentVolumeClaim default/data: its volume is lost", [&] {
                                    Seed(claim, {{"phase", "Bound"}});
                                  }}});
  options.fail_fast = false;
  EXPECT_TRUE(WaitUntilReady({claim}, client_, options).ok());
}

TEST_F(WaiterTest, TellsAtTheDeadlineWhatIsMissing) {
  for (const char* name : {"a", "b", "c"}) Seed(Web(name));
  Seed(Web("c"), Ready());
  SeedPod("ErrImagePull");
  WaitOptions options = Options();
  options.deadline = absl::Now() + absl::Seconds(2);
  const absl::Status status = WaitUntilReady({Web("a"), Web("b"), Web("c")}, client_, options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_EQ(status.message(),
            "not ready after 2s: 2 of 3 objects\n"
            "  Deployment default/a: 0 of 1 pod is updated\n"
            "  Deployment default/b: 0 of 1 pod is updated");
  EXPECT_NE(HintOf(status), "");
}

TEST_F(WaiterTest, TellsThePodsTroublesAsTheyChange) {
  Seed(Web());
  SeedPod("ErrImagePull");
  const std::string web = "Deployment default/web: 0 of 1 pod is updated";
  WaitOptions options = Options({{web + ": pod web-x: c: ErrImagePull", [&] { SeedPod("ImagePullBackOff"); }},
                                 {web + ": pod web-x: c: ImagePullBackOff", [&] { Seed(Web(), Ready()); }}});
  options.pods_after = absl::ZeroDuration();
  EXPECT_TRUE(WaitUntilReady({Web()}, client_, options).ok());
  EXPECT_THAT(told_,
              ElementsAre(web, web + ": pod web-x: c: ErrImagePull", web + ": pod web-x: c: ImagePullBackOff",
                          "Deployment default/web is ready"));
  EXPECT_EQ(client_.calls(), 2);
}

TEST_F(WaiterTest, DoesWithoutPodsThatItMayNotSee) {
  Seed(Web());
  client_.Fail(1, absl::PermissionDeniedError("pods is forbidden"));
  WaitOptions options =
      Options({{"watching Pod in default: pods is forbidden", [&] { Seed(Web(), Ready()); }}});
  options.pods_after = absl::ZeroDuration();
  EXPECT_TRUE(WaitUntilReady({Web()}, client_, options).ok());
}

TEST_F(WaiterTest, GoesOnAfterABrokenWatch) {
  Seed(Web(), Ready());
  client_.Fail(0, absl::UnavailableError("no connection"));
  client_.Fail(1, absl::FailedPreconditionError("too old"));
  EXPECT_TRUE(WaitUntilReady({Web()}, client_, Options()).ok());
  EXPECT_THAT(told_, ElementsAre("watching Deployment in default: no connection",
                                 "watching Deployment in default: too old"));
}

TEST_F(WaiterTest, SaysThatTheServerIsAway) {
  for (int i = 0; i < 100; ++i) client_.Fail(i, absl::UnavailableError("no connection"));
  WaitOptions options = Options();
  options.deadline = absl::Now() + absl::Seconds(1);
  const absl::Status status = WaitUntilReady({Web()}, client_, options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("Deployment default/web: nobody has looked at it yet"),
                    HasSubstr("watching Deployment in default: no connection")));
}

TEST_F(WaiterTest, EndsWhenItMayNotLook) {
  client_.Fail(0, absl::PermissionDeniedError("deployments is forbidden"));
  const absl::Status status = WaitUntilReady({Web()}, client_, Options());
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("watching Deployment in default"));
}

TEST_F(WaiterTest, CanBeCalledOff) {
  Seed(Web());
  bool go_on = true;
  WaitOptions options = Options({{"Deployment default/web: 0 of 1 pod is updated", [&] { go_on = false; }}});
  options.go_on = [&] { return go_on; };
  EXPECT_TRUE(absl::IsCancelled(WaitUntilReady({Web()}, client_, options)));
}

TEST_F(WaiterTest, TakesTheSameObjectTwice) {
  Seed(Web(), Ready());
  EXPECT_TRUE(WaitUntilReady({Web(), Web()}, client_, Options()).ok());
}

TEST_F(WaiterTest, KnowsNoEndOfAHookThatIsGone) {
  const kube::ObjectRef job{"batch/v1", "Job", "default", "load"};
  Seed(job);
  WaitOptions options = Options(
      {{"Job default/load: 0 of 1 pod is done", [&] { EXPECT_TRUE(cluster_.Delete(job, {}).ok()); }}});
  options.readiness.completion = true;
  const absl::Status status = WaitUntilReady({job}, client_, options);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), StartsWith("not done after "));
}

const kube::ObjectRef kMap{"v1", "ConfigMap", "default", "map"};

TEST_F(WaiterTest, EndsWhenAllAreGone) {
  const kube::ObjectRef other{"v1", "ConfigMap", "default", "never-there"};
  Seed(kMap);
  const absl::Status status =
      WaitUntilGone({kMap, other}, {}, client_,
                    Options({{"ConfigMap default/map: it is there, and nobody has deleted it",
                              [&] { EXPECT_TRUE(cluster_.Delete(kMap, {}).ok()); }}}));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(told_.back(), "ConfigMap default/map is gone");
}

TEST_F(WaiterTest, TakesOneMadeAnewForGone) {
  Seed(kMap);
  EXPECT_TRUE(WaitUntilGone({kMap}, {"uid of the one before"}, client_, Options()).ok());
}

TEST_F(WaiterTest, TakesAKindThatIsGoneForItsObjects) {
  EXPECT_TRUE(WaitUntilGone({{"example.org/v1", "Thing", "default", "x"}}, {}, client_, Options()).ok());
}

TEST_F(WaiterTest, TellsWhatHoldsTheOnesThatStay) {
  Json map = Object(kMap);
  map["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  map["metadata"]["finalizers"] = {"example.org/a", "example.org/b"};
  cluster_.Seed(map);
  const kube::ObjectRef space{"v1", "Namespace", "", "shop"};
  Json shop = Object(space);
  shop["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  shop["status"]["conditions"] =
      Json::array({{{"type", "NamespaceContentRemaining"}, {"status", "True"}, {"message", "pods. has 1"}}});
  cluster_.Seed(shop);
  WaitOptions options = Options();
  options.deadline = absl::Now() + absl::Seconds(2);
  const absl::Status status = WaitUntilGone({kMap, space}, {}, client_, options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_EQ(status.message(),
            "not gone after 2s: 2 of 2 objects\n"
            "  ConfigMap default/map: it is being deleted, held by example.org/a, example.org/b\n"
            "  Namespace shop: it is being deleted\n"
            "    pods. has 1");
}

}  // namespace
}  // namespace devstats::release
