#include "coordinator/ctl/work_pods.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/interrupt.h"

namespace devstats::ctl {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(300);
constexpr uint32_t kMostJobs = 1000;

std::string LifeTextOf(const v1::Job& job) {
  const auto ttl = job.options().find("ttl");
  return ttl == job.options().end() ? "" : ttl->second;
}

// It sleeps from its pod's start on: a little longer than this tells.
std::string LeftOf(const v1::Job& job, absl::Time now) {
  absl::Duration life;
  if (job.started_ms() == 0 || !absl::ParseDuration(LifeTextOf(job), &life)) return LifeTextOf(job);
  return Elapsed(std::max(absl::ZeroDuration(), absl::FromUnixMillis(job.started_ms()) + life - now));
}

std::string AgeOf(const v1::Job& job, absl::Time now) {
  const int64_t since = job.started_ms() == 0 ? job.queued_ms() : job.started_ms();
  return Elapsed(std::max(absl::ZeroDuration(), now - absl::FromUnixMillis(since)));
}

std::string Called(const v1::Job& job) { return absl::StrCat(job.id(), " (", job.kind(), ")"); }

bool Runs(const v1::Job& job) { return job.state() == "running" && job.message().rfind("running", 0) == 0; }
bool HasEnded(const v1::Job& job) { return job.state() != "queued" && job.state() != "running"; }

v1::JobRequest RequestFor(const std::string& id) {
  v1::JobRequest request;
  request.set_id(id);
  return request;
}

// As it stands when it runs, has ended, or the time is over.
absl::StatusOr<v1::Job> AwaitPod(Shell& shell, Client& client, v1::Job job, absl::Duration patience) {
  const absl::Time until = absl::Now() + patience;
  const Interrupt interrupt([] {});
  std::string told;
  while (!Runs(job) && !HasEnded(job) && absl::Now() < until && !interrupt.WaitFor(kLook)) {
    ASSIGN_OR_RETURN(job, client.GetJob(RequestFor(job.id())));
    if (job.message() == told) continue;
    told = job.message();
    *shell.io.err << log::Printable(told) << "\n" << std::flush;
  }
  return job;
}

}  // namespace

std::string WayIn(const v1::Job& job) {
  if (job.namespace_().empty()) return "";
  return absl::StrCat("kubectl -n ", job.namespace_(), " exec -it ", job.id(), " -- bash");
}

Table WorkPodTable(const v1::JobList& list, bool wide, absl::Time now) {
  std::vector<std::string> head = {"ID", "ENV", "PROJECT", "STATE", "AGE", "LEFT", "BY", "MESSAGE"};
  if (wide) head.push_back("WAY IN");
  Table table(std::move(head));
  for (const v1::Job& job : list.jobs()) {
    std::vector<Cell> row = {job.id(),        job.environment(), job.project(), job.state(),
                             AgeOf(job, now), LeftOf(job, now),  job.actor(),   job.message()};
    if (wide) row.emplace_back(WayIn(job));
    table.Row(std::move(row));
  }
  return table;
}

std::vector<std::string> WhatWaits(const v1::Job& job, const v1::JobList& others) {
  std::vector<std::string> before, after;
  for (const v1::Job& other : others.jobs()) {
    if (other.id() == job.id() || other.project() != job.project()) continue;
    if (other.state() == "running") before.push_back(Called(other));
    if (other.state() == "queued") after.push_back(Called(other));
  }
  const std::string whose =
      job.project().empty() ? "job without a project" : absl::StrCat("job of ", job.project());
  std::vector<std::string> lines;
  if (!before.empty())
    lines.push_back(absl::StrCat("it starts when ", absl::StrJoin(before, ", "), " has ended"));
  lines.push_back(
      absl::StrCat("it ends by itself after ", LifeTextOf(job), "; until then no other ", whose, " starts",
                   after.empty() ? "" : absl::StrCat("; queued behind it: ", absl::StrJoin(after, ", "))));
  if (!job.project().empty())
    lines.push_back(
        "its syncs go on, but on the same node alone, as they share the volume; a flag that was left behind "
        "is "
        "not cleared meanwhile");
  return lines;
}

absl::StatusOr<v1::JobList> OpenJobs(Client& client, const std::string& environment,
                                     const std::vector<std::string>& kinds) {
  v1::ListJobsRequest request;
  request.set_environment(environment);
  request.set_limit(kMostJobs);
  for (const char* state : {"queued", "running"}) request.add_states(state);
  ASSIGN_OR_RETURN(const v1::JobList all, client.ListJobs(request));
  v1::JobList open;
  for (const v1::Job& job : all.jobs())
    if (kinds.empty() || std::count(kinds.begin(), kinds.end(), job.kind()) > 0) *open.add_jobs() = job;
  return open;
}

absl::StatusOr<int> StartWorkPod(Shell& shell, const v1::CreateJobRequest& request, absl::Duration patience) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(v1::Job job, client->CreateJob(request));
  *shell.io.err << log::Printable(job.id()) << " is queued\n";
  ASSIGN_OR_RETURN(const v1::JobList others, OpenJobs(*client, request.environment(), {}));
  for (const std::string& line : WhatWaits(job, others)) *shell.io.err << log::Printable(line) << "\n";
  ASSIGN_OR_RETURN(job, AwaitPod(shell, *client, std::move(job), patience));
  shell.Print(job,
              [&] { return absl::StrCat(log::Printable(WayIn(job).empty() ? job.id() : WayIn(job)), "\n"); });
  if (HasEnded(job))
    return absl::FailedPreconditionError(absl::StrCat(job.id(), " has ", job.state(), ": ", job.message()));
  if (!Runs(job))
    *shell.io.err << "it does not run yet: devstatsctl job show " << log::Printable(job.id()) << "\n";
  return kOk;
}

absl::StatusOr<int> StopWorkPod(Shell& shell, const v1::JobList& open, const std::string& what) {
  if (open.jobs().empty()) return absl::NotFoundError(absl::StrCat("there is no ", what));
  if (open.jobs_size() > 1) {
    std::vector<std::string> all;
    for (const v1::Job& job : open.jobs())
      all.push_back(absl::StrCat(job.id(), " of ", job.project().empty() ? "no project" : job.project()));
    return Hint(absl::FailedPreconditionError(absl::StrCat("which of them? ", absl::StrJoin(all, ", "))),
                "--project NAME or --bootstrap says which; devstatsctl job cancel ID, too");
  }
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::Job job, client->CancelJob(RequestFor(open.jobs(0).id())));
  *shell.io.err << log::Printable(job.id())
                << (job.state() == "running" ? ": its pod is being ended\n" : ": it never started\n");
  return kOk;
}

}  // namespace devstats::ctl
