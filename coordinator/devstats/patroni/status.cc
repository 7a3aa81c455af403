#include "coordinator/devstats/patroni/status.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/values.h"

namespace devstats::patroni {

const char kSlotsQuery[] =
    "SELECT slot_name, active, pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), "
    "restart_lsn)::bigint, "
    "wal_status FROM pg_catalog.pg_replication_slots ORDER BY slot_name";

absl::StatusOr<std::vector<Slot>> SlotsOf(const postgres::Rows& rows) {
  std::vector<Slot> slots;
  for (const postgres::Row& row : rows.rows) {
    if (row.size() != 4 || !row[0]) return absl::DataLossError("replication slots: a row of another query");
    // Without a position the slot has kept nothing yet.
    slots.push_back({.name = *row[0],
                     .active = BoolOf(row[1].value_or("f")).value_or(false),
                     .held = IntegerOf(row[2].value_or("0")).value_or(0),
                     .status = row[3].value_or("")});
  }
  return slots;
}

namespace {

void AddMemberProblems(const ClusterState& state, int members, const LagLimits& limits,
                       std::vector<std::string>* problems) {
  const int there = static_cast<int>(state.members.size());
  if (there != members) problems->push_back(absl::StrCat(there, " of ", members, " members are there"));
  if (!state.leader()) problems->push_back("no member leads");
  if (state.paused) problems->push_back("Patroni is paused: it does not watch the cluster");
  for (const MemberState& m : state.members) {
    if (std::string problem = ProblemOf(m, limits.warn); !problem.empty())
      problems->push_back(std::move(problem));
    if (m.pending_restart) problems->push_back(absl::StrCat(m.name, " waits for a restart of PostgreSQL"));
  }
}

void AddSlotProblems(const std::vector<Slot>& slots, const LagLimits& limits,
                     std::vector<std::string>* problems) {
  for (const Slot& slot : slots) {
    if (slot.status == "lost") {
      problems->push_back(absl::StrCat("slot ", slot.name, " has lost its WAL: its replica must be rebuilt"));
    } else if (slot.held >= limits.warn) {
      problems->push_back(absl::StrCat("slot ", slot.name, slot.active ? "" : " (nobody reads it)", " keeps ",
                                       TextOfBytes(static_cast<double>(slot.held)), " of WAL"));
    }
  }
}

}  // namespace

absl::StatusOr<ClusterStatus> StatusOfCluster(
    PatroniApi& api, int members, const LagLimits& limits,
    const std::function<absl::StatusOr<std::vector<Slot>>(const std::string& leader)>& slots) {
  ClusterStatus status;
  ASSIGN_OR_RETURN(status.state, ObserveCluster(api));
  AddMemberProblems(status.state, members, limits, &status.problems);
  const MemberState* leader = status.state.leader();
  if (!leader) return status;
  auto held = slots(leader->name);
  if (held.ok()) {
    status.slots = *std::move(held);
    AddSlotProblems(status.slots, limits, &status.problems);
  } else {
    status.problems.push_back(absl::StrCat("replication slots: ", held.status().message()));
  }
  return status;
}

}  // namespace devstats::patroni
