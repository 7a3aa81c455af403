// The fence: which cluster may command this box, and the highest coordinator epoch seen. A coordinator that
// was replaced (restored elsewhere, thought dead) cannot act here any more.
#pragma once
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/journal.h"
#include "devstats/agent/v1/agent.pb.h"

namespace devstats::agent {

class Fence {
 public:
  // `cluster_id` as enrolment wrote it. `journal` is not owned; it keeps the epoch.
  Fence(std::string cluster_id, Journal* journal) : cluster_id_(std::move(cluster_id)), journal_(journal) {}

  // PermissionDenied for another cluster, FailedPrecondition for an older epoch. A higher epoch is kept,
  // durably, before this returns. Thread-safe.
  absl::Status Check(const v1::Fence& fence);

 private:
  const std::string cluster_id_;
  Journal* const journal_;
  absl::Mutex mu_;
};

}  // namespace devstats::agent
