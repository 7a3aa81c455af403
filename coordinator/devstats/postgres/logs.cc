#include "coordinator/devstats/postgres/logs.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/timestamp.h"

namespace devstats::postgres {
namespace {

// Of `devstats` whatever names the project or its database (a name may hold what LIKE takes for patterns):
// which of them means it is for MeaningOf().
constexpr char kOfSync[] =
    "SELECT dt, prog, proj, msg FROM public.gha_logs WHERE dt >= $1 AND "
    "((prog = 'devstats' AND (replace(msg, $2, '') <> msg OR replace(msg, '''' || $3 || '''', '') <> msg)) "
    "OR "
    "(proj = $2 AND (msg = 'Sync success' OR msg LIKE 'Program %'))) ORDER BY dt, id";

constexpr char kNewest[] =
    "SELECT dt, prog, proj, msg FROM public.gha_logs WHERE dt >= $1 AND (proj = $2 OR $2 = '') AND "
    "(prog = $3 OR $3 = '') ORDER BY dt DESC, id DESC LIMIT CAST($4 AS integer)";

constexpr char kLastSyncs[] =
    "SELECT substring(msg FROM '^Synced (.+), took: '), max(dt) FROM public.gha_logs "
    "WHERE prog = 'devstats' AND msg LIKE 'Synced %, took: %' GROUP BY 1 "
    "UNION ALL SELECT proj, max(dt) FROM public.gha_logs WHERE msg = 'Sync success' GROUP BY 1";

absl::StatusOr<std::vector<LogLine>> LinesOf(const Rows& rows, const ServerClock& clock) {
  std::vector<LogLine> lines;
  for (const Row& row : rows.rows) {
    if (!row.at(0)) continue;  // a row without a time was not written by what we know
    ASSIGN_OR_RETURN(const absl::Time at, ParseTimestamp(*row.at(0)), "gha_logs");
    lines.push_back(
        {clock.OurTime(at), row.at(1).value_or(""), row.at(2).value_or(""), row.at(3).value_or("")});
  }
  return lines;
}

// Before what the log can hold: a parameter needs some time.
absl::Time Bounded(absl::Time since) { return std::max(since, absl::UnixEpoch() + absl::Hours(48)); }

absl::StatusOr<std::optional<absl::Time>> Newest(Postgres& postgres, const std::string& database,
                                                 const char* statement) {
  const absl::StatusOr<Rows> rows = postgres.Query(database, statement);
  if (absl::IsNotFound(rows.status())) return std::optional<absl::Time>();
  RETURN_IF_ERROR(rows.status());
  if (rows->rows.empty() || !rows->rows[0].at(0)) return std::optional<absl::Time>();
  ASSIGN_OR_RETURN(const absl::Time newest, ParseTimestamp(*rows->rows[0][0]));
  return std::optional<absl::Time>(newest);
}

}  // namespace

absl::StatusOr<SyncVerdict> JudgeSync(Postgres& postgres, const std::string& project,
                                      const std::string& database, absl::Time since, const Clock& clock) {
  const std::string context = "log of syncs of " + project;
  ASSIGN_OR_RETURN(const ServerClock there, ReadServerClock(postgres, kLogsDatabase, clock), context);
  ASSIGN_OR_RETURN(
      const Rows rows,
      postgres.Query(kLogsDatabase, kOfSync, {there.AtServer(Bounded(since)), project, database}), context);
  ASSIGN_OR_RETURN(const std::vector<LogLine> lines, LinesOf(rows, there), context);
  return Judge(lines, project, database);
}

absl::StatusOr<std::vector<LogLine>> ReadLog(Postgres& postgres, const LogFilter& filter,
                                             const Clock& clock) {
  ASSIGN_OR_RETURN(const ServerClock there, ReadServerClock(postgres, kLogsDatabase, clock), "log");
  const Parameters parameters = {there.AtServer(Bounded(filter.since)), filter.project, filter.program,
                                 absl::StrCat(filter.most)};
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query(kLogsDatabase, kNewest, parameters), "log");
  ASSIGN_OR_RETURN(std::vector<LogLine> lines, LinesOf(rows, there));
  std::reverse(lines.begin(), lines.end());
  return lines;
}

absl::StatusOr<std::map<std::string, absl::Time>> LastSyncs(Postgres& postgres, const Clock& clock) {
  ASSIGN_OR_RETURN(const ServerClock there, ReadServerClock(postgres, kLogsDatabase, clock), "last syncs");
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query(kLogsDatabase, kLastSyncs), "last syncs");
  std::map<std::string, absl::Time> last;
  for (const Row& row : rows.rows) {
    if (!row.at(0) || row.at(0)->empty() || !row.at(1)) continue;
    ASSIGN_OR_RETURN(const absl::Time at, ParseTimestamp(*row.at(1)), "last syncs");
    absl::Time& newest = last.try_emplace(*row.at(0), absl::InfinitePast()).first->second;
    newest = std::max(newest, there.OurTime(at));
  }
  return last;
}

absl::StatusOr<Freshness> ReadFreshness(Postgres& postgres, const std::string& database) {
  Freshness freshness;
  // A database that is not there is an error; a table that is not there yet is not.
  RETURN_IF_ERROR(postgres.Query(database, "SELECT 1"), "freshness of " + database);
  ASSIGN_OR_RETURN(freshness.parsed, Newest(postgres, database, "SELECT max(dt) FROM public.gha_parsed"),
                   "gha_parsed of " + database);
  ASSIGN_OR_RETURN(freshness.events, Newest(postgres, database, "SELECT max(time) FROM public.sevents_h"),
                   "sevents_h of " + database);
  return freshness;
}

}  // namespace devstats::postgres
