#include "coordinator/devstats/jobs/job.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/suggest.h"

namespace devstats::jobs {
namespace {

constexpr JobState kStates[] = {JobState::kQueued, JobState::kRunning, JobState::kSucceeded,
                                JobState::kFailed, JobState::kCancelled};

}  // namespace

const char* NameOf(JobState state) {
  switch (state) {
    case JobState::kQueued:
      return "queued";
    case JobState::kRunning:
      return "running";
    case JobState::kSucceeded:
      return "succeeded";
    case JobState::kFailed:
      return "failed";
    case JobState::kCancelled:
      break;
  }
  return "cancelled";
}

const char* HowItEnded(JobState state) {
  return state == JobState::kCancelled ? "was cancelled" : NameOf(state);
}

absl::StatusOr<JobState> JobStateOf(absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const JobState state : kStates) {
    if (name == NameOf(state)) return state;
    names.push_back(NameOf(state));
  }
  return Hint(
      absl::InvalidArgumentError(absl::StrCat("no job is \"", absl::CHexEscape(name.substr(0, 40)), "\"")),
      Suggestion(name.substr(0, 40), names));
}

}  // namespace devstats::jobs
