#include "coordinator/devstats/jobs/queue.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "coordinator/devstats/jobs/kinds.h"

namespace devstats::jobs {
namespace {

// Of a kind that is not known, and no project: nobody can say what it may run beside.
bool IsAlone(const Job& job) {
  const auto kind = FindKind(job.kind);
  return kind.ok() ? (*kind)->alone : job.project.empty();
}

// What no two jobs work on at a time. No project is named like the second.
std::string Subject(const Job& job) {
  return job.project.empty() ? absl::StrCat("kind ", job.kind) : job.project;
}

// What runs in one environment.
struct Busy {
  int running = 0;
  std::map<std::string, std::string> subjects;  // to the job that works on it
  std::string alone;                            // a job that runs alone, or is the next to run

  void Take(const Job& job) {
    ++running;
    subjects[Subject(job)] = job.id;
    if (IsAlone(job)) alone = job.id;
  }
};

std::string Obstacle(const Job& job, int limit, Busy* busy) {
  if (!busy->alone.empty())
    return absl::StrCat("waits for ", busy->alone, ", which has the whole environment to itself");
  if (IsAlone(job) && busy->running > 0) {
    busy->alone = job.id;
    return absl::StrCat("waits until the ", busy->running, " running in ", job.environment, " have ended");
  }
  if (const auto found = busy->subjects.find(Subject(job)); found != busy->subjects.end())
    return absl::StrCat("waits for ", found->second, ", which ",
                        job.project.empty() ? "is of the same kind" : absl::StrCat("works on ", job.project));
  if (busy->running >= limit) return absl::StrCat("waits for one of ", limit, " places in ", job.environment);
  return "";
}

}  // namespace

Decision Decide(const std::vector<Job>& jobs, const std::function<int(const std::string&)>& limit,
                const std::function<std::string(const Job&)>& blocker) {
  std::map<std::string, Busy> environments;
  std::vector<const Job*> line;
  std::set<std::string> open;
  for (const Job& job : jobs) {
    if (job.state == JobState::kQueued) line.push_back(&job);
    if (!HasEnded(job.state)) open.insert(job.id);
    // One that has ended keeps its place until its pod is gone: that may still write.
    if (job.state == JobState::kRunning || (HasEnded(job.state) && job.pod))
      environments[job.environment].Take(job);
  }
  std::stable_sort(line.begin(), line.end(),
                   [](const Job* a, const Job* b) { return a->weight > b->weight; });
  Decision decision;
  for (const Job* job : line) {
    Busy& busy = environments[job->environment];
    std::string why = open.count(job->after) ? absl::StrCat("waits until ", job->after, " has succeeded")
                                             : Obstacle(*job, limit(job->environment), &busy);
    if (why.empty()) why = blocker(*job);
    if (!why.empty()) {
      decision.waits[job->id] = why;
      continue;
    }
    busy.Take(*job);
    decision.start.push_back(job->id);
  }
  return decision;
}

}  // namespace devstats::jobs
