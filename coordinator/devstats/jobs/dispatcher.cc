#include "coordinator/devstats/jobs/dispatcher.h"

#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/release/wait/one_line.h"

namespace devstats::jobs {

Dispatcher::Dispatcher(Store* store, kube::KubeClient* kube, JobWork* work, const Clock* clock,
                       DispatcherOptions options, std::function<bool()> go_on)
    : store_(store),
      work_(work),
      clock_(clock),
      options_(std::move(options)),
      go_on_(std::move(go_on)),
      pods_(kube, [this] { Wake(); }),
      course_(store, kube, work, &pods_, clock, options_.course, go_on_) {
  store_->SetWaker([this] { Wake(); });
}

Dispatcher::~Dispatcher() { store_->SetWaker(nullptr); }

void Dispatcher::Wake() {
  absl::MutexLock lock(&mu_);
  woken_ = true;
}

void Dispatcher::Run() {
  std::string last;  // trouble, told once
  while (go_on_()) {
    const absl::Status status = Step();
    if (!status.ok() && go_on_() && status.message() != last)
      log::Error(absl::StrCat("jobs: ", status.message()));
    last = std::string(status.message());
    absl::MutexLock lock(&mu_);
    mu_.AwaitWithTimeout(absl::Condition(&woken_), attending_ ? options_.pause : options_.idle);
    woken_ = false;
  }
}

absl::Status Dispatcher::Step() {
  attending_ = true;
  ASSIGN_OR_RETURN(const std::vector<Job> jobs, store_->Open());
  for (const Job& job : jobs) {
    if (job.state == JobState::kQueued) continue;
    if (!go_on_()) return absl::CancelledError("stopping");
    if (const auto found = later_.find(job.id); found != later_.end() && clock_->Now() < found->second)
      continue;
    later_.erase(job.id);
    Later(job, job.state == JobState::kRunning ? course_.Advance(job) : course_.CleanUp(job));
    if (job.state == JobState::kRunning) Tell(job);
  }
  return StartNext();
}

// What could not be done is said in the job's message, and tried again after a while.
void Dispatcher::Later(const Job& job, const absl::Status& status) {
  if (status.ok() || !go_on_()) return;
  later_[job.id] = clock_->Now() + options_.recheck;
  const std::string why = release::OneLine(status.message());
  if (why != job.message) (void)store_->Note(job.id, why);  // an ended one keeps its last word
}

void Dispatcher::Tell(const Job& before) {
  if (!options_.told) return;
  const absl::StatusOr<Job> now = store_->Get(before.id);
  if (now.ok() && now->state != before.state) options_.told(*now);
}

std::string Dispatcher::BlockerOf(const Job& job) {
  if (const auto found = later_.find(job.id); found != later_.end() && clock_->Now() < found->second)
    return job.message.empty() ? "is tried again soon" : job.message;
  later_.erase(job.id);
  if (const auto found = blocks_.find(job.id); found != blocks_.end() && clock_->Now() < found->second.until)
    return found->second.why;
  const absl::StatusOr<std::string> blocker = work_->Blocker(job);
  const std::string why =
      blocker.ok() ? *blocker : absl::StrCat("its locks cannot be read: ", blocker.status().message());
  if (why.empty())
    blocks_.erase(job.id);
  else
    blocks_[job.id] = {release::OneLine(why), clock_->Now() + options_.recheck};
  return release::OneLine(why);
}

// Why it can never start, as the job that it comes after did not succeed; empty: it may.
absl::StatusOr<std::string> Dispatcher::Hopeless(const Job& job) {
  if (job.state != JobState::kQueued || job.after.empty()) return std::string();
  const absl::StatusOr<Job> before = store_->Get(job.after);
  if (absl::IsNotFound(before.status()))
    return absl::StrCat(job.after, ", which must have succeeded before, is not known any more");
  RETURN_IF_ERROR(before.status());
  if (!HasEnded(before->state) || before->state == JobState::kSucceeded) return std::string();
  return absl::StrCat(before->id, " (", before->kind, "), which must have succeeded before, ",
                      HowItEnded(before->state), before->message.empty() ? "" : ": ", before->message);
}

// The open jobs, without those that can never start: these end here.
absl::StatusOr<std::vector<Job>> Dispatcher::Startable() {
  ASSIGN_OR_RETURN(const std::vector<Job> jobs, store_->Open());
  std::vector<Job> left;
  for (const Job& job : jobs) {
    ASSIGN_OR_RETURN(const std::string why, Hopeless(job));
    if (why.empty()) {
      left.push_back(job);
      continue;
    }
    // FailedPrecondition: cancelled meanwhile.
    const absl::Status ended = store_->End(job.id, JobState::kFailed, release::OneLine(why, 1024), "");
    if (!ended.ok() && !absl::IsFailedPrecondition(ended)) return ended;
    Tell(job);
  }
  return left;
}

absl::Status Dispatcher::StartNext() {
  ASSIGN_OR_RETURN(const std::vector<Job> jobs, Startable());
  const Decision decision = Decide(jobs, options_.limit, [this](const Job& job) { return BlockerOf(job); });
  std::map<std::string, const Job*> by_id;
  for (const Job& job : jobs) by_id[job.id] = &job;
  for (const std::string& id : decision.start) {
    if (!go_on_()) return absl::CancelledError("stopping");
    const Job& job = *by_id[id];
    Later(job, course_.Start(job));
    Tell(job);
  }
  for (const auto& [id, why] : decision.waits) {
    if (by_id[id]->message == why) continue;
    // FailedPrecondition: cancelled meanwhile.
    absl::Status noted = store_->Note(id, why);
    if (!noted.ok() && !absl::IsFailedPrecondition(noted)) return noted;
  }
  std::erase_if(blocks_, [&](const auto& block) { return !by_id.count(block.first); });
  std::erase_if(later_, [&](const auto& entry) { return !by_id.count(entry.first); });
  attending_ = !jobs.empty();
  return absl::OkStatus();
}

}  // namespace devstats::jobs
