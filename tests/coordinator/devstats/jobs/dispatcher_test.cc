// Jobs brought to their end: how they end, what is tried again, what is not, and that nothing is left.
#include "coordinator/devstats/jobs/dispatcher.h"

#include "coordinator/kube/forwarding_client.h"
#include "gmock/gmock.h"
#include "tests/coordinator/devstats/jobs/job_fixture.h"
#include "tests/coordinator/kube/faulty_client.h"

namespace devstats::jobs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using DispatcherTest = JobTest;

// Knows which pods the dispatcher's watch has said to have succeeded.
class HeardClient final : public kube::ForwardingClient {
 public:
  explicit HeardClient(kube::KubeClient* client) : client_(client) {}  // not owned
  absl::Status Watch(const kube::ListQuery& query, const std::function<bool(const kube::WatchEvent&)>& sink,
                     const std::function<bool()>& go_on) override {
    const auto heard = [&](const kube::WatchEvent& event) {
      const bool more = sink(event);
      if (event.type != kube::WatchEvent::Type::kSnapshot)
        Note(event.object);
      else
        for (const Json& pod : event.object["items"]) Note(pod);
      return more;
    };
    return client_->Watch(query, heard, go_on);
  }
  bool Heard(const std::string& pod) {
    absl::MutexLock lock(&mu_);
    return succeeded_.count(pod) > 0;
  }

 protected:
  absl::Status Pass(Method, absl::FunctionRef<absl::Status(KubeClient&)> call) override {
    return call(*client_);
  }

 private:
  void Note(const Json& pod) {
    absl::MutexLock lock(&mu_);
    if (kube::TextAt(pod, {"status", "phase"}) == "Succeeded")
      succeeded_.insert(kube::TextAt(pod, {"metadata", "name"}));
  }
  kube::KubeClient* const client_;
  absl::Mutex mu_;
  std::set<std::string> succeeded_ ABSL_GUARDED_BY(mu_);
};

TEST_F(DispatcherTest, RunsAJobToItsEndAndLeavesNothing) {
  const std::string id = Add("p");
  Step();
  EXPECT_EQ(Told(id), "running: starting");
  EXPECT_EQ(kube::TextAt(*PodOf(id), {"metadata", "labels", kJobLabel}), id);
  Runs(id);
  Until(id, "running: running");
  work_.logs.insert(id);
  Ends(id);
  Until(id, "succeeded: ");
  EXPECT_EQ(*store_.Log(id), absl::StrCat("hello of ", id, "\n"));
  EXPECT_EQ(PodsLeft(), 0u);
  EXPECT_FALSE(Now(id).pod);
  EXPECT_EQ(made_[id], 1);
  Step();
  EXPECT_TRUE(store_.Open()->empty());
}

TEST_F(DispatcherTest, IsJudgedByTheDatabaseAndNotByThePod) {
  const std::string good = Add("good"), bad = Add("bad"), lucky = Add("lucky");
  Step();
  work_.logs = {good, lucky};
  Ends(good);
  Ends(bad);
  Ends(lucky, 1);
  Until(good, "succeeded: ");
  Until(bad, "failed: gha_logs has no row of it");
  Until(lucky, "succeeded: provision: ended with code 1");
  EXPECT_EQ(PodsLeft(), 0u);
}

TEST_F(DispatcherTest, APodMayHaveEndedBeforeTheAnswerToItsMakingCame) {
  HeardClient client(&kube_);
  client_ = &client;
  Live();
  Add("first");
  Step();
  Step();  // begins to watch, in a thread that may be slow to start
  const std::string id = Add("quick");
  work_.logs.insert(id);
  bool ended = false;
  kube_.react = [&](const Json& object) {
    if (kube::TextAt(object, {"metadata", "name"}) != id || std::exchange(ended, true)) return;
    Ends(id);
    EXPECT_TRUE(Eventually([&] { return client.Heard(id); }));
  };
  Step();
  Until(id, "succeeded: ");
  dispatcher_.reset();
}

