// Does something once when a time has come that may still be moved.
#pragma once
#include <functional>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace devstats::psql {

class Alarm {
 public:
  Alarm(absl::Time at, std::function<void()> action)
      : at_(at), action_(std::move(action)), thread_([this] { Run(); }) {}
  ~Alarm() {
    {
      const absl::MutexLock lock(&mu_);
      over_ = true;
    }
    thread_.join();
  }
  // Not after it has rung.
  void Set(absl::Time at) {
    const absl::MutexLock lock(&mu_);
    at_ = at;
    moved_ = true;
  }
  bool rung() const {
    const absl::MutexLock lock(&mu_);
    return rung_;
  }

 private:
  void Run() {
    const auto awake = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return over_ || moved_; };
    {
      const absl::MutexLock lock(&mu_);
      while (mu_.AwaitWithDeadline(absl::Condition(&awake), at_)) {
        if (over_) return;
        moved_ = false;
      }
      rung_ = true;
    }
    action_();
  }

  mutable absl::Mutex mu_;
  absl::Time at_ ABSL_GUARDED_BY(mu_);
  bool over_ ABSL_GUARDED_BY(mu_) = false, moved_ ABSL_GUARDED_BY(mu_) = false,
             rung_ ABSL_GUARDED_BY(mu_) = false;
  const std::function<void()> action_;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace devstats::psql
