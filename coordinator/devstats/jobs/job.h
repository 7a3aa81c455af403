// Work on a project that takes minutes to days and must not be lost: provision, restore, reinit, affiliations ... A job
// is one pod, made at most once and named by the job's id; what came of it is read from the database it worked on, not
// from how the pod ended.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/digest.h"

namespace devstats::jobs {

enum class JobState { kQueued, kRunning, kSucceeded, kFailed, kCancelled };
const char* NameOf(JobState state);  // "queued"

struct Job {
  std::string id;           // "job-17-3fa9c2": unique for ever, and the name of its pod
  std::string environment;  // "test"
  std::string project;      // empty: of the whole environment (bootstrap)
  std::string kind;         // "provision"
  Json options = Json::object();  // as kinds.h knows them; no secret among them
  std::string actor;
  int weight = 0;  // the heavier, the earlier: long ones first
  JobState state = JobState::kQueued;
  int attempt = 1;
  std::string message;  // why it waits, where it is, what came of it
  absl::Time queued, started, ended;
};

// What a job's pod is, and what came of it. One implementation for DevStats (rendered by the chart, judged by
// gha_logs), others in tests.
class JobWork {
 public:
  virtual ~JobWork() = default;
  // The pod, but for its name and our labels, which the caller sets.
  virtual absl::StatusOr<Json> PodOf(const Job& job) = 0;
  // Why it must not start yet (a lock that is held, with owner and age); empty: nothing is in its way.
  virtual absl::StatusOr<std::string> Blocker(const Job& job) = 0;
  // After the pod has ended with `phase` ("Succeeded", "Failed", or "" when it is gone): OK, or what is missing.
  virtual absl::Status Judge(const Job& job, const std::string& phase) = 0;
};

}  // namespace devstats::jobs
