// Waiting until jobs have ended, with their news on stderr. Leaving it stops nothing.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/follow.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

struct Awaiting {
  Patience patience;  // with an outage of the coordinator
  absl::Duration pause = absl::Seconds(1);
  // What their pods print, job after job in their order; none: only news are told. After an outage the last
  // lines come once more.
  std::function<void(absl::string_view line)> line;
};

// The exit code: kOk when all have succeeded, kError when one has not, kInterrupted after Ctrl-C. `jobs` are
// then as they were seen last.
absl::StatusOr<int> AwaitJobs(Shell& shell, Client& client, std::vector<v1::Job>* jobs,
                              const Awaiting& how = {});

// One that a command needs the end of: as it is then, however it ended. Cancelled when Ctrl-C detached from
// it.
absl::StatusOr<v1::Job> AwaitJob(Shell& shell, Client& client, const std::string& id,
                                 const Awaiting& how = {});

// OK for one that succeeded; else what came of it, and where its log is.
absl::Status SucceededOrWhy(const v1::Job& job);

}  // namespace devstats::ctl
