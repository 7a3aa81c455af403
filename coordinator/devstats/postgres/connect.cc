#include "coordinator/devstats/postgres/connect.h"

#include <poll.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/errors.h"

namespace devstats::postgres {
namespace {

ConnectionHandle Begin(const Server& server, const std::string& database, const ConnectOptions& options) {
  const std::string port = absl::StrCat(server.port);
  const char* const names[] = {"host",
                               "port",
                               "user",
                               "password",
                               "dbname",
                               "sslmode",
                               "application_name",
                               "options",
                               "client_encoding",
                               "gssencmode",
                               "passfile",
                               "keepalives_idle",
                               "tcp_user_timeout",
                               nullptr};
  const char* const values[] = {server.host.c_str(),
                                port.c_str(),
                                server.user.c_str(),
                                server.password.Reveal().c_str(),  // to the server, by libpq
                                database.c_str(),
                                options.tls ? "prefer" : "disable",
                                options.application.c_str(),
                                options.settings.c_str(),
                                options.encoding.c_str(),
                                "disable",
                                "/nonexistent",  // what we are not given we do not look for
                                "30",
                                "30000",
                                nullptr};
  return ConnectionHandle(PQconnectStartParams(names, values, /*expand_dbname=*/0));
}

// Waits until libpq can go on. DeadlineExceeded.
absl::Status WaitFor(const PGconn* connection, PostgresPollingStatusType what, absl::Time deadline) {
  pollfd fd{PQsocket(connection), static_cast<short>(what == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  for (;;) {
    const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (left <= 0) return absl::DeadlineExceededError("");
    const int ready = poll(&fd, 1, static_cast<int>(left));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return ErrnoStatus(errno, "poll");
  }
}

}  // namespace

absl::StatusOr<ConnectionHandle> Connect(const Server& server, const std::string& database,
                                         absl::Duration timeout, const ConnectOptions& options) {
  const absl::Time deadline = absl::Now() + timeout;
  ConnectionHandle connection = Begin(server, database, options);
  if (!connection) return absl::ResourceExhaustedError("no memory for a connection");
  // With the code of what a server refuses: libpq tells it of a connection in no other way.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(
      connection.get(), [](void*, const PGresult*) {}, nullptr);
  if (PQstatus(connection.get()) == CONNECTION_BAD) return ConnectionError(PQerrorMessage(connection.get()));
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) return ConnectionError(PQerrorMessage(connection.get()));
    if (!WaitFor(connection.get(), next, deadline).ok()) {
      return absl::UnavailableError(absl::StrCat("no answer within ", absl::FormatDuration(timeout)));
    }
    next = PQconnectPoll(connection.get());
  }
  PQsetErrorVerbosity(connection.get(), PQERRORS_TERSE);  // DETAIL shows values of rows
  return connection;
}

}  // namespace devstats::postgres