TEST_F(DispatcherTest, AFailedPodSaysWhy) {
  const std::string big = Add("big"), evicted = Add("evicted");
  Step();
  Ends(big, 137, "OOMKilled");
  Say(evicted, {{"phase", "Failed"}, {"reason", "Evicted"}, {"message", "the node was low on memory"}});
  Until(big, "failed: provision: ended with code 137 (OOMKilled); gha_logs has no row of it");
  Until(evicted, "failed: Evicted: the node was low on memory; gha_logs has no row of it");
}

TEST_F(DispatcherTest, ItsLastWordsOftenTellWhy) {
  kube_.logs = [](const kube::LogQuery&) { return "fetching\nthe dump is refused: it is empty\n\n"; };
  const std::string id = Add("p"), good = Add("q");
  Step();
  Ends(id, 1);
  Ends(good, 0);
  Until(
      id,
      "failed: provision: ended with code 1; gha_logs has no row of it; its last words: the dump is refused: "
      "it is empty");
  Until(good, "failed: gha_logs has no row of it");
}

TEST_F(DispatcherTest, WhatComesBeforeItsContainerIsPartOfIt) {
  const std::string id = Add("p");
  Step();
  const auto init = [&](const char* phase, Json state) {
    Say(id,
        {{"phase", phase},
         {"initContainerStatuses", Json::array({{{"name", "restore-check"}, {"state", std::move(state)}}})},
         {"containerStatuses", Json::array({{{"name", "provision"},
                                             {"state", {{"waiting", {{"reason", "PodInitializing"}}}}}}})}});
  };
  kube_.logs = [](const kube::LogQuery& q) { return absl::StrCat("hello of ", q.container, "\n"); };
  init("Pending", {{"running", Json::object()}});
  Until(id, "running: running");
  clock_.Advance(absl::Hours(3));
  Step();
  EXPECT_EQ(Told(id).substr(0, 16), "running: running");
  init("Failed", {{"terminated", {{"exitCode", 1}}}});
  Until(id, "failed: ");
  EXPECT_EQ(*store_.Log(id), "hello of restore-check\n");
  const std::string good = Add("q");
  Step();
  const Json ended = {{"terminated", {{"exitCode", 0}}}};
  Say(good, {{"phase", "Succeeded"},
             {"initContainerStatuses", Json::array({{{"name", "restore-check"}, {"state", ended}}})},
             {"containerStatuses", Json::array({{{"name", "provision"}, {"state", ended}}})}});
  Until(good, "failed: gha_logs has no row of it");
  EXPECT_EQ(*store_.Log(good), "hello of restore-check\nhello of provision\n");
}

TEST_F(DispatcherTest, AVerdictWaitsForTheDatabase) {
  const std::string id = Add("p");
  Step();
  work_.no_judge = absl::UnavailableError("no leader");
  Ends(id);
  Until(id, "running: its pod has ended; what came of it cannot be known yet: no leader");
  EXPECT_EQ(PodsLeft(), 1u) << "held until the verdict is kept";
  work_.no_judge = absl::OkStatus();
  work_.logs.insert(id);
  Until(id, "succeeded: ");
  EXPECT_EQ(PodsLeft(), 0u);
}

TEST_F(DispatcherTest, WhatIsBlockedWaitsWithItsReason) {
  const std::string id = Add("p"), other = Add("q");
  work_.blockers["p"] = "giant_lock is held by reinit since 2h";
  Step();
  EXPECT_EQ(Told(id), "queued: giant_lock is held by reinit since 2h");
  EXPECT_EQ(Told(other), "running: starting");
  work_.blockers.clear();
  Step();
  EXPECT_EQ(Told(id), "running: starting");
}

