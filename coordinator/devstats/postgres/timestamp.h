// Times as PostgreSQL writes them in its ISO style. Those of flags and logs have no zone: they are what the
// server's clock on the wall said, in the server's zone. So ages are taken between two that the server wrote.
// Pure but for ReadServerClock.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

// "2026-11-28 12:00:00[.123456][+00]" as if the wall's clock were in UTC, whatever zone follows.
// InvalidArgument.
absl::StatusOr<absl::Time> ParseTimestamp(absl::string_view text);

// Between the wall's clock at the server and our time.
struct ServerClock {
  absl::Duration ahead;
  absl::Time OurTime(absl::Time at_server) const { return at_server - ahead; }
  std::string AtServer(absl::Time ours) const;  // as a parameter
};
absl::StatusOr<ServerClock> ReadServerClock(Postgres& postgres, const std::string& database,
                                            const Clock& clock);

}  // namespace devstats::postgres
