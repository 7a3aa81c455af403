#include "coordinator/devstats/postgres/databases.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"

namespace devstats::postgres {
namespace {

constexpr char kDatabases[] =
    "SELECT d.datname, pg_database_size(d.oid), s.deadlocks FROM pg_catalog.pg_database d "
    "LEFT JOIN pg_catalog.pg_stat_database s ON s.datid = d.oid WHERE NOT d.datistemplate ORDER BY d.datname";

constexpr char kBlocked[] =
    "SELECT pid, array_to_string(pg_blocking_pids(pid), ','), datname, usename, application_name, "
    "extract(epoch FROM clock_timestamp() - query_start), left(query, 200) FROM pg_catalog.pg_stat_activity "
    "WHERE cardinality(pg_blocking_pids(pid)) > 0 ORDER BY query_start";

constexpr char kWide[] =
    "SELECT n.nspname, c.relname, count(*) FROM pg_catalog.pg_attribute a "
    "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = "
    "c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND n.nspname NOT IN ('pg_catalog', "
    "'information_schema') "
    "GROUP BY 1, 2 HAVING count(*) >= CAST($1 AS integer) ORDER BY 3 DESC, 1, 2";

std::string Text(const Row& row, size_t at) { return at < row.size() ? row[at].value_or("") : ""; }

int64_t Number(const Row& row, size_t at) {
  int64_t number = 0;
  // What is a fraction is cut: bytes and seconds have no use for it.
  return absl::SimpleAtoi(Text(row, at).substr(0, Text(row, at).find('.')), &number) ? number : 0;
}

// Asks each database, `parallel` at a time.
template <class Answer, class Ask>
std::map<std::string, absl::StatusOr<Answer>> Everywhere(const std::vector<std::string>& databases,
                                                         int parallel, const Ask& ask) {
  std::map<std::string, absl::StatusOr<Answer>> found;
  absl::Mutex mu;
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i; (i = next++) < databases.size();) {
      absl::StatusOr<Answer> answer = ask(databases[i]);
      const absl::MutexLock lock(&mu);
      found.insert_or_assign(databases[i], std::move(answer));
    }
  };
  std::vector<std::thread> threads;
  const size_t count = std::min(databases.size(), static_cast<size_t>(std::max(1, parallel)));
  for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return found;
}

}  // namespace

absl::StatusOr<std::vector<DatabaseInfo>> ListDatabases(Postgres& postgres) {
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query("postgres", kDatabases), "databases");
  std::vector<DatabaseInfo> databases;
  for (const Row& row : rows.rows) databases.push_back({Text(row, 0), Number(row, 1), Number(row, 2)});
  return databases;
}

CatalogDifference Compare(const std::vector<DatabaseInfo>& present, const std::vector<std::string>& wanted) {
  const std::set<std::string> own = {"postgres", kLogsDatabase, kAffiliationsDatabase};
  const std::set<std::string> of_projects(wanted.begin(), wanted.end());
  std::set<std::string> there;
  CatalogDifference difference;
  for (const DatabaseInfo& database : present) {
    there.insert(database.name);
    if (!own.count(database.name) && !of_projects.count(database.name))
      difference.unknown.push_back(database.name);
  }
  std::set_difference(of_projects.begin(), of_projects.end(), there.begin(), there.end(),
                      std::back_inserter(difference.missing));
  return difference;
}

std::map<std::string, absl::StatusOr<std::vector<Flag>>> FlagsEverywhere(
    Postgres& postgres, const std::vector<std::string>& databases, int parallel) {
  return Everywhere<std::vector<Flag>>(
      databases, parallel, [&](const std::string& database) { return ReadFlags(postgres, database); });
}

absl::StatusOr<std::vector<BlockedSession>> BlockedSessions(Postgres& postgres) {
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query("postgres", kBlocked), "blocked sessions");
  std::vector<BlockedSession> sessions;
  for (const Row& row : rows.rows) {
    BlockedSession session;
    session.pid = static_cast<int>(Number(row, 0));
    for (const absl::string_view pid : absl::StrSplit(Text(row, 1), ',', absl::SkipEmpty())) {
      int blocker = 0;
      if (absl::SimpleAtoi(pid, &blocker)) session.blockers.push_back(blocker);  // 0: a prepared transaction
    }
    session.database = Text(row, 2);
    session.user = Text(row, 3);
    session.application = Text(row, 4);
    session.waits = absl::Seconds(Number(row, 5));
    const bool secret = absl::StrContains(absl::AsciiStrToLower(Text(row, 6)), "password");
    session.statement = secret ? "(a statement with a password)" : Text(row, 6);
    sessions.push_back(std::move(session));
  }
  return sessions;
}

absl::StatusOr<std::vector<WideTable>> WideTables(Postgres& postgres, const std::string& database,
                                                  int columns) {
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query(database, kWide, {absl::StrCat(columns)}), "wide tables");
  std::vector<WideTable> tables;
  for (const Row& row : rows.rows)
    tables.push_back({Text(row, 0), Text(row, 1), static_cast<int>(Number(row, 2))});
  return tables;
}

std::map<std::string, absl::StatusOr<std::vector<WideTable>>> WideTablesEverywhere(
    Postgres& postgres, const std::vector<std::string>& databases, int parallel) {
  return Everywhere<std::vector<WideTable>>(
      databases, parallel, [&](const std::string& database) { return WideTables(postgres, database); });
}

}  // namespace devstats::postgres
