#include "agent/executor/steps.h"

#include "absl/strings/str_cat.h"
#include "agent/executor/phase.h"
#include "agent/host/commands.h"
#include "agent/resources/registry.h"
#include "common/fault.h"
#include "common/status.h"
#include "common/utf8.h"

namespace devstats::agent {
namespace {

// What the key stands for: not the fence, nor whether the box has moved meanwhile, which a retry may know
// better.
std::string PayloadOf(const v1::ApplyRequest& request) {
  v1::ApplyRequest payload;
  *payload.mutable_spec() = request.spec();
  *payload.mutable_approved() = request.approved();
  return DigestOf(payload);
}

constexpr size_t kKeptProgress = 1000;  // what a caller who attaches late is still told

}  // namespace

struct Steps::Running {
  v1::ApplyRequest request;
  StepKey key;
  std::string payload;
  std::vector<v1::Progress> progress;  // guarded by Steps::mu_, as is `finished`
  std::optional<v1::StepStatus> finished;
};

StepKey PhaseKey(const std::string& operation, const std::string& step, uint32_t attempt) {
  return {operation, absl::StrCat(step, "#", attempt)};
}

Steps::~Steps() {
  std::thread thread;
  {
    absl::MutexLock lock(&mu_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

bool Steps::busy() const {
  absl::MutexLock lock(&mu_);
  return running_ && !running_->finished;
}

absl::StatusOr<v1::PlanResponse> Steps::Plan(const v1::PhaseSpec& spec, const Secrets& secrets) {
  ASSIGN_OR_RETURN(Graph graph, MakePhase(spec, host_, secrets));
  v1::PlanResponse response;
  for (const UnitPlan& plan : graph.Plan()) *response.add_resources() = plan;
  return response;
}

absl::StatusOr<std::shared_ptr<Steps::Running>> Steps::Start(const v1::ApplyRequest& request) {
  auto running = std::make_shared<Running>();
  running->request = request;
  running->key = PhaseKey(request.operation(), request.step(), request.attempt());
  running->payload = PayloadOf(request);
  if (running_ && running_->key == running->key) {
    if (running_->payload == running->payload) return running_;
    return absl::FailedPreconditionError(absl::StrCat(running->key.Text(), " is known with another payload"));
  }
  if (running_ && !running_->finished)
    return absl::FailedPreconditionError(absl::StrCat("this box is busy with ", running_->key.Text()));
  ASSIGN_OR_RETURN(auto record, journal_->Find(running->key));
  if (record && record->payload != running->payload)
    return absl::FailedPreconditionError(absl::StrCat(running->key.Text(), " is known with another payload"));
  if (record && record->state != StepRecord::State::kIntent) {
    running->finished.emplace();
    RETURN_IF_ERROR(FromJson(record->result, &*running->finished));
    return running;
  }
  RETURN_IF_ERROR(journal_->WriteIntent(
      {.key = running->key, .payload = running->payload, .boot_id = boot_id_, .intent = Json::object()}));
  if (thread_.joinable()) thread_.join();  // it has finished: see above
  running_ = running;
  thread_ = std::thread([this, running] { Work(running); });
  return running;
}

void Steps::Work(std::shared_ptr<Running> running) {
  v1::StepStatus status = RunPhase(running->request, host_, journal_, boot_id_, [&](const v1::Progress& p) {
    absl::MutexLock lock(&mu_);
    if (running->progress.size() < kKeptProgress) running->progress.push_back(p);
  });
  MakeUtf8(&status);
  const auto state =
      status.state() == v1::StepStatus::DONE ? StepRecord::State::kDone : StepRecord::State::kFailed;
  if (absl::Status written = journal_->WriteResult(running->key, state, ToJson(status)); !written.ok()) {
    status.set_state(v1::StepStatus::FAILED);
    status.set_code(static_cast<int>(written.code()));
    status.set_error(std::string(written.message()));
  }
  FaultPoint("step.finished", running->key.Text());
  absl::MutexLock lock(&mu_);
  running->request.clear_secrets();
  running->finished = status;
}

absl::StatusOr<v1::StepStatus> Steps::Apply(const v1::ApplyRequest& request,
                                            const std::function<bool(const v1::Progress&)>& sink) {
  std::shared_ptr<Running> running;
  {
    absl::MutexLock lock(&mu_);
    ASSIGN_OR_RETURN(running, Start(request));
  }
  size_t told = 0;
  while (true) {
    std::vector<v1::Progress> news;
    std::optional<v1::StepStatus> finished;
    {
      absl::MutexLock lock(&mu_);
      auto has_news = [&] { return running->finished || running->progress.size() > told; };
      mu_.Await(absl::Condition(&has_news));
      news.assign(running->progress.begin() + static_cast<ptrdiff_t>(told), running->progress.end());
      finished = running->finished;
    }
    told += news.size();
    for (const v1::Progress& p : news)
      if (!sink(p)) return absl::CancelledError("the caller has gone; the step goes on");
    if (finished) return *finished;
  }
}

absl::StatusOr<v1::StepStatus> Steps::Get(const v1::StepRequest& request) {
  const StepKey key = PhaseKey(request.operation(), request.step(), request.attempt());
  absl::MutexLock lock(&mu_);
  v1::StepStatus status;
  status.set_state(v1::StepStatus::ABSENT);
  if (running_ && running_->key == key) {
    status.set_state(v1::StepStatus::RUNNING);
    return running_->finished.value_or(status);
  }
  ASSIGN_OR_RETURN(auto record, journal_->Find(key));
  if (record && record->state != StepRecord::State::kIntent)
    RETURN_IF_ERROR(FromJson(record->result, &status));
  return status;
}

absl::StatusOr<int> Steps::Forget(const std::string& operation) {
  absl::MutexLock lock(&mu_);
  if (running_ && running_->key.operation == operation) {
    if (!running_->finished)
      return absl::FailedPreconditionError(absl::StrCat(running_->key.Text(), " is running"));
    running_.reset();
  }
  // Their results are in the journal, and now with the caller too.
  RETURN_IF_ERROR(host_->commands().ForgetOperation(operation));
  return journal_->Forget(operation);
}

}  // namespace devstats::agent
