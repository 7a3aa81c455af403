#include "coordinator/release/objects/parallel.h"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace devstats::release {
namespace {

class Crew {
 public:
  Crew(const std::vector<std::vector<size_t>>& needs, const ParallelOptions& options,
       absl::FunctionRef<absl::Status(size_t)> work)
      : options_(options),
        work_(work),
        count_(needs.size()),
        left_(needs.size()),
        waits_(needs.size()),
        waited_by_(needs.size()) {
    for (size_t i = 0; i < needs.size(); ++i) {
      waits_[i] = needs[i].size();
      for (const size_t need : needs[i]) waited_by_[need].push_back(i);
      if (needs[i].empty()) ready_.insert(i);
    }
  }

  absl::Status Run() {
    const size_t count = std::min<size_t>(std::max(options_.threads, 1), count_);
    std::vector<std::thread> threads;
    for (size_t i = 1; i < count; ++i) threads.emplace_back([this] { Work(); });
    Work();
    for (std::thread& thread : threads) thread.join();
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  void Work() {
    while (const auto next = Take()) {
      Done(*next, options_.go_on() ? work_(*next) : absl::CancelledError("stopped"));
    }
  }
  std::optional<size_t> Take() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Crew::MayTake));
    if (!status_.ok() || left_ == 0) return std::nullopt;
    return ready_.extract(ready_.begin()).value();
  }
  bool MayTake() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !ready_.empty() || left_ == 0 || !status_.ok();
  }
  void Done(size_t i, absl::Status status) {
    absl::MutexLock lock(&mutex_);
    status_.Update(std::move(status));
    --left_;
    for (const size_t other : waited_by_[i]) {
      if (--waits_[other] == 0) ready_.insert(other);
    }
  }

  const ParallelOptions& options_;
  const absl::FunctionRef<absl::Status(size_t)> work_;
  const size_t count_;
  absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  size_t left_ ABSL_GUARDED_BY(mutex_);
  std::set<size_t> ready_ ABSL_GUARDED_BY(mutex_);
  std::vector<size_t> waits_ ABSL_GUARDED_BY(mutex_);  // how many each still waits for
  std::vector<std::vector<size_t>> waited_by_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::Status InOrder(const std::vector<std::vector<size_t>>& needs, const ParallelOptions& options,
                     absl::FunctionRef<absl::Status(size_t)> work) {
  return Crew(needs, options, work).Run();
}

absl::Status ForEach(size_t count, const ParallelOptions& options,
                     absl::FunctionRef<absl::Status(size_t)> work) {
  return InOrder(std::vector<std::vector<size_t>>(count), options, work);
}

}  // namespace devstats::release
