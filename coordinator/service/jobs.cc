#include "coordinator/service/jobs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/jobs/pod.h"
#include "coordinator/devstats/jobs/pod_log.h"
#include "coordinator/service/environments.h"
#include "coordinator/service/follow_log.h"
#include "coordinator/service/translate.h"
#include "re2/re2.h"

namespace devstats::coordinator {
namespace {

constexpr uint32_t kMostListed = 1000;
constexpr int kLines = 500, kMostLines = 10000;
constexpr int kSomebodyWaits = 1000;  // weight of what a person will work in

std::string DestroysOf(const jobs::Job& job) {
  const auto kind = jobs::FindKind(job.kind);
  return kind.ok() ? jobs::Destroys(**kind, job.options) : "";
}

std::string TextOf(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

}  // namespace

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
  out.set_after(job.after);
  return out;
}

namespace {

// Of whoever wants a job that destroys something.
absl::Status CheckConfirmed(const std::string& destroys, const std::string& environment,
                            const std::string& project, const std::string& confirm) {
  const std::string& name = project.empty() ? environment : project;
  if (destroys.empty() || confirm == name) return absl::OkStatus();
  return Hint(absl::FailedPreconditionError(absl::StrCat("the job ", destroys, "; it was not confirmed")),
              absl::StrCat("--confirm ", name, " if ", name, " is what you mean"));
}

// Two pods to work in for one purpose are one that was forgotten.
absl::Status CheckAlone(jobs::Store* store, const jobs::KindSpec& kind, const std::string& environment,
                        const std::string& project) {
  if (!kind.sleeps) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<jobs::Job> there,
                   store->List({.environment = environment,
                                .kind = kind.name,
                                .states = {jobs::JobState::kQueued, jobs::JobState::kRunning},
                                .limit = jobs::kMaxQueued}));
  for (const jobs::Job& job : there) {
    if (job.project != project) continue;
    const std::string noun = kind.pod == jobs::PodKind::kReports ? "report" : "debug";
    return Hint(absl::AlreadyExistsError(absl::StrCat("there is one already: ", job.id, ", ",
                                                      jobs::NameOf(job.state), ", of ", job.actor)),
                absl::StrCat("devstatsctl ", noun, " stop -e ", job.environment, " ends it"));
  }
  return absl::OkStatus();
}

}  // namespace

bool Jobs::IsNamed(const v1::CreateJobRequest& request) {
  return Environments::IsName(request.environment()) && Environments::IsName(request.kind()) &&
         (request.project().empty() || Environments::IsName(request.project()));
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
  if (!kind->verb.empty())
    return Hint(absl::InvalidArgumentError(absl::StrCat(kind->name, " is not queued as it is")),
                absl::StrCat("devstatsctl ", kind->verb, " -e ", request.environment()));
  if (kind->whole_environment != request.project().empty())
    return absl::InvalidArgumentError(
        absl::StrCat(kind->name, kind->whole_environment ? " is of the whole environment, not of a project"
                                                         : " needs a project"));
  ASSIGN_OR_RETURN(int weight, p_.weight(request.environment(), request.project()));
  if (kind->sleeps) weight = kSomebodyWaits;
  RETURN_IF_ERROR(CheckAlone(p_.store, *kind, request.environment(), request.project()));
  RETURN_IF_ERROR(CheckConfirmed(jobs::Destroys(*kind, options), request.environment(), request.project(),
                                 request.confirm()));
  std::string after = request.after(), backup;
  if (after.empty() && jobs::ReplacesDatabase(*kind, options) && !request.no_backup()) {
    ASSIGN_OR_RETURN(backup, BackUpFirst(request, actor, weight), "the backup before");
    after = backup;
  }
  const absl::StatusOr<jobs::Job> job =
      p_.store->Add({.environment = request.environment(),
                     .project = request.project(),
                     .kind = kind->name,
                     .options = options,
                     .actor = actor,
                     .weight = request.has_weight() ? request.weight() : weight,
                     .after = after});
  if (!job.ok() && !backup.empty()) (void)p_.store->Cancel(backup, actor);  // nobody wants it alone
  RETURN_IF_ERROR(job.status());
  return ToProto(*job);
}

// Its id; empty: there is nothing to back up.
absl::StatusOr<std::string> Jobs::BackUpFirst(const v1::CreateJobRequest& request, const std::string& actor,
                                              int weight) {
  ASSIGN_OR_RETURN(const auto wanted, p_.backup(request.environment(), request.project()));
  if (!wanted) return std::string();
  ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(wanted->kind()));
  ASSIGN_OR_RETURN(const Json options,
                   jobs::ParseOptions(*kind, {wanted->options().begin(), wanted->options().end()}));
  ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Add({.environment = request.environment(),
                                                       .project = request.project(),
                                                       .kind = kind->name,
                                                       .options = options,
                                                       .actor = actor,
                                                       .weight = weight}));
  return job.id;
}

absl::StatusOr<v1::Job> Jobs::DoCancelJob(const std::string& id, const std::string& actor) {
  ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Cancel(id, actor));
  return ToProto(job);
}

absl::StatusOr<v1::Job> Jobs::DoRetryJob(const v1::RetryJobRequest& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const jobs::Job old, p_.store->Get(request.id()));
  RETURN_IF_ERROR(p_.weight(old.environment, old.project).status());  // it may be gone since
  RETURN_IF_ERROR(CheckConfirmed(DestroysOf(old), old.environment, old.project, request.confirm()));
  ASSIGN_OR_RETURN(const jobs::KindSpec* kind, jobs::FindKind(old.kind));
  RETURN_IF_ERROR(CheckAlone(p_.store, *kind, old.environment, old.project));
  ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Retry(request.id(), actor));
  return ToProto(job);
}

absl::StatusOr<std::string> Jobs::LogNow(const jobs::Job& job, int lines) {
  if (jobs::HasEnded(job.state)) return p_.store->Log(job.id);
  if (job.pod_uid.empty()) return std::string();
  const absl::StatusOr<Json> pod = p_.kube->Get(jobs::PodRef(job));
  if (absl::IsNotFound(pod.status())) return std::string();  // its job is about to say so
  RETURN_IF_ERROR(pod.status());
  return jobs::PodLog(*p_.kube, *pod, lines);
}

absl::Status Jobs::DoJobLogs(const v1::JobLogsRequest& request, const std::function<bool()>& gone,
                             const std::function<bool(const std::string&)>& line) {
  const int lines =
      request.lines() == 0 ? kLines : static_cast<int>(std::min<uint32_t>(request.lines(), kMostLines));
  const auto read = [&](int window) -> absl::StatusOr<LogWindow> {
    ASSIGN_OR_RETURN(const jobs::Job job, p_.store->Get(request.id()));
    ASSIGN_OR_RETURN(std::string log, LogNow(job, window));
    return LogWindow{std::move(log), jobs::HasEnded(job.state)};
  };
  return FollowLog({.lines = lines, .follow = request.follow(), .gone = gone, .sleep = p_.sleep}, read, line);
}

}  // namespace devstats::coordinator