TEST_F(DispatcherTest, AJobStartsAfterTheOneBeforeHasSucceeded) {
  const std::string first = Add("p"), second = AddAfter(first, "q");
  Step();
  EXPECT_EQ(Told(second), absl::StrCat("queued: waits until ", first, " has succeeded"));
  work_.logs.insert(first);
  Ends(first);
  Until(first, "succeeded: ");
  Step();
  EXPECT_EQ(Told(second), "running: starting");
}

TEST_F(DispatcherTest, AJobFailsWithTheOneBeforeAndSoDoesWhatComesAfterIt) {
  std::vector<std::string> told;
  options_.told = [&](const Job& job) { told.push_back(absl::StrCat(job.id, " ", NameOf(job.state))); };
  Live();
  const std::string first = Add("p"), second = AddAfter(first, "q"), third = AddAfter(second, "r");
  Step();
  Ends(first, 1);
  go_on_ = [this] { return work_.judged.empty(); };  // cut when it is judged: nothing is kept of the end
  (void)dispatcher_->Step();
  go_on_ = [] { return true; };
  Live();  // a new coordinator sees it, too
  Until(first, "failed: ");
  Step();
  EXPECT_EQ(Told(second),
            absl::StrCat("failed: ", first,
                         " (provision), which must have succeeded before, failed: ", Now(first).message));
  EXPECT_THAT(Told(third), HasSubstr(absl::StrCat("failed: ", second, " (provision), which must")));
  EXPECT_THAT(told,
              ElementsAre(first + " running", first + " failed", second + " failed", third + " failed"));
  EXPECT_EQ(made_.count(second) + made_.count(third), 0u);
}

TEST_F(DispatcherTest, AJobFailsAlsoWhenTheOneBeforeEndedWhileNobodyLooked) {
  const std::string first = Add("p"), second = AddAfter(first, "q");
  ASSERT_TRUE(store_.Cancel(first, "bob").ok());
  Live();
  Step();
  EXPECT_EQ(Told(second), absl::StrCat("failed: ", first,
                                       " (provision), which must have succeeded before, was "
                                       "cancelled: cancelled by bob before it started"));
}

TEST_F(DispatcherTest, LocksAreNotAskedForAtEachStep) {
  options_.recheck = absl::Seconds(10);
  Live();
  const std::string id = Add("p");
  work_.blockers["p"] = "locked";
  for (int i = 0; i < 5; ++i) Step();
  EXPECT_EQ(work_.blockers_asked, 1);
  EXPECT_EQ(Told(id), "queued: locked");
  clock_.Advance(absl::Seconds(11));
  work_.blockers.clear();
  Step();
  EXPECT_EQ(Told(id), "running: starting");
}

TEST_F(DispatcherTest, EndsACancelledJobAndKeepsItsPlaceUntilItsPodIsGone) {
  const std::string id = Add("p"), next = Add("p");
  Step();
  absl::StatusOr<Json> pod = PodOf(id);
  (*pod)["spec"]["nodeName"] = "node-1";
  kube_.Seed(*pod);
  Runs(id);
  ASSERT_TRUE(store_.Cancel(id, "bob").ok());
  Until(id, "running: being ended, as bob asked");
  EXPECT_TRUE(PodOf(id)->at("metadata").contains("deletionTimestamp"));
  EXPECT_EQ(Told(next), absl::StrCat("queued: waits for ", id, ", which works on p"));
  Ends(id, 143);
  Until(id, "cancelled: cancelled by bob");
  EXPECT_EQ(work_.judged.size(), 0u);
  Until(next, "running: starting");
  EXPECT_FALSE(PodOf(id).ok());
}

TEST_F(DispatcherTest, OneThatSucceededBeforeItWasCancelledHasSucceeded) {
  const std::string id = Add("p");
  Step();
  work_.logs.insert(id);
  Ends(id);
  ASSERT_TRUE(store_.Cancel(id, "bob").ok());
  Until(id, "succeeded: ");
}

