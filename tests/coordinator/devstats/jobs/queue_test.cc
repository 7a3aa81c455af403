// Who starts next.
#include "coordinator/devstats/jobs/queue.h"

#include "absl/strings/str_join.h"
#include "gmock/gmock.h"

namespace devstats::jobs {
namespace {

struct QueueCase {
  std::string name;
  std::vector<Job> jobs;
  int limit = 8;
  std::string start;                         // "a b"
  std::map<std::string, std::string> waits;  // all of them
};

Job Waits(const std::string& id, const std::string& project, int weight = 0) {
  return {.id = id, .environment = "test", .project = project, .weight = weight};
}
Job OfKind(const std::string& kind, Job job) {
  job.kind = kind;
  return job;
}
Job After(const std::string& before, Job job) {
  job.after = before;
  return job;
}
Job Running(const std::string& id, const std::string& project) {
  return {.id = id, .environment = "test", .project = project, .state = JobState::kRunning, .pod = true};
}
Job Ended(const std::string& id, const std::string& project, bool pod) {
  return {.id = id, .environment = "test", .project = project, .state = JobState::kFailed, .pod = pod};
}
Job InProd(Job job) {
  job.environment = "prod";
  return job;
}

const QueueCase kQueueCases[] = {
    {"none", {}, 8, "", {}},
    {"older_first", {Waits("a", "p"), Waits("b", "q")}, 8, "a b", {}},
    {"heavier_first",
     {Waits("a", "p"), Waits("b", "q", 5), Waits("c", "r", 5)},
     2,
     "b c",
     {{"a", "waits for one of 2 places in test"}}},
    {"limit_counts_the_running",
     {Running("r", "x"), Waits("a", "p"), Waits("b", "q")},
     2,
     "a",
     {{"b", "waits for one of 2 places in test"}}},
    {"limit_is_of_one_environment",
     {Running("r", "x"), InProd(Waits("a", "p")), Waits("b", "q")},
     1,
     "a",
     {{"b", "waits for one of 1 places in test"}}},
    {"one_per_project",
     {Waits("a", "p"), Waits("b", "p", 1), Waits("c", "q")},
     8,
     "b c",
     {{"a", "waits for b, which works on p"}}},
    {"project_of_another_environment", {Running("r", "p"), InProd(Waits("a", "p"))}, 8, "a", {}},
    {"project_is_busy",
     {Running("r", "p"), Waits("a", "p", 9), Waits("b", "q")},
     8,
     "b",
     {{"a", "waits for r, which works on p"}}},
    {"a_pod_that_is_left_holds_its_place",
     {Ended("e", "p", true), Ended("f", "q", false), Waits("a", "p"), Waits("b", "q")},
     8,
     "b",
     {{"a", "waits for e, which works on p"}}},
    {"blocked_is_passed_over",
     {Waits("a", "blocked", 9), Waits("b", "q")},
     1,
     "b",
     {{"a", "locked by affs"}}},
    {"whole_environment_waits_for_the_running",
     {Running("r", "p"), Waits("a", "", 9), Waits("b", "q")},
     8,
     "",
     {{"a", "waits until the 1 running in test have ended"},
      {"b", "waits for a, which has the whole environment to itself"}}},
    {"whole_environment_runs_alone",
     {Waits("a", "", 9), Waits("b", "q"), InProd(Waits("c", "q"))},
     8,
     "a c",
     {{"b", "waits for a, which has the whole environment to itself"}}},
    {"whole_environment_runs",
     {Running("r", ""), Waits("b", "q")},
     8,
     "",
     {{"b", "waits for r, which has the whole environment to itself"}}},
    {"bootstrap_is_alone",
     {OfKind("bootstrap", Waits("a", "", 9)), Waits("b", "q")},
     8,
     "a",
     {{"b", "waits for a, which has the whole environment to itself"}}},
    {"without_project_is_not_alone",
     {Running("r", "p"), OfKind("vars", Waits("a", "", 9)), Waits("b", "q")},
     8,
     "a b",
     {}},
    {"without_project_one_of_a_kind",
     {OfKind("vars", Waits("a", "")), OfKind("vars", Waits("b", "")), OfKind("tags", Waits("c", ""))},
     8,
     "a c",
     {{"b", "waits for a, which is of the same kind"}}},
    {"after_one_that_waits_or_runs",
     {Running("r", "x"), Waits("a", "p"), After("a", Waits("b", "q", 9)), After("r", Waits("c", "s"))},
     8,
     "a",
     {{"b", "waits until a has succeeded"}, {"c", "waits until r has succeeded"}}},
    {"after_keeps_no_place",
     {Waits("a", "p"), After("a", OfKind("bootstrap", Waits("b", "", 9))), Waits("c", "q")},
     8,
     "a c",
     {{"b", "waits until a has succeeded"}}},
    {"after_one_that_succeeded", {After("gone", Waits("a", "p"))}, 8, "a", {}},
    {"limit_zero", {Waits("a", "p")}, 0, "", {{"a", "waits for one of 0 places in test"}}},
};

class Queue : public ::testing::TestWithParam<QueueCase> {};

TEST_P(Queue, Decides) {
  const QueueCase& c = GetParam();
  const Decision decision = Decide(
      c.jobs, [&](const std::string&) { return c.limit; },
      [](const Job& job) { return job.project == "blocked" ? "locked by affs" : ""; });
  EXPECT_EQ(absl::StrJoin(decision.start, " "), c.start);
  EXPECT_EQ(decision.waits, c.waits);
}

INSTANTIATE_TEST_SUITE_P(All, Queue, ::testing::ValuesIn(kQueueCases),
                         [](const auto& c) { return c.param.name; });

TEST(QueueTest, AsksForLocksOnlyOfThoseThatCouldStart) {
  std::vector<std::string> asked;
  std::vector<Job> jobs;
  for (int i = 0; i < 100; ++i) jobs.push_back(Waits(absl::StrCat(i), absl::StrCat("p", i)));
  const Decision decision = Decide(
      jobs, [](const std::string&) { return 3; },
      [&](const Job& job) {
        asked.push_back(job.id);
        return "";
      });
  EXPECT_THAT(asked, ::testing::ElementsAre("0", "1", "2"));
  EXPECT_EQ(decision.waits.size(), 97u);
}

}  // namespace
}  // namespace devstats::jobs
