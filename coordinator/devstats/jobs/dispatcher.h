// The loop that brings jobs to their end: starts what may start, attends what runs, leaves nothing behind. It
// holds nothing that is not in the store or in the cluster: it may be cut at any instant, and another one
// goes on.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "coordinator/devstats/jobs/course.h"
#include "coordinator/devstats/jobs/queue.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/devstats/jobs/watched_pods.h"
#include "coordinator/kube/client.h"

namespace devstats::jobs {

struct DispatcherOptions {
  std::function<int(const std::string& environment)> limit = [](const std::string&) { return kDefaultLimit; };
  // Between two looks when nothing happens (changes of pods and jobs wake it): while there is none to attend,
  // and while there is.
  absl::Duration idle = absl::Minutes(5), pause = absl::Seconds(10);
  absl::Duration recheck = absl::Seconds(10);  // before a blocker, or what failed for now, is asked again
  CourseOptions course;
  std::function<void(const Job&)> told;  // of each job that has started or ended; may be empty
};

class Dispatcher {
 public:
  // None is owned. `go_on` false: no further step; what runs in the cluster runs on. Asked often, from
  // several threads.
  Dispatcher(Store* store, kube::KubeClient* kube, JobWork* work, const Clock* clock,
             DispatcherOptions options, std::function<bool()> go_on);
  ~Dispatcher();

  // Until `go_on` says false; call Wake() then. In a thread of the caller's.
  void Run();
  // It is time to stop, or something may be to be done; the store calls it for jobs that come or are
  // cancelled. Thread-safe.
  void Wake();
  // One look at all jobs. The error is of the store; those of single jobs stand in their messages. Run calls
  // this.
  absl::Status Step();

 private:
  absl::Status StepOf(const Job& job);
  absl::Status StartNext();
  absl::StatusOr<std::vector<Job>> Startable();
  absl::StatusOr<std::string> Hopeless(const Job& job);
  std::string BlockerOf(const Job& job);
  void Later(const Job& job, const absl::Status& status);
  void Tell(const Job& before);

  Store* const store_;
  JobWork* const work_;
  const Clock* const clock_;
  const DispatcherOptions options_;
  const std::function<bool()> go_on_;
  absl::Mutex mu_;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;
  // Only of the thread that steps.
  struct Block {
    std::string why;
    absl::Time until;
  };
  std::map<std::string, Block> blocks_;      // by job: as last asked
  bool attending_ = true;                    // a job is open, or nobody knows
  std::map<std::string, absl::Time> later_;  // by job: not before
  WatchedPods pods_;                         // after mu_: it calls Wake
  Course course_;
};

}  // namespace devstats::jobs