TEST_F(DispatcherTest, AJobCancelledBeforeItsPodWasMadeMakesNone) {
  const std::string id = Add("p");
  ASSERT_TRUE(store_.Intend(id, "default").ok());
  ASSERT_TRUE(store_.Cancel(id, "bob").ok());
  Step();
  EXPECT_EQ(Told(id), "cancelled: cancelled by bob before it ran");
  EXPECT_TRUE(made_.empty());
  EXPECT_TRUE(Now(id).pod) << "a request may be under way";
  clock_.Advance(options_.course.in_flight);
  Step();
  EXPECT_FALSE(Now(id).pod);
}

TEST_F(DispatcherTest, APodThatDoesNotBeginHasFailed) {
  const std::string id = Add("p");
  Step();
  Say(id,
      {{"phase", "Pending"},
       {"containerStatuses",
        Json::array({{{"name", "provision"}, {"state", {{"waiting", {{"reason", "ImagePullBackOff"}}}}}}})}});
  Until(id, "running: starting; provision: ImagePullBackOff");
  clock_.Advance(absl::Minutes(31));
  Until(id, "failed: did not begin within 30m; provision: ImagePullBackOff");
  EXPECT_EQ(PodsLeft(), 0u);
}

TEST_F(DispatcherTest, WhatCannotBeMadeFailsAndMakesNothing) {
  work_.no_pod = absl::InvalidArgumentError("the chart says no");
  const std::string id = Add("p");
  Step();
  EXPECT_EQ(Told(id), "failed: cannot be started: the chart says no");
  work_.no_pod = absl::OkStatus();
  kube_.admit = [](const Json&, const Json&) { return absl::PermissionDeniedError("exceeded quota"); };
  const std::string refused = Add("q");
  Step();
  EXPECT_EQ(Told(refused), "failed: its pod was refused: exceeded quota");
  EXPECT_TRUE(store_.Open()->empty());
}

TEST_F(DispatcherTest, WhatMayPassIsTriedAgain) {
  work_.no_pod = absl::UnavailableError("no API server");
  const std::string id = Add("p");
  Step();
  EXPECT_EQ(Told(id), "queued: no API server");
  work_.no_pod = absl::OkStatus();
  kube_.admit = [](const Json&, const Json&) { return absl::InternalError("etcd"); };
  Step();
  EXPECT_EQ(Told(id), "running: etcd");
  kube_.admit = [](const Json&, const Json&) { return absl::OkStatus(); };
  Until(id, "running: starting");
  EXPECT_EQ(made_[id], 1);
}

TEST_F(DispatcherTest, AnotherPodOfItsNameIsLeftAlone) {
  const std::string id = Add("p");
  Json pod = PlainPod();
  pod["metadata"]["name"] = id;
  kube_.Seed(pod);
  Step();
  EXPECT_EQ(Told(id), "failed: there is a pod of its name, which is not its own");
  EXPECT_EQ(PodsLeft(), 1u);
  EXPECT_FALSE(Now(id).pod);
}

TEST_F(DispatcherTest, AnAnswerThatWasLostMakesNoSecondPod) {
  kube::FaultyClient faulty(&kube_);
  faulty.LoseAnswer(0);
  client_ = &faulty;
  Live();
  const std::string id = Add("p");
  Step();
  EXPECT_EQ(Told(id), "running: the connection broke");
  Until(id, "running: starting");
  EXPECT_EQ(made_[id], 1);
  EXPECT_FALSE(Now(id).pod_uid.empty());
  dispatcher_.reset();
}

TEST_F(DispatcherTest, ADeletedPodStaysUntilItsEndIsKept) {
  const std::string id = Add("p");
  Step();
  ASSERT_TRUE(kube_.Delete({"v1", "Pod", "default", id}).ok());
  EXPECT_TRUE(PodOf(id).ok());
  Until(id, "failed: the pod was deleted; gha_logs has no row of it");
  EXPECT_THAT(work_.judged, ElementsAre(id + " "));
  EXPECT_EQ(PodsLeft(), 0u);
  EXPECT_EQ(made_[id], 1);
}

