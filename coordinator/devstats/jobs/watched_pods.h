// Our jobs' pods as the API server last told them: one watch for each namespace that has any.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/kube/client.h"

namespace devstats::jobs {

// Thread-safe.
class WatchedPods {
 public:
  // `client` is not owned; `changed` is called from the watching threads.
  WatchedPods(kube::KubeClient* client, std::function<void()> changed);
  ~WatchedPods();  // ends the watches: within about a second

  // As last told; null when it was not told of, which does not mean that there is none: then ask. Begins to
  // watch the namespace. Only what the watch tells is kept: the answer to a request may be older than that.
  Json Get(const std::string& name_space, const std::string& pod);
  void Forget(const std::string& name_space, const std::string& pod);

 private:
  using Key = std::pair<std::string, std::string>;  // namespace, name
  void Watch(const std::string& name_space);
  void Take(const std::string& name_space, const kube::WatchEvent& event);

  kube::KubeClient* const client_;
  const std::function<void()> changed_;
  std::atomic<bool> stop_{false};
  absl::Mutex mu_;
  std::map<Key, Json> pods_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::thread> threads_ ABSL_GUARDED_BY(mu_);  // by namespace
};

}  // namespace devstats::jobs
