// Making a connection with libpq, under a deadline of ours. Only session.cc includes this.
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

// Ready for statements; notices go nowhere, errors are terse. Errors as ConnectionError() (errors.h).
absl::StatusOr<ConnectionHandle> Connect(const Server& server, const std::string& database,
                                         absl::Duration timeout);

}  // namespace devstats::postgres
