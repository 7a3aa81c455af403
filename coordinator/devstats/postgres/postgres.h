// What we ask of PostgreSQL: rows for a statement with parameters. An interface, so that what asks is tested
// without a server; the real one (connection.h, libpqxx) passes the same contract test.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/secret.h"

namespace devstats::postgres {

struct Server {
  std::string host;  // name or address
  int port = 5432;
  std::string user;
  Secret password;
};

using Row = std::vector<std::optional<std::string>>;  // NULL: nothing
struct Rows {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};
using Parameters = std::vector<std::optional<std::string>>;  // $1 ...

struct QueryOptions {
  bool read_only = true;                             // in a READ ONLY transaction
  bool transaction = true;                           // without: CREATE DATABASE and others that refuse one
  absl::Duration timeout = absl::Seconds(10);        // of connecting and of the statement, each
  size_t most_rows = 100000, most_bytes = 64 << 20;  // beyond: ResourceExhausted
};

class Postgres {
 public:
  virtual ~Postgres() = default;
  // Thread-safe. Errors: Unavailable (no connection, server starting or stopping), NotFound (no such
  // database, table), PermissionDenied, AlreadyExists, DeadlineExceeded, InvalidArgument (the statement;
  // read_only without transaction), Aborted (serialisation, dead lock, a lock not to be had),
  // FailedPrecondition (a write where one may only read, which a replica says, too), ResourceExhausted; with
  // the server's words, never with parameters or passwords. After Unavailable and DeadlineExceeded a write
  // may have been done or not. Times without a zone are the server's own, as now() was for who wrote them.
  virtual absl::StatusOr<Rows> Query(const std::string& database, const std::string& statement,
                                     const Parameters& parameters = {}, const QueryOptions& options = {}) = 0;
};

}  // namespace devstats::postgres
