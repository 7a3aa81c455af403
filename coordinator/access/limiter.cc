#include "coordinator/access/limiter.h"

#include <utility>

namespace devstats::access {

void FailureLimiter::Roll() {
  const absl::Time now = clock_->Now();
  if (now >= since_ && now < since_ + window_) return;  // a clock set back starts anew too
  since_ = now;
  all_ = {};
  peers_.clear();
}

FailureLimiter::Verdict FailureLimiter::Ask(const std::string& peer) {
  absl::MutexLock lock(&mu_);
  Roll();
  Count* over = nullptr;
  if (auto it = peers_.find(peer); it != peers_.end() && it->second.failures >= per_peer_) over = &it->second;
  if (over == nullptr && all_.failures >= in_all_) over = &all_;
  if (over == nullptr) return Verdict::kGo;
  return std::exchange(over->told, true) ? Verdict::kRefused : Verdict::kFirstRefusal;
}

void FailureLimiter::Failed(const std::string& peer) {
  absl::MutexLock lock(&mu_);
  Roll();
  ++all_.failures;
  if (all_.failures <= in_all_) ++peers_[peer].failures;
}

}  // namespace devstats::access
