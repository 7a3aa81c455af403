// Fifty jobs, a limit of eight, and a coordinator that is cut ten times at random: each pod is made once,
// each job succeeds, and order, limit and "one of a project at a time" hold throughout.
#include <algorithm>
#include <random>

#include "gmock/gmock.h"
#include "tests/coordinator/devstats/jobs/job_fixture.h"

namespace devstats::jobs {
namespace {

constexpr int kJobs = 50, kProjects = 17, kCuts = 10;

class SequenceTest : public JobTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  SequenceTest() : random_(GetParam()) {
    options_.course.in_flight = absl::ZeroDuration();
    go_on_ = [this] { return --life_ != 0; };
    work_.asked = [this](const Job& job) { Decided(job); };
    Live();
  }
  static int NumberOf(const Job& job) { return std::atoi(job.id.c_str() + 4); }  // "job-17-..."
  int Dice(int sides) { return static_cast<int>(random_() % static_cast<unsigned>(sides)); }

  // A job's pod is asked for: what is ahead of it in line and has not begun must have a project that is busy.
  void Decided(const Job& job) {
    if (!begun_.insert(job.id).second) return;
    const std::vector<Job> open = *store_.Open();
    for (const Job& other : open) {
      if (other.state != JobState::kQueued || begun_.count(other.id) || other.weight < job.weight) continue;
      if (other.weight == job.weight && NumberOf(other) > NumberOf(job)) continue;
      EXPECT_TRUE(Busy().count(other.project)) << job.id << " began before " << other.id;
    }
  }
  std::multiset<std::string> Busy() {
    std::multiset<std::string> projects;
    const std::vector<Job> open = *store_.Open();
    for (const Job& job : open)
      if (job.state != JobState::kQueued) projects.insert(job.project);
    for (const std::string& id : begun_)
      if (Now(id).state == JobState::kQueued) projects.insert(Now(id).project);
    return projects;
  }

  // The cluster goes on: some pods come to their end, with their row in the log.
  void Tick() {
    std::set<std::string> projects;
    int live = 0;
    const std::vector<Json> pods = kube_.List({.api_version = "v1", .kind = "Pod"})->items;
    for (const Json& pod : pods) {
      const std::string id = kube::TextAt(pod, {"metadata", "name"});
      if (pod.contains("status")) continue;
      ++live;
      EXPECT_TRUE(projects.insert(Now(id).project).second) << "two pods of one project";
      if (Dice(3) != 0) continue;
      work_.logs.insert(id);
      Ends(id);
    }
    EXPECT_LE(live, kDefaultLimit);
    most_ = std::max(most_, live);
  }

  std::mt19937 random_;
  int life_ = 0;  // boundaries until the next cut
  int most_ = 0;
  std::set<std::string> begun_;
};

TEST_P(SequenceTest, HoldsThroughCuts) {
  std::vector<std::string> ids;
  for (int i = 0; i < kJobs; ++i) ids.push_back(Add(absl::StrCat("p", Dice(kProjects)), Dice(5)));
  int cuts = 0;
  for (int step = 0; step < 3000 && !store_.Open()->empty(); ++step) {
    if (life_ <= 0) life_ = cuts < kCuts ? 1 + Dice(60) : 1 << 30;
    const absl::Status status = dispatcher_->Step();
    if (life_ <= 0) {
      ++cuts;
      Live();
    } else {
      EXPECT_TRUE(status.ok()) << status;
    }
    Tick();
  }
  EXPECT_EQ(cuts, kCuts);
  EXPECT_EQ(most_, kDefaultLimit);
  for (const std::string& id : ids) {
    EXPECT_EQ(made_[id], 1) << id;
    EXPECT_EQ(Told(id), "succeeded: ");
  }
  EXPECT_EQ(PodsLeft(), 0u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SequenceTest, ::testing::Range(1u, 7u));

}  // namespace
}  // namespace devstats::jobs
