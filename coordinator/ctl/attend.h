// An operation that goes on in the coordinator, shown while it does: a live picture on a terminal, lines
// elsewhere. Leaving it stops nothing.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/follow.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

// Shows the events after `since` until the operation ends, then the totals (on stdout) and what is left to
// do. The exit code: kOk, kError (failed, aborted), kPending (it waits for an approval), kInterrupted
// (Ctrl-C: detached).
absl::StatusOr<int> Attend(Shell& shell, Client& client, const v1::Operation& operation, uint64_t since,
                           const Patience& patience = {});

// The same without a word on stdout: how the operation stands in the end. Cancelled when Ctrl-C detached from
// it, which was said on stderr.
struct Attended {
  v1::Operation operation;
  std::string totals;
};
absl::StatusOr<Attended> AttendQuietly(Shell& shell, Client& client, const v1::Operation& operation,
                                       uint64_t since, const Patience& patience = {});

// What waits for an approval: each amended plan and the command that approves it. Empty when nothing does.
std::string ApprovalsView(const v1::Operation& operation, const Paint& paint);

}  // namespace devstats::ctl
