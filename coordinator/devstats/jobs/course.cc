#include "coordinator/devstats/jobs/course.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "coordinator/devstats/jobs/pod.h"
#include "coordinator/devstats/jobs/pod_log.h"
#include "coordinator/release/wait/one_line.h"

namespace devstats::jobs {
namespace {

using kube::TextAt;

constexpr size_t kMaxMessage = 1024;
constexpr int kReportLines = 20000;

// Whether the same asked again later may come to something else.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status) ||
         absl::IsInternal(status) || absl::IsAborted(status) || absl::IsUnauthenticated(status) ||
         absl::IsUnknown(status);
}
// Of what is not ours to know: only what says so itself.
bool AskLater(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

std::string Words(const absl::Status& status) { return release::OneLine(status.message(), kMaxMessage); }

// Of the pod of a job that failed: why, more often than not.
std::string LastWords(absl::string_view phase, absl::string_view log) {
  if (phase == "Succeeded" || log.empty()) return "";
  const std::vector<std::string> lines = absl::StrSplit(log, '\n', absl::SkipWhitespace());
  return lines.empty() ? "" : absl::StrCat("its last words: ", release::OneLine(lines.back(), kMaxMessage));
}

std::string Join(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : absl::StrCat(a, "; ", b);
}

}  // namespace

absl::Status Course::Boundary(absl::string_view point, const Job& job) const {
  FaultPoint(point, job.id);
  return go_on_() ? absl::OkStatus() : absl::CancelledError("stopping");
}

absl::Status Course::Note(const Job& job, const std::string& message) {
  return job.message == message ? absl::OkStatus() : store_->Note(job.id, message);
}

absl::StatusOr<Json> Course::Look(const Job& job) {
  Json pod = pods_->Get(job.namespace_, job.id);
  if (!pod.is_null()) return pod;
  absl::StatusOr<Json> asked = kube_->Get(PodRef(job));
  return absl::IsNotFound(asked.status()) ? Json() : asked;
}

absl::Status Course::Start(Job job) {
  absl::StatusOr<Json> pod = work_->PodOf(job);
  if (pod.ok()) pod = Dress(*std::move(pod), job);
  const absl::StatusOr<std::string> before = pod.ok() ? work_->Before(job) : "";
  if (absl::Status status = pod.ok() ? before.status() : pod.status(); !status.ok()) {
    if (AskLater(status)) return status;
    return End(job, JobState::kFailed, absl::StrCat("cannot be started: ", Words(status)));
  }
  job.namespace_ = TextAt(*pod, {"metadata", "namespace"});
  // FailedPrecondition when it was cancelled meanwhile: then there is nothing to do.
  if (const absl::Status intended = store_->Intend(job.id, job.namespace_, *before); !intended.ok())
    return absl::IsFailedPrecondition(intended) ? absl::OkStatus() : intended;
  job.state = JobState::kRunning;
  RETURN_IF_ERROR(Boundary("jobs.intended", job));
  return Make(job, *pod);
}

absl::Status Course::Make(const Job& asked, const Json& pod) {
  Job job = asked;
  absl::StatusOr<Json> made = kube_->Create(pod);
  if (absl::IsAlreadyExists(made.status())) {
    made = kube_->Get(PodRef(job));
    if (made.ok() && !IsOf(*made, job))
      return End(job, JobState::kFailed, "there is a pod of its name, which is not its own");
    if (absl::IsNotFound(made.status())) made = absl::UnavailableError("its pod has just gone");
  }
  if (!made.ok()) {
    if (MayPass(made.status())) return made.status();
    return End(job, JobState::kFailed, absl::StrCat("its pod was refused: ", Words(made.status())));
  }
  RETURN_IF_ERROR(Boundary("jobs.made", job));
  return Created(&job, *made);
}

absl::Status Course::Created(Job* job, const Json& pod) {
  job->pod_uid = TextAt(pod, {"metadata", "uid"});
  RETURN_IF_ERROR(store_->Created(job->id, job->pod_uid));
  return Boundary("jobs.created", *job);
}

// The intent is open, and there is no pod.
absl::Status Course::MakeAgain(Job job) {
  RETURN_IF_ERROR(store_->Doubt(job.id));
  job.doubted = clock_->Now();
  RETURN_IF_ERROR(Boundary("jobs.doubted", job));
  if (!job.cancelled_by.empty())
    return End(job, JobState::kCancelled, absl::StrCat("cancelled by ", job.cancelled_by, " before it ran"));
  absl::StatusOr<Json> pod = work_->PodOf(job);
  if (pod.ok()) pod = Dress(*std::move(pod), job);
  if (pod.ok() && TextAt(*pod, {"metadata", "namespace"}) != job.namespace_)
    pod = absl::FailedPreconditionError(absl::StrCat("its environment has left namespace ", job.namespace_));
  if (pod.ok()) return Make(job, *pod);
  if (AskLater(pod.status())) return pod.status();
  return End(job, JobState::kFailed, absl::StrCat("cannot be started: ", Words(pod.status())));
}

absl::Status Course::Advance(Job job) {
  ASSIGN_OR_RETURN(const Json pod, Look(job));
  if (pod.is_null()) {
    if (job.pod_uid.empty()) return MakeAgain(job);
    return Judge(job, Json(), {.reason = "its pod is gone, although it was held"});
  }
  if (!IsOf(pod, job)) return Judge(job, Json(), {.reason = "its pod is gone, and another has its name"});
  if (job.pod_uid.empty()) RETURN_IF_ERROR(Created(&job, pod));
  return Attend(job, pod);
}

absl::Status Course::Attend(const Job& job, const Json& pod) {
  const absl::Time now = clock_->Now();
  const PodState state = StateOf(pod, now);
  if (state.ended) return Judge(job, pod, state);
  if (!job.cancelled_by.empty() && !state.deleting) {
    RETURN_IF_ERROR(kube_->Delete(PodRef(job), {.uid = job.pod_uid}));
    return Note(job, absl::StrCat("being ended, as ", job.cancelled_by, " asked"));
  }
  if (!state.started && !state.deleting && now > job.started + options_.start_patience)
    return End(job, JobState::kFailed,
               Join(absl::StrCat("did not begin within ", absl::FormatDuration(options_.start_patience)),
                    state.reason));
  const std::string node = release::OneLine(TextAt(pod, {"spec", "nodeName"}), 100);
  const std::string where = state.started ? "running" : "starting";
  return Note(job, Join(node.empty() ? where : absl::StrCat(where, " on ", node), state.reason));
}

absl::Status Course::Judge(const Job& job, const Json& pod, const PodState& last) {
  RETURN_IF_ERROR(Boundary("jobs.judged", job));
  const bool cancelled = !job.cancelled_by.empty();
  if (cancelled && last.phase != "Succeeded")
    return End(job, JobState::kCancelled, absl::StrCat("cancelled by ", job.cancelled_by), LogOf(job, pod));
  const absl::Status verdict = work_->Judge(job, last.phase);
  if (AskLater(verdict)) return Annotate(verdict, "its pod has ended; what came of it cannot be known yet");
  const std::string log = LogOf(job, pod);
  if (verdict.ok()) return End(job, JobState::kSucceeded, last.phase == "Succeeded" ? "" : last.reason, log);
  return End(job, JobState::kFailed, Join(Join(last.reason, Words(verdict)), LastWords(last.phase, log)),
             log);
}

absl::Status Course::End(Job job, JobState state, const std::string& message, const std::string& log) {
  RETURN_IF_ERROR(store_->End(job.id, state, release::OneLine(message, 2 * kMaxMessage), log));
  job.state = state;
  RETURN_IF_ERROR(Boundary("jobs.ended", job));
  return job.namespace_.empty() ? absl::OkStatus() : CleanUp(job);
}

std::string Course::LogOf(const Job& job, const Json& pod) {
  const auto kind = FindKind(job.kind);
  const bool report = kind.ok() && !(*kind)->script.empty();  // then all of it is wanted
  if (pod.is_null()) return "";
  const auto log = PodLog(*kube_, pod, report ? kReportLines : options_.log_lines);
  if (!log.ok()) return absl::StrCat("(its log could not be read: ", Words(log.status()), ")\n");
  return LastLines(*log, report ? kMaxReportLog : kMaxLog);
}

absl::Status Course::CleanUp(const Job& job) {
  ASSIGN_OR_RETURN(Json pod, Look(job));
  if (!pod.is_null() && IsOf(pod, job)) {
    if (TextAt(pod, {"metadata", "deletionTimestamp"}).empty()) {
      absl::Status deleted = kube_->Delete(PodRef(job), {.uid = TextAt(pod, {"metadata", "uid"})});
      if (!deleted.ok() && !absl::IsNotFound(deleted)) return deleted;
      RETURN_IF_ERROR(Boundary("jobs.deleted", job));
    }
    RETURN_IF_ERROR(Release(job, pod));
    pods_->Forget(job.namespace_, job.id);
    ASSIGN_OR_RETURN(pod, Look(job));
    if (!pod.is_null()) return absl::OkStatus();  // its containers are being ended, or it is still held
  }
  if (clock_->Now() < job.doubted + options_.in_flight) return absl::OkStatus();
  RETURN_IF_ERROR(store_->Cleaned(job.id));
  return Boundary("jobs.cleaned", job);
}

// Takes our hold off it, once nothing of it runs and no request to make it may come late.
absl::Status Course::Release(const Job& job, const Json& last) {
  const absl::Time now = clock_->Now();
  if (now < job.doubted + options_.in_flight) return absl::OkStatus();
  absl::StatusOr<Json> pod = kube_->Get(PodRef(job));
  if (absl::IsNotFound(pod.status())) return absl::OkStatus();
  RETURN_IF_ERROR(pod.status());
  if (TextAt(*pod, {"metadata", "uid"}) != TextAt(last, {"metadata", "uid"}) || !StateOf(*pod, now).ended)
    return absl::OkStatus();
  const Json patch = {{"metadata",
                       {{"resourceVersion", TextAt(*pod, {"metadata", "resourceVersion"})},
                        {"finalizers", OtherFinalizers(*pod)}}}};
  absl::Status released = kube_->Patch(PodRef(job), kube::PatchKind::kMerge, patch).status();
  if (!released.ok() && !absl::IsNotFound(released)) return released;
  return Boundary("jobs.released", job);
}

}  // namespace devstats::jobs
