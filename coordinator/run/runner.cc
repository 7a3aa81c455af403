#include "coordinator/run/runner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/fault.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

using events::v1::Event;

Event OperationEvent(const std::string& id, const std::string& state, const std::string& message) {
  Event e;
  e.set_kind(Event::OPERATION);
  e.set_operation(id);
  e.set_state(state);
  e.set_message(message);
  return e;
}

Event UnitEvent(Event::Kind kind, const std::string& operation, const std::string& unit,
                const std::string& state, absl::string_view message) {
  Event e;
  e.set_kind(kind);
  e.set_operation(operation);
  e.set_unit(unit);
  e.set_state(state);
  e.set_message(std::string(message));
  return e;
}

std::map<std::string, UnitPlan> Approved(const OperationRecord& record) {
  std::map<std::string, UnitPlan> approved;
  for (const UnitPlan& unit : record.plan.units()) approved[unit.unit()] = unit;
  for (const auto& [name, unit] : record.units) approved[name] = unit;
  return approved;
}

// The units of an operation as its events tell of them.
std::map<std::string, UnitReport> Reported(Journal& journal, const std::string& operation) {
  constexpr int kPage = 1000;
  std::map<std::string, UnitReport> units;
  for (uint64_t since = 0;;) {
    const auto events = journal.Events(since, operation, kPage);
    if (!events.ok() || events->empty()) return units;
    for (const Event& e : *events)
      if (e.kind() == Event::UNIT)
        units[e.unit()] = {.state = e.state(),
                           .message = e.message(),
                           .hint = "",
                           .elapsed = absl::Milliseconds(e.elapsed_ms()),
                           .amended = {}};
    since = events->back().id();
  }
}

// How the operation ended, from how its units did.
struct Ending {
  std::string state = kDone, error, hint;
};
Ending Judge(const std::map<std::string, UnitReport>& reports) {
  Ending ending;
  std::vector<std::string> awaiting, unfinished;
  for (const auto& [unit, r] : reports) {
    if (r.state == "failed" && ending.state != kFailed)
      ending = {kFailed, absl::StrCat(unit, ": ", r.message), r.hint};
    if (r.state == "awaiting-approval") awaiting.push_back(unit);
    if (r.state == "waiting") unfinished.push_back(unit);
  }
  if (ending.state == kFailed) return ending;
  if (!awaiting.empty())
    return {kAwaitingApproval,
            absl::StrCat(absl::StrJoin(awaiting, ", "), ": the plan made now goes beyond what was approved"),
            ""};
  if (!unfinished.empty())
    return {kAborted, absl::StrCat("not finished: ", absl::StrJoin(unfinished, ", ")), ""};
  return ending;
}

}  // namespace

Runner::Runner(Operations* operations, Journal* journal, GraphMaker maker, std::string boot_id)
    : operations_(operations), journal_(journal), maker_(std::move(maker)), boot_id_(std::move(boot_id)) {}

