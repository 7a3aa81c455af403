// The course of one job, from the intent to make its pod until nothing is left of it. Every step looks at the
// world and does what comes next; a restarted coordinator does the same, there is no other way to go on.
//
// That a pod is made at most once rests on three things:
//  - its name is the job's id, which is never used again, and the API server lets no two pods of one name be;
//  - a finalizer of ours holds it: whoever deletes it, it stays (as being deleted) until what came of it is
//  on our
//    disk. So a pod that is not there, of a job whose intent is open, was never made, and may be made now. A
//    marker beside the pod (a ConfigMap, a Lease) could not tell "not yet made" from "made and gone"; the pod
//    itself can;
//  - a request to make it may still be under way when the process that sent it is dead. Whoever makes it a
//  second
//    time writes that down first (Store::Doubt), and then holds the pod until that request has either met it
//    ("already exists") or can no longer come to anything (`in_flight`).
// Once it is known to have been made, its uid is kept: gone after that (somebody took the finalizer off) is
// lost, and not made again.
#pragma once
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "coordinator/devstats/jobs/pod.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/devstats/jobs/watched_pods.h"
#include "coordinator/kube/client.h"

namespace devstats::jobs {

struct CourseOptions {
  absl::Duration start_patience = absl::Minutes(30);  // a pod that has not begun by then has failed
  // An API server ends a request after a minute; ours is sent anew for another.
  absl::Duration in_flight = absl::Minutes(3);
  int log_lines = 500;
};

// Fault points, each with the job's id: jobs.intended, jobs.doubted, jobs.made, jobs.created, jobs.judged,
// jobs.ended, jobs.deleted, jobs.released, jobs.cleaned.
class Course {
 public:
  // None is owned. `go_on` is asked at each boundary: false ends a step there, with Cancelled, as a cut
  // would.
  Course(Store* store, kube::KubeClient* kube, JobWork* work, WatchedPods* pods, const Clock* clock,
         CourseOptions options, std::function<bool()> go_on)
      : store_(store),
        kube_(kube),
        work_(work),
        pods_(pods),
        clock_(clock),
        options_(options),
        go_on_(std::move(go_on)) {}

  // Each gives an error when it could not take its step: to be called again later.
  absl::Status Start(Job job);           // of a queued one
  absl::Status Advance(Job job);         // of a running one
  absl::Status CleanUp(const Job& job);  // of one that has ended

 private:
  absl::Status Boundary(absl::string_view point, const Job& job) const;
  absl::StatusOr<Json> Look(const Job& job);  // null: there is none
  absl::Status Make(const Job& job, const Json& pod);
  absl::Status MakeAgain(Job job);
  absl::Status Attend(const Job& job, const Json& pod);
  absl::Status Created(Job* job, const Json& pod);
  absl::Status Judge(const Job& job, const Json& pod, const PodState& last);  // null: it is gone
  absl::Status End(Job job, JobState state, const std::string& message, const std::string& log = "");
  absl::Status Note(const Job& job, const std::string& message);
  absl::Status Release(const Job& job, const Json& pod);
  std::string LogOf(const Job& job, const Json& pod);

  Store* const store_;
  kube::KubeClient* const kube_;
  JobWork* const work_;
  WatchedPods* const pods_;
  const Clock* const clock_;
  const CourseOptions options_;
  const std::function<bool()> go_on_;
};

}  // namespace devstats::jobs
