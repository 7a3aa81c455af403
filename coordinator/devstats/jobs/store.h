// Jobs as they are kept, in the coordinator's database: each transition is on disk before the act that
// follows from it. What is written here is all that a restarted coordinator knows of its jobs.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/sqlite.h"
#include "coordinator/devstats/jobs/job.h"

namespace devstats::jobs {

inline constexpr size_t kMaxOptions = 16 << 10;  // bytes, of one job
inline constexpr int kMaxQueued = 10000;
inline constexpr int kKeptEnded = 1000;
inline constexpr size_t kMaxLog = 64 << 10;         // bytes, the last ones
inline constexpr size_t kMaxReportLog = 512 << 10;  // of a job whose log is its report (KindSpec::script)

struct Filter {
  std::string environment, project, kind;  // empty: any
  std::vector<JobState> states;            // none: any
  int limit = 100;
};

// Thread-safe.
class Store {
 public:
  Store(Database* db, const Clock* clock) : db_(db), clock_(clock) {}  // not owned
  // One entry of the migration list of the coordinator's database.
  static std::string Schema();
  static std::string AfterColumn();  // a later entry: of Job::after and Job::before

  // Called after each Add, Retry and Cancel that changed something, by its caller's thread; empty: nobody is.
  // Whoever has set it takes it back before it goes.
  void SetWaker(std::function<void()> waker);

  // Queues it, under a new id. InvalidArgument: options that are too large, or `after` of another
  // environment; NotFound: no job is `after`; FailedPrecondition: that has failed or was cancelled;
  // AlreadyExists: the same is queued already; ResourceExhausted: too many are. Of those that ended long ago,
  // all but the last kKeptEnded are forgotten, and those that a queued one comes after.
  absl::StatusOr<Job> Add(Job job);
  // Queues a failed or cancelled job anew, after the last retry of the job that it comes after.
  // FailedPrecondition for others, and when that one has failed, too; AlreadyExists while an earlier retry of
  // it is queued or running.
  absl::StatusOr<Job> Retry(const std::string& id, const std::string& actor);
  // Ends a queued job; asks for the end of a running one (cancelled_by). FailedPrecondition when it has
  // ended.
  absl::StatusOr<Job> Cancel(const std::string& id, const std::string& actor);

  absl::StatusOr<Job> Get(const std::string& id);  // NotFound
  // The newest first.
  absl::StatusOr<std::vector<Job>> List(const Filter& filter);
  // Queued, running, or ended with a pod that may be left: what the dispatcher has to do with. In the order
  // of age.
  absl::StatusOr<std::vector<Job>> Open();
  // The last lines of its pod, kept when it ended; empty: none were had.
  absl::StatusOr<std::string> Log(const std::string& id);

  // The dispatcher's. Each gives FailedPrecondition when the job is no longer in the state that it is a step
  // from.
  absl::Status Note(const std::string& id, const std::string& message);  // queued or running
  // queued -> running
  absl::Status Intend(const std::string& id, const std::string& name_space, const std::string& before = "");
  absl::Status Doubt(const std::string& id);                                // running
  absl::Status Created(const std::string& id, const std::string& pod_uid);  // running
  absl::Status End(const std::string& id, JobState state, const std::string& message, const std::string& log);
  absl::Status Cleaned(const std::string& id);  // ended

 private:
  absl::StatusOr<std::vector<Job>> Select(const std::string& where, const std::vector<SqlValue>& args);
  absl::StatusOr<Job> Insert(Database& db, Job job);
  absl::Status CheckAfter(const Job& job);
  absl::Status Step(const std::string& id, const std::string& what, const std::string& set,
                    const std::string& from, std::vector<SqlValue> args);
  void Wake();
  Database* const db_;
  const Clock* const clock_;
  absl::Mutex mu_;
  std::function<void()> waker_ ABSL_GUARDED_BY(mu_);
};

}  // namespace devstats::jobs
