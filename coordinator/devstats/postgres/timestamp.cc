#include "coordinator/devstats/postgres/timestamp.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::postgres {

absl::StatusOr<absl::Time> ParseTimestamp(absl::string_view text) {
  constexpr size_t kDate = 10;
  const absl::string_view wall = text.substr(0, text.find_first_of("+-", kDate));
  absl::Time time;
  std::string error;
  if (!absl::ParseTime("%Y-%m-%d %H:%M:%E*S", wall, absl::UTCTimeZone(), &time, &error) ||
      time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return absl::InvalidArgumentError(absl::StrCat("not a time: \"", text.substr(0, 40), "\""));
  }
  return time;
}

std::string ServerClock::AtServer(absl::Time ours) const {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S", ours + ahead, absl::UTCTimeZone());
}

absl::StatusOr<ServerClock> ReadServerClock(Postgres& postgres, const std::string& database,
                                            const Clock& clock) {
  const absl::Time before = clock.Now();
  ASSIGN_OR_RETURN(const Rows rows, postgres.Query(database, "SELECT CURRENT_TIMESTAMP"));
  if (rows.rows.empty()) return absl::InternalError("the server does not tell its time");
  ASSIGN_OR_RETURN(const absl::Time there, ParseTimestamp(rows.rows[0].at(0).value_or("")));
  return ServerClock{there - before};
}

}  // namespace devstats::postgres
