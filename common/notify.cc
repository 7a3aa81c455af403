#include "common/notify.h"

#include <systemd/sd-daemon.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace devstats {
namespace {

// A line feed would begin an assignment of its own.
void Notify(const std::string& state, const std::string& status) {
  const std::string text =
      status.empty() ? state
                     : absl::StrCat(state, state.empty() ? "" : "\n", "STATUS=", log::Printable(status));
  const int result = sd_notify(0, text.c_str());
  if (result < 0) log::Warning(absl::StrCat("sd_notify: error ", -result));
}

}  // namespace

void NotifyReady(const std::string& status) { Notify("READY=1", status); }

void NotifyStopping() { Notify("STOPPING=1", ""); }

int64_t Watchdog::SteadyMillis() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Watchdog::Watchdog(absl::Duration stale) : stale_(stale) {}

Watchdog::~Watchdog() {
  {
    absl::MutexLock lock(&mu_);
    stop_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

Watchdog::Loop* Watchdog::Register(const std::string& name) {
  auto loop = std::make_unique<Loop>();
  loop->name_ = name;
  loop->Beat();
  absl::MutexLock lock(&mu_);
  loops_.push_back(std::move(loop));
  return loops_.back().get();
}

std::string Watchdog::Stale() const {
  const int64_t oldest = SteadyMillis() - absl::ToInt64Milliseconds(stale_);
  absl::MutexLock lock(&mu_);
  for (const auto& loop : loops_) {
    if (loop->last_.load(std::memory_order_relaxed) < oldest) return loop->name_;
  }
  return "";
}

void Watchdog::Start() {
  uint64_t usec = 0;
  if (thread_.joinable() || sd_watchdog_enabled(0, &usec) <= 0) return;
  thread_ = std::thread([this, every = absl::Microseconds(static_cast<int64_t>(usec)) / 2] { Feed(every); });
}

void Watchdog::Feed(absl::Duration every) {
  std::string told;
  while (true) {
    const std::string stale = Stale();
    if (stale.empty()) {
      Notify("WATCHDOG=1", told.empty() ? "" : "running");
    } else if (stale != told) {
      log::Error(absl::StrCat("loop ", stale, " does not move; systemd will restart this process"));
      Notify("", absl::StrCat("loop ", stale, " does not move"));
    }
    told = stale;
    absl::MutexLock lock(&mu_);
    if (mu_.AwaitWithTimeout(absl::Condition(&stop_), every)) return;
  }
}

}  // namespace devstats