TEST_F(DispatcherTest, APodTornAwayIsLostAndNotMadeAgain) {
  const std::string id = Add("p");
  Step();
  ASSERT_TRUE(kube_
                  .Patch({"v1", "Pod", "default", id}, kube::PatchKind::kMerge,
                         {{"metadata", {{"finalizers", nullptr}}}})
                  .ok());
  ASSERT_TRUE(kube_.Delete({"v1", "Pod", "default", id}).ok());
  Until(id, "failed: its pod is gone, although it was held; gha_logs has no row of it");
  EXPECT_EQ(made_[id], 1);
}

// A restart finds the intent open and no pod: the first request may still come, long after the pod's end.
TEST_F(DispatcherTest, ARequestThatComesLateMeetsThePodOfTheSecond) {
  const std::string id = Add("p");
  ASSERT_TRUE(store_.Intend(id, "default").ok());
  Step();
  EXPECT_EQ(Told(id), "running: starting");
  work_.logs.insert(id);
  Ends(id);
  Until(id, "succeeded: ");
  const Json late = *Dress(PlainPod(), Now(id));
  EXPECT_TRUE(absl::IsAlreadyExists(kube_.Create(late).status()));
  clock_.Advance(options_.course.in_flight - absl::Seconds(1));
  Step();
  EXPECT_TRUE(absl::IsAlreadyExists(kube_.Create(late).status()));
  clock_.Advance(absl::Seconds(1));
  Step();
  EXPECT_TRUE(Eventually([&] {
    Step();
    return store_.Open()->empty();
  }));
  EXPECT_EQ(PodsLeft(), 0u);
  EXPECT_EQ(made_[id], 1);
}

TEST_F(DispatcherTest, KeepsTheLastLinesOfALogPrintable) {
  kube_.logs = [](const kube::LogQuery& q) -> absl::StatusOr<std::string> {
    EXPECT_EQ(q.container, "provision");
    EXPECT_EQ(q.tail_lines, 500);
    return "\x1b[2Jclear\n" + std::string(kMaxLog, 'x') + "\nlast\n";
  };
  const std::string id = Add("p"), other = Add("q");
  Step();
  Ends(id, 1);
  Until(id, "failed: ");
  EXPECT_EQ(*store_.Log(id), "last\n");
  kube_.logs = [](const kube::LogQuery&) { return absl::UnavailableError("no kubelet"); };
  Ends(other, 1);
  Until(other, "failed: ");
  EXPECT_EQ(*store_.Log(other), "(its log could not be read: no kubelet)\n");
}

TEST_F(DispatcherTest, TellsOfStartsAndEnds) {
  std::vector<std::string> told;
  options_.told = [&](const Job& job) { told.push_back(absl::StrCat(job.project, " ", NameOf(job.state))); };
  Live();
  const std::string id = Add("p");
  Step();
  Ends(id, 1);
  Until(id, "failed: ");
  EXPECT_THAT(told, ElementsAre("p running", "p failed"));
}

TEST_F(DispatcherTest, RunsUntilItIsToldToStop) {
  std::atomic<bool> stop = false;
  go_on_ = [&] { return !stop; };
  Live();
  std::thread thread([&] { dispatcher_->Run(); });
  const std::string id = Add("p");
  dispatcher_->Wake();
  EXPECT_TRUE(Eventually([&] { return Told(id) == "running: starting"; }));
  work_.logs.insert(id);
  Ends(id);
  EXPECT_TRUE(Eventually([&] { return Told(id) == "succeeded: "; }));
  stop = true;
  dispatcher_->Wake();
  thread.join();
}

}  // namespace
}  // namespace devstats::jobs
