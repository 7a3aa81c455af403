// Making a connection with libpq, under a deadline of ours. For those who have one: session.cc, and ../psql.
#pragma once
#include <libpq-fe.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, FinishConnection>;

// Names in a fixed schema, times as ISO writes them. The time zone stays the server's, in which those who
// write flags and logs say now(); so does all that an environment tunes, which is looked at through such a
// connection.
inline constexpr char kOurSettings[] = "-c search_path=public -c datestyle=ISO -c client_min_messages=error";

struct ConnectOptions {
  std::string application = "devstats-coordinator";
  std::string settings = kOurSettings;  // as PostgreSQL's option `options` has them
  std::string encoding;                 // of the client; empty: the server's
  bool tls = true;                      // when the server has it
};

// Ready for statements; notices go nowhere, errors are terse. Errors as ConnectionError() (errors.h).
absl::StatusOr<ConnectionHandle> Connect(const Server& server, const std::string& database,
                                         absl::Duration timeout, const ConnectOptions& options = {});

}  // namespace devstats::postgres
