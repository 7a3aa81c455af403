// What Patroni, PostgreSQL and the log of DevStats' programs say of an environment.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/clock.h"
#include "coordinator/devstats/health/crons.h"
#include "coordinator/devstats/health/finding.h"
#include "coordinator/devstats/patroni/status.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/databases.h"
#include "coordinator/devstats/postgres/logs.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

using Flags = std::map<std::string, absl::StatusOr<std::vector<postgres::Flag>>>;  // by database

// Pure.
Finding PatroniFinding(const absl::StatusOr<patroni::ClusterStatus>& status);
Finding BootstrapFinding(const absl::StatusOr<postgres::BootstrapState>& state);
// Databases against the projects, and projects whose database was never provisioned.
Finding DatabasesFinding(const absl::StatusOr<std::vector<postgres::DatabaseInfo>>& present,
                         const std::vector<spec::ProjectSpec>& projects, const Flags& flags);
// Those older than what the images themselves take for left behind, and those that could not be read.
Finding FlagsFinding(const Flags& flags);
// Deadlocks are told; PostgreSQL has ended them.
Finding SessionsFinding(const absl::StatusOr<std::vector<postgres::BlockedSession>>& blocked,
                        const std::vector<postgres::DatabaseInfo>& present);
using WideTables = std::map<std::string, absl::StatusOr<std::vector<postgres::WideTable>>>;  // by database
// Those that will have no place for another column.
Finding TablesFinding(const WideTables& tables);

// Of one project: what became of its last sync, and how fresh its data is.
struct SyncState {
  absl::StatusOr<postgres::SyncVerdict> verdict = absl::UnavailableError("not asked");
  absl::StatusOr<postgres::Freshness> freshness = absl::UnavailableError("not asked");
};
// `go_on` false: what is left stays "not asked".
std::map<std::string, SyncState> LookAtSyncs(postgres::Postgres& postgres,
                                             const std::vector<spec::ProjectSpec>& projects,
                                             const Clock& clock, const std::function<bool()>& go_on,
                                             int parallel = 6);
// Of active projects that are provisioned and whose cron runs. Overdue: three hours after what the longest
// gap of its schedule allows. Pure.
Finding SyncsFinding(const std::map<std::string, SyncState>& syncs,
                     const std::vector<spec::ProjectSpec>& projects, const std::vector<Cron>& crons,
                     const Flags& flags, absl::Time now);

}  // namespace devstats::domain
