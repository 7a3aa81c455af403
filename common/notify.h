// Talks to systemd: READY=1, STATUS=, and WATCHDOG=1 fed only while every registered loop is alive.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace devstats {

void NotifyReady(const std::string& status);
void NotifyStopping();

// Each loop calls Beat() at least every `stale` seconds; a loop that does not stops the feeding, and systemd
// restarts us.
class Watchdog {
 public:
  explicit Watchdog(absl::Duration stale);
  ~Watchdog();
  class Loop {
   public:
    void Beat() { last_.store(SteadyMillis(), std::memory_order_relaxed); }

   private:
    friend class Watchdog;
    std::string name_;
    std::atomic<int64_t> last_{0};
  };
  // Owned by the watchdog, beats once by itself; valid as long as it is.
  Loop* Register(const std::string& name);
  // Name of a loop that is stale, or empty. Thread-safe.
  std::string Stale() const;
  // Feeds systemd from a thread of its own at half of $WATCHDOG_USEC; nothing without it.
  void Start();

 private:
  // Not the wall clock: the first time synchronisation of a new box may move it by years.
  static int64_t SteadyMillis();
  void Feed(absl::Duration every);
  const absl::Duration stale_;
  mutable absl::Mutex mu_;
  std::vector<std::unique_ptr<Loop>> loops_ ABSL_GUARDED_BY(mu_);
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace devstats
