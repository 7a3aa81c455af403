// Work on a project that takes minutes to days and must not be lost: provision, restore, reinit, affiliations
// ... A job is one pod, made at most once and named by the job's id; what came of it is read from the
// database it worked on, not from how the pod ended.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"

namespace devstats::jobs {

enum class JobState { kQueued, kRunning, kSucceeded, kFailed, kCancelled };
const char* NameOf(JobState state);  // "queued"
// InvalidArgument, with what may have been meant.
absl::StatusOr<JobState> JobStateOf(absl::string_view name);
const char* HowItEnded(JobState state);  // "succeeded", "failed", "was cancelled"
inline bool HasEnded(JobState state) { return state != JobState::kQueued && state != JobState::kRunning; }

struct Job {
  std::string id;                 // "job-17-3fa9c2": unique for ever, and the name of its pod
  std::string environment;        // "test"
  std::string project;            // empty: of the whole environment
  std::string kind;               // "provision"
  Json options = Json::object();  // as kinds.h knows them; no secret among them
  std::string actor;
  int weight = 0;  // the heavier, the earlier: long ones first
  JobState state = JobState::kQueued;
  int attempt = 1;
  std::string retry_of;  // the job that this one does again
  std::string after;     // the job that must have succeeded before; empty: none
  std::string before;    // what JobWork::Before said when it started
  std::string message;   // why it waits, where it is, what came of it
  absl::Time queued = absl::InfinitePast(), started = absl::InfinitePast(), ended = absl::InfinitePast();

  // What the dispatcher keeps of its pod.
  std::string namespace_;                     // where it is; set with the intent to make it
  std::string pod_uid;                        // once it is known to have been made
  bool pod = false;                           // it may be there: from the intent until it is known to be gone
  absl::Time doubted = absl::InfinitePast();  // when a request to make it may last have been left under way
  std::string cancelled_by;                   // who asked for its end; empty: nobody
};

// What a job's pod is, and what came of it. One implementation for DevStats (rendered by the chart, judged by
// gha_logs), others in tests.
class JobWork {
 public:
  virtual ~JobWork() = default;
  // The pod, but for its name and our labels, which the caller sets. Unavailable: asked again later; any
  // other error is the job's end.
  virtual absl::StatusOr<Json> PodOf(const Job& job) = 0;
  // Why it must not start yet (a lock that is held, with owner and age); empty: nothing is in its way.
  virtual absl::StatusOr<std::string> Blocker(const Job& job) = 0;
  // What Judge must know of how things stood before, in words of its own; kept with the job. Unavailable:
  // asked again later; any other error is the job's end.
  virtual absl::StatusOr<std::string> Before(const Job&) { return std::string(); }
  // After the pod has ended with `phase` ("Succeeded", "Failed", or "" when it is gone): OK, or what is
  // missing. Unavailable: it cannot be known now, and is asked again later.
  virtual absl::Status Judge(const Job& job, const std::string& phase) = 0;
};

}  // namespace devstats::jobs
