// Jobs on a cluster in memory: a store, work whose log rows a test writes, and pods that end when it says so.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/clock.h"
#include "coordinator/devstats/jobs/dispatcher.h"
#include "coordinator/devstats/jobs/pod.h"
#include "coordinator/devstats/jobs/store.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/devstats/jobs/job_database.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::jobs {

inline Json PlainPod() {
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata",
           {{"name", "devstats-provision-x"}, {"namespace", "default"}, {"labels", {{"type", "provision"}}}}},
          {"spec", {{"containers", Json::array({{{"name", "provision"}, {"image", "x"}}})}}}};
}

// Judged by rows in `logs`, as gha_logs has them.
class FakeWork : public JobWork {
 public:
  absl::StatusOr<Json> PodOf(const Job& job) override {
    if (asked) asked(job);
    RETURN_IF_ERROR(no_pod);
    return PlainPod();
  }
  absl::StatusOr<std::string> Blocker(const Job& job) override {
    ++blockers_asked;
    const auto found = blockers.find(job.project);
    return found == blockers.end() ? "" : found->second;
  }
  absl::Status Judge(const Job& job, const std::string& phase) override {
    judged.push_back(absl::StrCat(job.id, " ", phase));
    RETURN_IF_ERROR(no_judge);
    return logs.count(job.id) ? absl::OkStatus() : absl::NotFoundError("gha_logs has no row of it");
  }

  std::function<void(const Job&)> asked;
  absl::Status no_pod, no_judge;
  std::map<std::string, std::string> blockers;  // by project
  int blockers_asked = 0;
  std::vector<std::string> judged;
  std::set<std::string> logs;
};

class JobTest : public ::testing::Test {
 protected:
  JobTest() : db_(OpenJobs()), store_(db_.get(), &clock_) {
    options_.recheck = absl::ZeroDuration();
    kube_.react = [this](const Json& object) {
      const std::string uid = kube::TextAt(object, {"metadata", "uid"});
      if (kube::TextAt(object, {"kind"}) == "Pod" && uids_.insert(uid).second)
        ++made_[kube::TextAt(object, {"metadata", "name"})];
    };
    kube_.logs = [](const kube::LogQuery& q) { return absl::StrCat("hello of ", q.pod, "\n"); };
    Live();
  }
  // A new dispatcher on the same database, as after a restart.
  void Live() {
    dispatcher_.reset();
    dispatcher_ = std::make_unique<Dispatcher>(&store_, client_, &work_, &clock_, options_,
                                               [this] { return go_on_(); });
  }
  std::string Add(const std::string& project, int weight = 0, const std::string& environment = "test") {
    const auto job = store_.Add({.environment = environment,
                                 .project = project,
                                 .kind = "provision",
                                 .options = {{"n", ++added_}},
                                 .actor = "ann",
                                 .weight = weight});
    EXPECT_TRUE(job.ok()) << job.status();
    return job->id;
  }
  std::string AddAfter(const std::string& before, const std::string& project) {
    const auto job = store_.Add({.environment = "test",
                                 .project = project,
                                 .kind = "provision",
                                 .options = {{"n", ++added_}},
                                 .actor = "ann",
                                 .after = before});
    EXPECT_TRUE(job.ok()) << job.status();
    return job->id;
  }
  Job Now(const std::string& id) { return *store_.Get(id); }
  std::string Told(const std::string& id) {
    const Job job = Now(id);
    return absl::StrCat(NameOf(job.state), ": ", job.message);
  }
  void Step() {
    const absl::Status status = dispatcher_->Step();
    ASSERT_TRUE(status.ok()) << status;
  }
  absl::StatusOr<Json> PodOf(const std::string& id) { return kube_.Get({"v1", "Pod", "default", id}); }
  // As its kubelet would say it.
  void Say(const std::string& id, Json status) {
    absl::StatusOr<Json> pod = PodOf(id);
    ASSERT_TRUE(pod.ok()) << pod.status();
    (*pod)["status"] = std::move(status);
    kube_.Seed(*pod);
  }
  // Steps until the job is in a state with this beginning of its message.
  void Until(const std::string& id, const std::string& told) {
    EXPECT_TRUE(Eventually([&] {
      Step();
      return absl::StartsWith(Told(id), told);
    })) << Told(id)
        << ", not " << told;
  }
  void Runs(const std::string& id) {
    Say(id, {{"phase", "Running"},
             {"containerStatuses",
              Json::array(
                  {{{"name", "provision"}, {"ready", true}, {"state", {{"running", Json::object()}}}}})}});
  }
  void Ends(const std::string& id, int code = 0, const std::string& reason = "") {
    Say(id, {{"phase", code ? "Failed" : "Succeeded"},
             {"containerStatuses",
              Json::array({{{"name", "provision"},
                            {"state", {{"terminated", {{"exitCode", code}, {"reason", reason}}}}}}})}});
  }
  size_t PodsLeft() { return kube_.List({.api_version = "v1", .kind = "Pod"})->items.size(); }

  FixedClock clock_{absl::FromUnixSeconds(1'795'000'000)};
  std::unique_ptr<Database> db_;
  Store store_;
  kube::FakeKube kube_;
  kube::KubeClient* client_ = &kube_;
  FakeWork work_;
  DispatcherOptions options_;
  std::function<bool()> go_on_ = [] { return true; };
  std::set<std::string> uids_;       // of all pods there have been
  std::map<std::string, int> made_;  // pods, by name
  int added_ = 0;
  std::unique_ptr<Dispatcher> dispatcher_;
};

}  // namespace devstats::jobs
