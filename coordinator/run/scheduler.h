// Runs a graph of units for one operation: each as soon as what it needs has verified, side by side, every
// one by the common Execute. A unit that fails stops only what depends on it. Running again is the same code.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "common/journal.h"
#include "common/unit/execute.h"
#include "common/unit/graph.h"

namespace devstats::coordinator {

struct UnitReport {
  std::string state;  // "waiting", "running", "done", "unchanged", "failed", "blocked", "awaiting-approval"
  std::string message;
  std::string hint;
  absl::Duration elapsed;
  UnitPlan amended;  // with awaiting-approval
};

struct RunOptions {
  std::string operation;
  std::map<std::string, UnitPlan> approved;  // by unit
  std::string boot_id;
  std::atomic<bool>* stop = nullptr;  // when set: no further unit starts
  int parallel = 16;
  // Called for each change of a unit's state, from several threads.
  std::function<void(const std::string& unit, const UnitReport&)> report;
  std::function<void(const std::string& unit, absl::string_view message)> progress;
  std::function<absl::Status(const UnitPlan&)> amended;
};

// The last report of every unit of the graph.
std::map<std::string, UnitReport> RunGraph(const Graph& graph, Journal& journal, const RunOptions& options);

}  // namespace devstats::coordinator
