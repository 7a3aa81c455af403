#include "coordinator/service/jobs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/jobs/pod.h"
#include "re2/re2.h"

namespace devstats::coordinator {
namespace {

constexpr uint32_t kMostListed = 1000;
constexpr int kLines = 500, kMostLines = 10000;
constexpr int kWindow = 2000;  // lines of a second, when followed
constexpr size_t kMaxLogBytes = 4 << 20;
constexpr absl::Duration kLook = absl::Seconds(1);
constexpr char kNamePattern[] = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

int64_t Millis(absl::Time t) { return t == absl::InfinitePast() ? 0 : absl::ToUnixMillis(t); }

bool IsName(const std::string& text) { return RE2::FullMatch(text, kNamePattern); }

std::string DestroysOf(const jobs::Job& job) {
  const auto kind = jobs::FindKind(job.kind);
  return kind.ok() ? jobs::Destroys(**kind, job.options) : "";
}

std::string TextOf(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

v1::Job ToProto(const jobs::Job& job) {
  v1::Job out;
  out.set_id(job.id);
  out.set_environment(job.environment);
  out.set_project(job.project);
  out.set_kind(job.kind);
  for (const auto& [name, value] : job.options.items()) (*out.mutable_options())[name] = TextOf(value);
  out.set_actor(job.actor);
  out.set_weight(job.weight);
  out.set_state(jobs::NameOf(job.state));
  out.set_attempt(static_cast<uint32_t>(job.attempt));
  out.set_retry_of(job.retry_of);
  out.set_message(job.message);
  out.set_queued_ms(Millis(job.queued));
  out.set_started_ms(Millis(job.started));
  out.set_ended_ms(Millis(job.ended));
  out.set_namespace_(job.namespace_);
  out.set_pod(job.pod);
  out.set_cancelled_by(job.cancelled_by);
  out.set_destroys(DestroysOf(job));
  return out;
}

// Of whoever wants a job that destroys something.
absl::Status CheckConfirmed(const std::string& destroys, const std::string& project,
                            const std::string& confirm) {
  if (destroys.empty() || confirm == project) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(absl::StrCat("the job ", destroys, "; it was not confirmed")),
              absl::StrCat("--confirm ", project, " if ", project, " is what you mean"));
}

std::vector<std::string> LinesOf(const std::string& log) {
  return absl::StrSplit(jobs::LastLines(log, kMaxLogBytes), '\n', absl::SkipEmpty());
}

}  // namespace

bool Jobs::IsNamed(const v1::CreateJobRequest& request) {
  return IsName(request.environment()) && IsName(request.kind()) &&
         (request.project().empty() || IsName(request.project()));
}

bool Jobs::IsId(const std::string& id) { return RE2::FullMatch(id, "job-[0-9]{1,18}-[0-9a-f]{1,16}"); }

absl::StatusOr<std::string> Jobs::Destroys(const v1::CreateJobRequest& request) {
  ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(request.kind()));
  ASSIGN_OR_RETURN(const Json options,
                   jobs::ParseOptions(*kind, {request.options().begin(), request.options().end()}));
  return jobs::Destroys(*kind, options);
}

absl::StatusOr<v1::JobList> Jobs::DoListJobs(const v1::ListJobsRequest& request) {
  jobs::Filter filter{
      .environment = request.environment(), .project = request.project(), .kind = request.kind()};
  for (const std::string& name : request.states()) {
    ASSIGN_OR_RETURN(const jobs::JobState state, jobs::JobStateOf(name));
    filter.states.push_back(state);
  }
  if (request.limit() > 0) filter.limit = static_cast<int>(std::min(request.limit(), kMostListed));
  ASSIGN_OR_RETURN(const std::vector<jobs::Job> found, p_.store->List(filter));
  v1::JobList list;
  for (const jobs::Job& job : found) *list.add_jobs() = ToProto(job);
  return list;
}

absl::StatusOr<v1::Job> Jobs::DoGetJob(const std::string& id) {
  ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Get(id));
  return ToProto(job);
}

