// Watches under way, each in a thread of its own, begun anew when they break.
#pragma once
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/kube/client.h"

namespace devstats::release {

class Watches {
 public:
  using Sink = std::function<bool(const kube::WatchEvent&)>;  // false: no more
  // Told of each failure; whether to begin again, after a pause that grows with failures in a row.
  using Broke = std::function<bool(const absl::Status&)>;

  explicit Watches(kube::KubeClient* client) : client_(client) {}  // not owned
  ~Watches() { Stop(); }
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  // Not after Stop. The functions are called in the watch's thread.
  void Start(kube::ListQuery query, Sink sink, Broke broke);
  // When it returns, no function is called any more.
  void Stop();

 private:
  void Run(const kube::ListQuery& query, const Sink& sink, const Broke& broke);
  bool going_on() const {
    absl::MutexLock lock(&mu_);
    return !stop_;
  }

  kube::KubeClient* const client_;
  mutable absl::Mutex mu_;
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace devstats::release
