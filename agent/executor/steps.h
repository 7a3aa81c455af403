// Steps of this box: one phase of one operation at a time, run by a thread of ours, so that a caller that
// goes away changes nothing. Callers attach to it and detach from it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "agent/host/host.h"
#include "agent/resources/secrets.h"
#include "common/journal.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

class Steps {
 public:
  // Pointers are not owned. `boot_id` is this boot's.
  Steps(Host* host, Journal* journal, std::string boot_id)
      : host_(host), journal_(journal), boot_id_(std::move(boot_id)) {}
  ~Steps();  // waits for the running step

  // Starts the step, attaches to it when it runs, or returns its kept result. `sink` is called on this thread
  // for each piece of progress; false detaches (Cancelled). FailedPrecondition for a known key with another
  // payload and while another step runs.
  absl::StatusOr<v1::StepStatus> Apply(const v1::ApplyRequest& request,
                                       const std::function<bool(const v1::Progress&)>& sink);
  // State ABSENT when the key is unknown, or was cut and nobody has asked for it since.
  absl::StatusOr<v1::StepStatus> Get(const v1::StepRequest& request);
  // Drops kept results. FailedPrecondition while a step of the operation runs.
  absl::StatusOr<int> Forget(const std::string& operation);
  // Plans a phase; changes nothing. `secrets` are those that resources compare with what is there.
  absl::StatusOr<v1::PlanResponse> Plan(const v1::PhaseSpec& spec, const Secrets& secrets = {});
  bool busy() const;

 private:
  struct Running;
  absl::StatusOr<std::shared_ptr<Running>> Start(const v1::ApplyRequest& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Work(std::shared_ptr<Running> running);
  Host* const host_;
  Journal* const journal_;
  const std::string boot_id_;
  mutable absl::Mutex mu_;
  std::shared_ptr<Running> running_ ABSL_GUARDED_BY(mu_);
  std::thread thread_ ABSL_GUARDED_BY(mu_);
};

// The key of a phase on this box, with its attempt: "host@node-1#2".
StepKey PhaseKey(const std::string& operation, const std::string& step, uint32_t attempt);

}  // namespace devstats::agent
