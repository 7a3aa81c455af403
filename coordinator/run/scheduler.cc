#include "coordinator/run/scheduler.h"

#include <list>
#include <set>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

bool IsGood(const std::string& state) { return state == "done" || state == "unchanged"; }
bool IsBad(const std::string& state) {
  return state == "failed" || state == "blocked" || state == "awaiting-approval";
}

class Run {
 public:
  Run(const Graph& graph, Journal& journal, const RunOptions& options)
      : graph_(graph), journal_(journal), options_(options) {}

  std::map<std::string, UnitReport> Go() {
    for (const GraphNode& n : graph_.nodes()) reports_[n.unit->id()].state = "waiting";
    std::list<std::thread> threads;
    mu_.Lock();
    while (true) {
      if (StartReady(&threads)) continue;  // a unit that is blocked may block the next
      if (running_ == 0) break;
      const int before = changes_;
      auto changed = [this, before]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return changes_ != before; };
      mu_.Await(absl::Condition(&changed));
    }
    mu_.Unlock();
    for (std::thread& t : threads) t.join();
    return reports_;
  }

 private:
  // True when a unit was started or found blocked, so that it is worth looking again.
  bool StartReady(std::list<std::thread>* threads) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    bool any = false;
    for (const GraphNode& node : graph_.nodes()) {
      const std::string id = node.unit->id();
      if (reports_[id].state != "waiting" || running_ >= options_.parallel) continue;
      const std::string blocker = Blocker(node);
      if (!blocker.empty()) {
        Set(id, {.state = "blocked",
                 .message = absl::StrCat("needs ", blocker),
                 .hint = "",
                 .elapsed = {},
                 .amended = {}});
        any = true;
      } else if (IsReady(node) && !IsStopping()) {
        Set(id, {.state = "running", .message = "", .hint = "", .elapsed = {}, .amended = {}});
        ++running_;
        threads->emplace_back([this, &node] { RunOne(node); });
        any = true;
      }
    }
    return any;
  }

  bool IsStopping() const { return options_.stop && *options_.stop; }

  bool IsReady(const GraphNode& node) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    for (const auto* list : {&node.needs, &node.world})
      for (const std::string& need : *list)
        if (!IsGood(reports_[need].state)) return false;
    return true;
  }

  std::string Blocker(const GraphNode& node) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    for (const auto* list : {&node.needs, &node.world})
      for (const std::string& need : *list)
        if (IsBad(reports_[need].state)) return need;
    return "";
  }

  // Whether a unit that this one needs, however far, has acted in this operation: read from the journal, so
  // that it is still known after a restart.
  bool HasMoved(const GraphNode& node) {
    for (const std::string& before : IdsBefore(graph_.nodes(), {node.unit->id()})) {
      const auto record = journal_.Find({options_.operation, before});
      if (record.ok() && record->has_value()) return true;
    }
    return false;
  }

  void RunOne(const GraphNode& node) {
    const std::string id = node.unit->id();
    const absl::Time start = absl::Now();
    auto approved = options_.approved.find(id);
    auto done = Execute(*node.unit, journal_,
                        {.key = {options_.operation, id},
                         .payload = DigestOf(node.unit->Inputs()),
                         .approved = approved == options_.approved.end() ? UnitPlan() : approved->second,
                         .boot_id = options_.boot_id,
                         .moved = HasMoved(node),
                         .progress = [&](absl::string_view message) { options_.progress(id, message); },
                         .go_on = [this] { return !IsStopping(); },
                         .amended = options_.amended});
    UnitReport report{
        .state = "failed", .message = "", .hint = "", .elapsed = absl::Now() - start, .amended = {}};
    if (absl::IsCancelled(done.status()) && IsStopping()) {
      report.state = "waiting";  // for the next start
      report.message = "stopped";
    } else if (!done.ok()) {
      report.message = std::string(done.status().message());
      report.hint = HintOf(done.status());
    } else if (done->outcome == Outcome::kNeedsApproval) {
      report.state = "awaiting-approval";
      report.amended = done->plan;
    } else {
      report.state = done->outcome == Outcome::kUnchanged ? "unchanged" : "done";
      report.message = OutcomeName(done->outcome);
    }
    absl::MutexLock lock(&mu_);
    --running_;
    Set(id, report);
  }

  void Set(const std::string& id, UnitReport report) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    options_.report(id, report);
    reports_[id] = std::move(report);
    ++changes_;
  }

  const Graph& graph_;
  Journal& journal_;
  const RunOptions& options_;
  absl::Mutex mu_;
  std::map<std::string, UnitReport> reports_ ABSL_GUARDED_BY(mu_);
  int running_ ABSL_GUARDED_BY(mu_) = 0;
  int changes_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace

std::map<std::string, UnitReport> RunGraph(const Graph& graph, Journal& journal, const RunOptions& options) {
  return Run(graph, journal, options).Go();
}

}  // namespace devstats::coordinator
