// What the executor answers: every request is fenced, checked and passed to the part that does it. No socket
// here.
#pragma once
#include <functional>

#include "absl/status/status.h"
#include "agent/executor/fence.h"
#include "agent/executor/steps.h"
#include "agent/host/host.h"
#include "devstats/executor/v1/executor.pb.h"

namespace devstats::agent {

class ExecutorService {
 public:
  // Not owned.
  ExecutorService(Host* host, Fence* fence, Steps* steps, Journal* journal)
      : host_(host), fence_(fence), steps_(steps), journal_(journal) {}

  // Answers one request: `reply` is called for each reply and returns false when the caller has gone. The
  // returned error, if any, is for the caller to send as the end. Thread-safe.
  absl::Status Answer(const executor::v1::Request& request,
                      const std::function<bool(const executor::v1::Reply&)>& reply);

 private:
  absl::Status DoApply(const v1::ApplyRequest& request,
                       const std::function<bool(const executor::v1::Reply&)>& reply);
  Host* const host_;
  Fence* const fence_;
  Steps* const steps_;
  Journal* const journal_;
};

}  // namespace devstats::agent
