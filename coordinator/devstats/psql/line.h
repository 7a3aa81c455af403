// A connection to a server, logged in by libpq, whose bytes are then somebody else's. That libpq does the
// login (SCRAM, md5, whatever the server asks for) saves a second, worse one; it is sound because libpq reads
// until the server is ready for a query, and such a server says nothing unasked but notices and changed
// settings, a message at a time, which libpq takes whole.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/unique_fd.h"
#include "coordinator/devstats/postgres/connect.h"
#include "coordinator/devstats/psql/startup.h"

namespace devstats::psql {

class Line {
 public:
  // With what `startup` asks for; as a session that only reads, when asked. Without TLS: what libpq had
  // encrypted only libpq could read. Errors as Postgres::Query has them.
  static absl::StatusOr<std::unique_ptr<Line>> Open(const postgres::Server& server,
                                                    const std::string& database, const Startup& startup,
                                                    bool read_only, absl::Duration timeout);
  ~Line();

  // What the server has said of itself, as messages; the key for cancelling is `key` in place of its own.
  std::string Greeting(uint32_t key) const;
  uint32_t process() const;

  // Waits for what the server says next; empty: it has closed, or Shut. One thread.
  std::string Read();
  // Waits until all is on its way. One thread.
  absl::Status Write(absl::string_view bytes);
  // Asks the server to give up what it does. Waits for a connection to it. Thread-safe.
  absl::Status Cancel() const;
  // Ends Read and Write for good. Thread-safe.
  void Shut();

 private:
  Line(postgres::ConnectionHandle connection, PGcancel* cancel, UniqueFd socket);
  const postgres::ConnectionHandle connection_;
  PGcancel* const cancel_;
  const UniqueFd socket_;  // libpq's, under a number of our own
};

}  // namespace devstats::psql
