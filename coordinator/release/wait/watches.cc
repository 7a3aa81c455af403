#include "coordinator/release/wait/watches.h"

#include <algorithm>

namespace devstats::release {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(100), kLongestPause = absl::Seconds(5);

}  // namespace

void Watches::Start(kube::ListQuery query, Sink sink, Broke broke) {
  threads_.emplace_back([this, query = std::move(query), sink = std::move(sink), broke = std::move(broke)] {
    Run(query, sink, broke);
  });
}

void Watches::Stop() {
  {
    absl::MutexLock lock(&mu_);
    stop_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Watches::Run(const kube::ListQuery& query, const Sink& sink, const Broke& broke) {
  absl::Duration pause = kFirstPause;
  const Sink heard = [&](const kube::WatchEvent& event) {
    pause = kFirstPause;
    return going_on() && sink(event);
  };
  while (going_on()) {
    const absl::Status status = client_->Watch(query, heard, [this] { return going_on(); });
    if (status.ok() || !going_on() || !broke(status)) return;
    absl::MutexLock lock(&mu_);
    mu_.AwaitWithTimeout(absl::Condition(&stop_), pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace devstats::release
