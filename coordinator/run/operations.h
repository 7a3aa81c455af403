// Operations as they are kept: what was asked and approved, by whom, and how it stands. A run holds the
// cluster for itself: a second one is refused with the holder's name.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "common/sqlite.h"
#include "coordinator/plan/plan.h"

namespace devstats::coordinator {

struct OperationRecord {
  std::string id;     // "op-7-3fa9": unique for ever, so that no box takes it for an older one
  std::string kind;   // "apply", "release upgrade shop/store"
  std::string state;  // one of the k... below
  std::string actor;
  std::string spec;  // the text of cluster.yaml
  std::string file;
  Plan plan;                              // as approved at the start
  std::map<std::string, UnitPlan> units;  // amended plans approved since, by unit
  std::string error, hint;
  absl::Time started, ended;
  // What else was asked, sealed by whoever made it; gone when the operation has ended done or aborted, or was
  // followed by another. Only Get and Unfinished read it.
  std::string payload;
};

inline constexpr char kRunning[] = "running";
inline constexpr char kAwaitingApproval[] = "awaiting-approval";
inline constexpr char kDone[] = "done";
inline constexpr char kFailed[] = "failed";
inline constexpr char kAborted[] = "aborted";

class Operations {
 public:
  Operations(Database* db, const Clock* clock) : db_(db), clock_(clock) {}  // not owned
  static std::string Schema();
  static std::string PayloadColumn();  // what came later

  // Enters a new run in state running. FailedPrecondition while another one is running or awaits approval.
  absl::StatusOr<OperationRecord> Begin(OperationRecord record);
  absl::StatusOr<OperationRecord> Get(const std::string& id);  // NotFound
  absl::StatusOr<std::vector<OperationRecord>> Latest(int limit);
  // Those that a restart goes on with.
  absl::StatusOr<std::vector<OperationRecord>> Unfinished();
  // Running again, from failed, awaiting-approval or running. FailedPrecondition when a newer run exists.
  absl::Status Reopen(const std::string& id);
  absl::Status End(const std::string& id, const std::string& state, const std::string& error,
                   const std::string& hint);
  absl::Status ApproveUnit(const std::string& id, const UnitPlan& plan);

  // The newest operation about a cluster.yaml that ended done or is under way: what the cluster should be.
  absl::StatusOr<std::optional<OperationRecord>> Current();

 private:
  absl::StatusOr<std::vector<OperationRecord>> Select(const std::string& where,
                                                      const std::vector<SqlValue>& args,
                                                      bool with_payload = false);
  Database* const db_;
  const Clock* const clock_;
};

}  // namespace devstats::coordinator
