#include "agent/executor/fence.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::agent {

absl::Status Fence::Check(const v1::Fence& fence) {
  if (cluster_id_.empty() || fence.cluster_id() != cluster_id_)
    return absl::PermissionDeniedError(
        absl::StrCat("this box belongs to cluster ", cluster_id_, ", not to ", fence.cluster_id()));
  absl::MutexLock lock(&mu_);
  ASSIGN_OR_RETURN(auto kept, journal_->GetValue("epoch"));
  uint64_t highest = 0;
  if (kept && !absl::SimpleAtoi(*kept, &highest))
    return absl::DataLossError("the kept epoch is not a number");
  if (fence.epoch() < highest)
    return Hint(absl::FailedPreconditionError(absl::StrCat("epoch ", fence.epoch(), " is older than ",
                                                           highest, ", which this box has obeyed")),
                "a newer coordinator has taken over; stop this one");
  if (fence.epoch() > highest) return journal_->SetValue("epoch", absl::StrCat(fence.epoch()));
  return absl::OkStatus();
}

}  // namespace devstats::agent
