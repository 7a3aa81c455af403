// Operations brought to their end. One thread a run; after a restart of the coordinator the unfinished ones
// go on by themselves, by the same code.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/journal.h"
#include "coordinator/run/operations.h"
#include "coordinator/run/scheduler.h"

namespace devstats::coordinator {

// Makes the graph of what an operation is about; keeps run/ free of concrete units.
using GraphMaker = std::function<absl::StatusOr<Graph>(const OperationRecord& operation)>;

class Runner {
 public:
  // Not owned; `boot_id` is of the coordinator's box.
  Runner(Operations* operations, Journal* journal, GraphMaker maker, std::string boot_id);
  ~Runner();  // lets running units end; starts no more

  // Goes on with what a restart left unfinished. Call once, before serving.
  absl::Status Recover();
  // Begins an operation whose plan was checked and approved.
  absl::StatusOr<OperationRecord> Start(OperationRecord record);
  absl::Status Resume(const std::string& id);
  // Approves the amended plan of a waiting unit; `confirm` must be its digest. Goes on.
  absl::Status Approve(const std::string& id, const std::string& unit, const std::string& confirm);
  // No further unit starts; what runs on a box ends there. Ends as aborted.
  absl::Status Abort(const std::string& id);
  // The units as last reported, from the journal's events where this process has not looked at them.
  std::map<std::string, UnitReport> Units(const std::string& id) const;

 private:
  void Launch(const OperationRecord& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Work(const OperationRecord& record);
  void Forget(const std::string& operation, const Graph& graph);
  void Finish(const OperationRecord& record, const Graph& graph,
              const std::map<std::string, UnitReport>& reports);
  void Tell(events::v1::Event event);
  RunOptions OptionsFor(const OperationRecord& record);

  Operations* const operations_;
  Journal* const journal_;
  const GraphMaker maker_;
  const std::string boot_id_;
  mutable absl::Mutex mu_;
  std::thread thread_ ABSL_GUARDED_BY(mu_);
  bool working_ ABSL_GUARDED_BY(mu_) = false;
  std::string active_ ABSL_GUARDED_BY(mu_);
  std::atomic<bool> stop_{false};
  bool abort_ ABSL_GUARDED_BY(mu_) = false;
  std::map<std::string, std::map<std::string, UnitReport>> reports_ ABSL_GUARDED_BY(mu_);
};

}  // namespace devstats::coordinator