absl::StatusOr<v1::Job> Jobs::DoCreateJob(const v1::CreateJobRequest& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(request.kind()));
  ASSIGN_OR_RETURN(const Json options,
                   jobs::ParseOptions(*kind, {request.options().begin(), request.options().end()}));
  if (!IsNamed(request)) return absl::InvalidArgumentError("environment and project are lower-case names");
  if (kind->whole_environment != request.project().empty())
    return absl::InvalidArgumentError(
        absl::StrCat(kind->name, kind->whole_environment ? " is of the whole environment, not of a project"
                                                         : " needs a project"));
  ASSIGN_OR_RETURN(const int weight, p_.weight(request.environment(), request.project()));
  RETURN_IF_ERROR(CheckConfirmed(jobs::Destroys(*kind, options), request.project(), request.confirm()));
  ASSIGN_OR_RETURN(const jobs::Job job,
                   p_.store->Add({.environment = request.environment(),
                                  .project = request.project(),
                                  .kind = kind->name,
                                  .options = options,
                                  .actor = actor,
                                  .weight = request.has_weight() ? request.weight() : weight}));
  p_.wake();
  return ToProto(job);
}

absl::StatusOr<v1::Job> Jobs::DoCancelJob(const std::string& id, const std::string& actor) {
  ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Cancel(id, actor));
  p_.wake();
  return ToProto(job);
}

absl::StatusOr<v1::Job> Jobs::DoRetryJob(const v1::RetryJobRequest& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const jobs::Job old, p_.store->Get(request.id()));
  RETURN_IF_ERROR(p_.weight(old.environment, old.project).status());  // it may be gone since
  RETURN_IF_ERROR(CheckConfirmed(DestroysOf(old), old.project, request.confirm()));
  ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Retry(request.id(), actor));
  p_.wake();
  return ToProto(job);
}

absl::StatusOr<std::string> Jobs::LogNow(const jobs::Job& job, int lines) {
  if (jobs::HasEnded(job.state)) return p_.store->Log(job.id);
  if (job.pod_uid.empty()) return std::string();
  absl::StatusOr<std::string> log =
      p_.kube->Logs({.namespace_ = job.namespace_, .pod = job.id, .tail_lines = lines});
  // Its container has not begun, or the pod has just gone: then its job is about to say so.
  if (absl::IsInvalidArgument(log.status()) || absl::IsNotFound(log.status())) return std::string();
  return log;
}

absl::Status Jobs::DoJobLogs(const v1::JobLogsRequest& request, const std::function<bool()>& gone,
                             const std::function<bool(const std::string&)>& line) {
  const int lines =
      request.lines() == 0 ? kLines : static_cast<int>(std::min<uint32_t>(request.lines(), kMostLines));
  std::vector<std::string> shown;
  bool first = true;
  while (!gone()) {
    ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Get(request.id()));
    ASSIGN_OR_RETURN(const std::string log, LogNow(job, request.follow() ? std::max(lines, kWindow) : lines));
    std::vector<std::string> now = LinesOf(log);
    std::vector<std::string> fresh = NewLines(shown, now);
    if (first && fresh.size() > static_cast<size_t>(lines)) fresh.erase(fresh.begin(), fresh.end() - lines);
    for (const std::string& one : fresh)
      if (!line(one)) return absl::OkStatus();
    if (!request.follow() || jobs::HasEnded(job.state)) return absl::OkStatus();
    if (!now.empty()) {
      shown = std::move(now);
      first = false;
    }
    p_.sleep(kLook);
  }
  return absl::OkStatus();
}

std::vector<std::string> NewLines(const std::vector<std::string>& before,
                                  const std::vector<std::string>& now) {
  // A window of the last lines has moved on: the longest end of the one that is the other's beginning.
  for (size_t skip = 0; skip < before.size(); ++skip) {
    const size_t common = before.size() - skip;
    if (common <= now.size() &&
        std::equal(before.begin() + static_cast<long>(skip), before.end(), now.begin()))
      return {now.begin() + static_cast<long>(common), now.end()};
  }
  return now;
}

}  // namespace devstats::coordinator
