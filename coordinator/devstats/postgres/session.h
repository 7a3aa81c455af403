// One connection to one database: libpqxx behind a door that no exception leaves. libpq makes the connection,
// from parameters rather than a text of options, so that the password stands in no text that an error could
// show.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/unique_fd.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

class Session {
 public:
  // As Postgres::Query has it, of connecting. TLS when the server has it (sslmode prefer).
  static absl::StatusOr<std::unique_ptr<Session>> Open(const Server& server, const std::string& database,
                                                       absl::Duration timeout);
  ~Session();

  // One statement at a time.
  absl::StatusOr<Rows> Run(const std::string& statement, const Parameters& parameters,
                           const QueryOptions& options);
  // May be used again: open, with nothing from the server to be read.
  bool Usable() const;
  // From another thread: cuts the connection, so that Run ends (DeadlineExceeded).
  void Cut();

 private:
  class Connection;
  Session(std::unique_ptr<Connection> connection, UniqueFd socket);
  absl::StatusOr<Rows> RunThrowing(const std::string& statement, const Parameters& parameters,
                                   const QueryOptions& options);

  std::unique_ptr<Connection> connection_;
  const UniqueFd socket_;  // its socket under a number of our own, which libpq does not close under Cut()
  absl::Duration timeout_ = absl::ZeroDuration();  // as the server has it
  std::atomic<bool> cut_ = false;
};

}  // namespace devstats::postgres
