// A client whose calls fail as a test says: by their number, before they reach the server or after.
#pragma once
#include <map>
#include <set>

#include "absl/synchronization/mutex.h"
#include "coordinator/kube/forwarding_client.h"

namespace devstats::kube {

class FaultyClient final : public ForwardingClient {
 public:
  explicit FaultyClient(KubeClient* client) : client_(client) {}  // not owned

  // Calls are counted from 0; discovery does not count. Aborted (a conflict) is only for calls that write; of
  // a deletion it would mean that another object is meant.
  void Fail(int call, absl::Status status) {
    absl::MutexLock lock(&mutex_);
    failures_[call] = std::move(status);
  }
  // The server does it, the answer does not come.
  void LoseAnswer(int call) {
    absl::MutexLock lock(&mutex_);
    lost_.insert(call);
  }
  int calls() const {
    absl::MutexLock lock(&mutex_);
    return calls_;
  }
  int writes() const {
    absl::MutexLock lock(&mutex_);
    return writes_;
  }

  absl::StatusOr<ApiResource> FindKind(const std::string& api_version, const std::string& kind) override {
    return client_->FindKind(api_version, kind);
  }

 protected:
  absl::Status Pass(Method method, absl::FunctionRef<absl::Status(KubeClient&)> call) override {
    absl::Status failure;
    bool lose = false;
    {
      absl::MutexLock lock(&mutex_);
      const int n = calls_++;
      const bool writes = method != Method::kRead && method != Method::kWatch;
      if (writes) ++writes_;
      if (const auto found = failures_.find(n); found != failures_.end()) failure = found->second;
      if ((!writes || method == Method::kDelete) && absl::IsAborted(failure)) failure = absl::OkStatus();
      lose = lost_.count(n) > 0;
    }
    if (!failure.ok()) return failure;
    absl::Status done = call(*client_);
    return lose ? absl::UnavailableError("the connection broke") : done;
  }

 private:
  KubeClient* const client_;
  mutable absl::Mutex mutex_;
  std::map<int, absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
  std::set<int> lost_ ABSL_GUARDED_BY(mutex_);
  int calls_ ABSL_GUARDED_BY(mutex_) = 0, writes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace devstats::kube