Runner::~Runner() {
  stop_ = true;
  std::thread thread;
  {
    absl::MutexLock lock(&mu_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

void Runner::Tell(Event event) {
  if (auto id = journal_->Append(std::move(event)); !id.ok()) log::Error(id.status().message());
}

absl::Status Runner::Recover() {
  ASSIGN_OR_RETURN(auto unfinished, operations_->Unfinished());
  absl::MutexLock lock(&mu_);
  for (const OperationRecord& record : unfinished) {
    // One that awaited approval is looked at again, so that what waits is known to this process too.
    RETURN_IF_ERROR(operations_->Reopen(record.id));
    Tell(OperationEvent(record.id, kRunning, "going on after a restart of the coordinator"));
    Launch(record);
  }
  return absl::OkStatus();
}

absl::StatusOr<OperationRecord> Runner::Start(OperationRecord record) {
  absl::MutexLock lock(&mu_);
  if (working_) return absl::FailedPreconditionError(absl::StrCat("operation ", active_, " is still ending"));
  const std::string actor = record.actor;
  ASSIGN_OR_RETURN(record, operations_->Begin(std::move(record)));
  FaultPoint("operation.begun", record.id);
  Tell(OperationEvent(record.id, kRunning, absl::StrCat("begun by ", actor)));
  Launch(record);
  return record;
}

absl::Status Runner::Resume(const std::string& id) {
  absl::MutexLock lock(&mu_);
  if (working_) return absl::FailedPreconditionError(absl::StrCat("operation ", active_, " is running"));
  RETURN_IF_ERROR(operations_->Reopen(id));
  ASSIGN_OR_RETURN(OperationRecord record, operations_->Get(id));
  Tell(OperationEvent(id, kRunning, "resumed"));
  Launch(record);
  return absl::OkStatus();
}

absl::Status Runner::Approve(const std::string& id, const std::string& unit, const std::string& confirm) {
  {
    absl::MutexLock lock(&mu_);
    auto& units = reports_[id];
    auto report = units.find(unit);
    if (report == units.end() || report->second.state != "awaiting-approval")
      return absl::FailedPreconditionError(
          absl::StrCat(unit, " of operation ", id, " does not wait for an approval"));
    if (const std::string digest = DigestOf(report->second.amended); confirm != digest)
      return Hint(absl::FailedPreconditionError("the digest is not that of the plan that waits"),
                  absl::StrCat("devstatsctl operation approve ", id, " ", unit, " --confirm ", digest));
    RETURN_IF_ERROR(operations_->ApproveUnit(id, report->second.amended));
  }
  return Resume(id);
}

absl::Status Runner::Abort(const std::string& id) {
  ASSIGN_OR_RETURN(OperationRecord record, operations_->Get(id));
  absl::MutexLock lock(&mu_);
  if (working_ && active_ == id) {
    abort_ = true;
    stop_ = true;
    return absl::OkStatus();
  }
  if (record.state == kDone || record.state == kAborted)
    return absl::FailedPreconditionError(absl::StrCat("operation ", id, " is ", record.state, " already"));
  Tell(OperationEvent(id, kAborted, "aborted"));
  return operations_->End(id, kAborted, "aborted", "");
}

std::map<std::string, UnitReport> Runner::Units(const std::string& id) const {
  std::map<std::string, UnitReport> units = Reported(*journal_, id);
  absl::MutexLock lock(&mu_);
  if (auto found = reports_.find(id); found != reports_.end())
    for (const auto& [unit, report] : found->second) units[unit] = report;
  return units;
}

void Runner::Launch(const OperationRecord& record) {
  if (thread_.joinable()) thread_.join();  // it has ended: working_ is false
  working_ = true;
  abort_ = false;
  stop_ = false;
  active_ = record.id;
  reports_.clear();  // of the latest run only; the journal has the rest
  thread_ = std::thread([this, record] { Work(record); });
}

RunOptions Runner::OptionsFor(const OperationRecord& record) {
  const std::string id = record.id;
  return {.operation = id,
          .approved = Approved(record),
          .boot_id = boot_id_,
          .stop = &stop_,
          .report =
              [this, id](const std::string& unit, const UnitReport& report) {
                Event e = UnitEvent(Event::UNIT, id, unit, report.state, report.message);
                e.set_elapsed_ms(absl::ToInt64Milliseconds(report.elapsed));
                Tell(std::move(e));
                absl::MutexLock lock(&mu_);
                reports_[id][unit] = report;
              },
          .progress =
              [this, id](const std::string& unit, absl::string_view message) {
                Tell(UnitEvent(Event::PROGRESS, id, unit, "running", message));
              },
          .amended = [this, id](const UnitPlan& plan) -> absl::Status {
            RETURN_IF_ERROR(operations_->ApproveUnit(id, plan));
            Tell(UnitEvent(Event::AMENDMENT, id, plan.unit(), "running",
                           absl::StrCat("planned again: ", CountChanges(plan), " changes")));
            return absl::OkStatus();
          }};
}

void Runner::Work(const OperationRecord& record) {
  auto graph = maker_(record);
  if (graph.ok()) {
    Finish(record, *graph, RunGraph(*graph, *journal_, OptionsFor(record)));
  } else {
    operations_->End(record.id, kFailed, std::string(graph.status().message()), HintOf(graph.status()))
        .IgnoreError();
    Tell(OperationEvent(record.id, kFailed, std::string(graph.status().message())));
  }
  absl::MutexLock lock(&mu_);
  working_ = false;
}

// The results are in the journal; what units keep elsewhere for a resume may go. Before the operation ends, so that a
// cut in between repeats it. Only units that acted have kept something. A box that is away keeps a little more.
void Runner::Forget(const std::string& operation, const Graph& graph) {
  auto steps = journal_->Steps(operation);
  if (!steps.ok()) return log::Error(steps.status().message());
  for (const GraphNode& node : graph.nodes()) {
    const StepKey key{operation, node.unit->id()};
    if (std::none_of(steps->begin(), steps->end(), [&](const StepRecord& s) { return s.key == key; })) continue;
    if (absl::Status forgotten = node.unit->Forget(operation); !forgotten.ok()) log::Warning(forgotten.message());
  }
}

void Runner::Finish(const OperationRecord& record, const Graph& graph,
                    const std::map<std::string, UnitReport>& reports) {
  bool aborted;
  {
    absl::MutexLock lock(&mu_);
    aborted = abort_;
  }
  Ending ending = Judge(reports);
  if (ending.state == kAborted && !aborted) return;  // the coordinator is stopping: the next start goes on
  if (aborted) ending.state = kAborted;
  if (ending.state == kDone || ending.state == kAborted) Forget(record.id, graph);
  FaultPoint("operation.forgotten", record.id);
  if (absl::Status ended = operations_->End(record.id, ending.state, ending.error, ending.hint); !ended.ok())
    log::Error(ended.message());
  FaultPoint("operation.ended", record.id);
  Event e = OperationEvent(record.id, ending.state, ending.error);
  e.set_elapsed_ms(absl::ToInt64Milliseconds(absl::Now() - record.started));
  Tell(std::move(e));
}

}  // namespace devstats::coordinator
