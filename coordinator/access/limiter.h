// Slows down a peer that keeps failing. It bounds work and log lines; what protects a token is its length.
#pragma once
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"

namespace devstats::access {

class FailureLimiter {
 public:
  // At most `per_peer` failures of one peer and `in_all` of everybody within `window`; `clock` is not owned.
  FailureLimiter(int per_peer, int in_all, absl::Duration window, const Clock* clock)
      : per_peer_(per_peer), in_all_(in_all), window_(window), clock_(clock) {}

  enum class Verdict { kGo, kFirstRefusal, kRefused };
  // Whether the peer may try. kFirstRefusal once a window: the one that is worth a line. Thread-safe.
  Verdict Ask(const std::string& peer);
  void Failed(const std::string& peer);

 private:
  struct Count {
    int failures = 0;
    bool told = false;
  };
  void Roll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const int per_peer_, in_all_;
  const absl::Duration window_;
  const Clock* clock_;
  absl::Mutex mu_;
  absl::Time since_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  Count all_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, Count> peers_ ABSL_GUARDED_BY(mu_);  // no more than in_all_, emptied every window
};

}  // namespace devstats::access
