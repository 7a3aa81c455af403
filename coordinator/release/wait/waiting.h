// Waiting for objects to become as they should, whatever that is: ready, or gone. For waiter.cc.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/release/wait/not_reached.h"
#include "coordinator/release/wait/waiter.h"
#include "coordinator/release/wait/watches.h"

namespace devstats::release {

// What is waited for.
struct Goal {
  std::string name;  // "ready"
  // What an object (null: not there) has come to; called from any thread.
  std::function<Readiness(size_t item, const Json& object)> judge;
  Explain explain;
  bool pods = false;           // a workload's pods tell why
  bool metadata_only = false;  // enough to judge by
  bool without_kind = false;   // the same as not being there
};

class Waiting {
 public:
  Waiting(const std::vector<kube::ObjectRef>& objects, kube::KubeClient& client, const WaitOptions& options,
          Goal goal);
  absl::Status Run();

 private:
  struct Item {
    kube::ObjectRef ref;
    Readiness now{Readiness::State::kWaiting, "nobody has looked at it yet"};
    Json selector;  // of its pods
    bool looked = false;
    std::string told;  // by progress
  };
  // One watch, and which of its objects are meant, by namespace and name.
  struct Group {
    kube::ListQuery query;
    std::multimap<std::pair<std::string, std::string>, size_t> items;
    bool pods = false;  // its objects are the pods that tell why
  };
  struct Pod {
    Json labels;
    std::string trouble;
  };
  using GroupPtr = std::shared_ptr<const Group>;

  std::vector<Group> Groups() const;
  void Start(Group group);
  void StartPodWatches();
  // In the threads of the watches.
  bool Heard(const Group& group, const kube::WatchEvent& event);
  bool Broke(const Group& group, const absl::Status& status);
  void Judge(size_t item, const Json& object);
  void LookAtPod(const Json& pod, bool gone);

  bool Settled() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::string TextOf(const Item& item) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::vector<std::string> News();
  void AwaitNews() const;
  std::optional<absl::Status> End();
  absl::Status Failure(absl::StatusCode code);

  const WaitOptions& options_;
  const Goal goal_;
  const absl::Time begun_;
  std::vector<std::string> pod_spaces_;  // whose pods are watched
  mutable absl::Mutex mu_;
  std::vector<Item> items_ ABSL_GUARDED_BY(mu_);
  size_t missing_ ABSL_GUARDED_BY(mu_) = 0, failed_ ABSL_GUARDED_BY(mu_) = 0;
  bool news_ ABSL_GUARDED_BY(mu_) = true;
  std::map<std::pair<std::string, std::string>, Pod> pods_ ABSL_GUARDED_BY(mu_);  // those in trouble
  std::map<std::string, std::string> broken_ ABSL_GUARDED_BY(mu_);  // watches that do not work, and why
  std::map<std::string, std::string> broken_told_;
  absl::Status error_ ABSL_GUARDED_BY(mu_);  // that ends it
  Watches watches_;                          // last: its threads use the rest
};

}  // namespace devstats::release
