// PostgreSQL over libpqxx: a few connections to one server, each to one database, kept for a while after use
// and shared by all threads. A statement that the server does not answer in time is cut at our side, too: a
// server may be frozen.
#pragma once
#include <memory>

#include "absl/time/time.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

struct PoolOptions {
  int most = 8;                             // connections at a time; a query beyond waits for its turn
  absl::Duration idle = absl::Seconds(30);  // then an unused one is closed
  absl::Duration grace = absl::Seconds(5);  // after a statement's timeout the server has told us so
};

std::unique_ptr<Postgres> NewPostgres(Server server, const PoolOptions& options = {});

}  // namespace devstats::postgres
