#include "coordinator/ctl/await_jobs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::ctl {
namespace {

bool IsOver(const v1::Job& job) {
  return !job.state().empty() && job.state() != "queued" && job.state() != "running";
}

std::string NewsOf(const v1::Job& job) {
  return log::Printable(absl::StrCat(job.id(), " ", job.kind(), job.project().empty() ? "" : " ",
                                     job.project(), ": ", job.state(), job.message().empty() ? "" : ": ",
                                     job.message()));
}

// Until the job has ended, or the coordinator stops.
absl::Status FollowLines(Client& client, const std::string& id,
                         const std::function<void(absl::string_view)>& line) {
  v1::JobLogsRequest request;
  request.set_id(id);
  request.set_follow(true);
  return client.JobLogs(request, [&](const v1::JobLogLine& one) { line(one.line()); });
}

// Asks once for each that is not over; tells what has changed. When the lines of one were cut off it goes no
// further: the answer to the question after that tells whether it was an outage.
absl::Status LookOnce(Shell& shell, Client& client, const Awaiting& how, std::vector<v1::Job>* jobs) {
  for (v1::Job& job : *jobs) {
    if (IsOver(job)) continue;
    absl::Status followed = how.line ? FollowLines(client, job.id(), how.line) : absl::OkStatus();
    if (!followed.ok() && !TimeHeals(followed)) return followed;
    v1::JobRequest request;
    request.set_id(job.id());
    ASSIGN_OR_RETURN(v1::Job now, client.GetJob(request));
    if (now.state() != job.state() || now.message() != job.message())
      *shell.io.err << NewsOf(now) << "\n" << std::flush;
    job = std::move(now);
    if (!followed.ok()) break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> AwaitJobs(Shell& shell, Client& client, std::vector<v1::Job>* jobs, const Awaiting& how) {
  const Interrupt interrupt([&client] { client.CancelStreams(); });
  const absl::Status waited = LookUntil(interrupt, how.patience, how.pause, [&]() -> absl::StatusOr<bool> {
    RETURN_IF_ERROR(LookOnce(shell, client, how, jobs));
    return std::all_of(jobs->begin(), jobs->end(), IsOver);
  });
  if (interrupt.Happened() && absl::IsCancelled(waited)) {
    *shell.io.err << "detached; what was started goes on: devstatsctl job list\n";
    return kInterrupted;
  }
  RETURN_IF_ERROR(waited);
  const bool good =
      std::all_of(jobs->begin(), jobs->end(), [](const v1::Job& job) { return job.state() == "succeeded"; });
  return good ? kOk : kError;
}

absl::StatusOr<v1::Job> AwaitJob(Shell& shell, Client& client, const std::string& id, const Awaiting& how) {
  std::vector<v1::Job> jobs(1);
  jobs[0].set_id(id);
  ASSIGN_OR_RETURN(const int code, AwaitJobs(shell, client, &jobs, how));
  if (code == kInterrupted) return absl::CancelledError("detached");
  return jobs[0];
}

absl::Status SucceededOrWhy(const v1::Job& job) {
  if (job.state() == "succeeded") return absl::OkStatus();
  return Hint(absl::AbortedError(absl::StrCat("job ", job.id(), " (", job.kind(), ") ", job.state(),
                                              job.message().empty() ? "" : ": ", job.message())),
              absl::StrCat("devstatsctl job logs ", job.id()));
}

}  // namespace devstats::ctl
