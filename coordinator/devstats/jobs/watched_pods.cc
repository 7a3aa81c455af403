#include "coordinator/devstats/jobs/watched_pods.h"

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "coordinator/devstats/jobs/pod.h"

namespace devstats::jobs {
namespace {

using kube::TextAt;
using kube::WatchEvent;

constexpr absl::Duration kPause = absl::Seconds(2);  // after a watch that failed

std::string NameIn(const Json& pod) { return TextAt(pod, {"metadata", "name"}); }

}  // namespace

WatchedPods::WatchedPods(kube::KubeClient* client, std::function<void()> changed)
    : client_(client), changed_(std::move(changed)) {}

WatchedPods::~WatchedPods() {
  std::map<std::string, std::thread> threads;
  {
    absl::MutexLock lock(&mu_);  // and whoever pauses below looks again
    stop_ = true;
    threads.swap(threads_);
  }
  for (auto& [name_space, thread] : threads) thread.join();
}

Json WatchedPods::Get(const std::string& name_space, const std::string& pod) {
  absl::MutexLock lock(&mu_);
  std::thread& thread = threads_[name_space];
  if (!thread.joinable()) thread = std::thread([this, name_space] { Watch(name_space); });
  const auto found = pods_.find({name_space, pod});
  return found == pods_.end() ? Json() : found->second;
}

void WatchedPods::Forget(const std::string& name_space, const std::string& pod) {
  absl::MutexLock lock(&mu_);
  pods_.erase({name_space, pod});
}

void WatchedPods::Take(const std::string& name_space, const WatchEvent& event) {
  {
    absl::MutexLock lock(&mu_);
    if (event.type == WatchEvent::Type::kSnapshot) {
      std::erase_if(pods_, [&](const auto& known) { return known.first.first == name_space; });
      for (const Json& pod : event.object["items"]) pods_[{name_space, NameIn(pod)}] = pod;
    } else if (event.type == WatchEvent::Type::kDeleted) {
      pods_.erase({name_space, NameIn(event.object)});
    } else {
      pods_[{name_space, NameIn(event.object)}] = event.object;
    }
  }
  changed_();
}

void WatchedPods::Watch(const std::string& name_space) {
  const auto go_on = [this] { return !stop_.load(); };
  while (go_on()) {
    const absl::Status status = client_->Watch(
        {.api_version = "v1", .kind = "Pod", .namespace_ = name_space, .label_selector = kSelector},
        [&](const WatchEvent& event) {
          Take(name_space, event);
          return go_on();
        },
        go_on);
    if (!go_on()) return;
    log::Warning(
        absl::StrCat("watching the jobs' pods in ", name_space, ": ", status.message(), "; trying again"));
    absl::MutexLock lock(&mu_);
    const auto stopped = [this] { return stop_.load(); };
    mu_.AwaitWithTimeout(absl::Condition(&stopped), kPause);
  }
}

}  // namespace devstats::jobs
