// What stands in an environment's server, and how it fares: its databases against the projects, sessions that
// wait, tables near PostgreSQL's limit of columns.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/devstats/postgres/flags.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

struct DatabaseInfo {
  std::string name;
  int64_t bytes = 0;
  int64_t deadlocks = 0;  // since its statistics began
};
// All but templates, by name.
absl::StatusOr<std::vector<DatabaseInfo>> ListDatabases(Postgres& postgres);

struct CatalogDifference {
  std::vector<std::string> missing;  // a project's, and not there
  std::vector<std::string> unknown;  // there, and no project's, nor one of the server's or DevStats' own
};
// Pure.
CatalogDifference Compare(const std::vector<DatabaseInfo>& present, const std::vector<std::string>& wanted);

// Of each of these databases, `parallel` at a time. An error is of its database alone.
std::map<std::string, absl::StatusOr<std::vector<Flag>>> FlagsEverywhere(
    Postgres& postgres, const std::vector<std::string>& databases, int parallel = 6);

struct BlockedSession {
  int pid = 0;
  std::vector<int> blockers;  // pids that it waits for
  std::string database, user, application;
  absl::Duration waits;   // since its statement began
  std::string statement;  // its first 200 characters; one with a password is left out
};
absl::StatusOr<std::vector<BlockedSession>> BlockedSessions(Postgres& postgres);

inline constexpr int kMostColumns = 1600, kManyColumns = 1400;

struct WideTable {
  std::string schema, table;
  int columns = 0;  // dropped ones, too: their places are never given back
};
// Those with at least so many, the widest first.
absl::StatusOr<std::vector<WideTable>> WideTables(Postgres& postgres, const std::string& database,
                                                  int columns = kManyColumns);

// Of each of these databases, as FlagsEverywhere.
std::map<std::string, absl::StatusOr<std::vector<WideTable>>> WideTablesEverywhere(
    Postgres& postgres, const std::vector<std::string>& databases, int parallel = 6);

}  // namespace devstats::postgres
