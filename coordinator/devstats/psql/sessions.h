// Sessions of operators' own clients (psql) with PostgreSQL: the client's bytes come from elsewhere, and no
// password ever goes there. Knows nothing of gRPC.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "coordinator/devstats/postgres/postgres.h"
#include "coordinator/devstats/psql/startup.h"

namespace devstats::psql {

class Line;

// The client's end. Read and Write may be called at the same time, each from one thread.
class Client {
 public:
  virtual ~Client() = default;
  virtual bool Read(std::string* bytes) = 0;  // false: it has closed
  virtual bool Write(const std::string& bytes) = 0;
  virtual void End() = 0;     // nothing more will be written: it is to close
  virtual void Cancel() = 0;  // ends Read and Write. Thread-safe
};

struct SessionLimits {
  int most = 8;  // sessions at a time
  absl::Duration start = absl::Seconds(30);
  absl::Duration idle = absl::Hours(1);  // while nothing runs: a query may take as long as it does
  absl::Duration farewell = absl::Seconds(5);
};

struct Wanted {
  std::string actor, environment, database;
  bool read_only = false;
  std::function<absl::StatusOr<postgres::Server>()> login;
};

// Thread-safe.
class Sessions {
 public:
  explicit Sessions(const SessionLimits& limits = {}) : limits_(limits) {}

  // From the client's start-up packet until one of both has closed. An error is for the client to be told by
  // whoever carries its bytes. InvalidArgument (no such packet, another database than wanted),
  // ResourceExhausted (as many as there may be), DeadlineExceeded (nothing came in time), errors of login()
  // and of connecting.
  absl::Status Serve(const Wanted& wanted, Client& client);

 private:
  struct Session {
    std::string actor;
    std::shared_ptr<Line> line;
  };
  absl::Status Begin(const Wanted& wanted, const Startup& startup, const std::string& early, Client& client);
  absl::Status Converse(Line& line, const std::string& early, Client& client);
  absl::Status CancelOne(const std::string& actor, const Startup& request);
  absl::StatusOr<uint32_t> Enter(const std::string& actor, const std::shared_ptr<Line>& line);

  const SessionLimits limits_;
  absl::Mutex mu_;
  int open_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<uint32_t, Session> by_key_ ABSL_GUARDED_BY(mu_);
};

}  // namespace devstats::psql
