// Ctrl-C while a command follows something: it detaches in order instead of dying in the middle of a line.
#pragma once
#include <functional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "common/unique_fd.h"

namespace devstats::ctl {

// One at a time.
class Interrupt {
 public:
  // While this lives, the first SIGINT or SIGTERM calls `action` (from a thread of its own) instead of ending
  // the process; a second one ends it.
  explicit Interrupt(std::function<void()> action);
  ~Interrupt();
  bool Happened() const { return happened_.HasBeenNotified(); }
  // Waits for it, at most `limit`; whether it happened.
  bool WaitFor(absl::Duration limit) const { return happened_.WaitForNotificationWithTimeout(limit); }

 private:
  void Run(const std::function<void()>& action);

  const UniqueFd wake_;  // eventfd: a signal adds 1, the end a larger number
  absl::Notification happened_;
  std::thread thread_;
};

}  // namespace devstats::ctl
