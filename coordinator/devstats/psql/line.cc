#include "coordinator/devstats/psql/line.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/psql/messages.h"

namespace devstats::psql {
namespace {

constexpr size_t kChunk = 32 << 10;
// Which a server tells by itself, in versions 9.6 to 18 (PostgreSQL's manual, "Asynchronous Operations").
// libpq has no list of those it was told.
constexpr const char* kTold[] = {"server_version",
                                 "server_encoding",
                                 "client_encoding",
                                 "application_name",
                                 "default_transaction_read_only",
                                 "in_hot_standby",
                                 "is_superuser",
                                 "session_authorization",
                                 "DateStyle",
                                 "IntervalStyle",
                                 "TimeZone",
                                 "integer_datetimes",
                                 "standard_conforming_strings",
                                 "scram_iterations",
                                 "search_path"};

std::string ValueIn(const Startup& startup, const char* name) {
  const auto it = startup.parameters.find(name);
  return it == startup.parameters.end() ? "" : it->second;
}

bool MayPass(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void WaitUntil(int fd, short events) {
  pollfd waiting{fd, events, 0};
  (void)poll(&waiting, 1, -1);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Line>> Line::Open(const postgres::Server& server, const std::string& database,
                                                 const Startup& startup, bool read_only,
                                                 absl::Duration timeout) {
  postgres::ConnectOptions options{.application = ValueIn(startup, "application_name"),
                                   .encoding = ValueIn(startup, "client_encoding"),
                                   .tls = false};
  ASSIGN_OR_RETURN(options.settings, SettingsOf(startup));
  // The last one wins.
  if (read_only) absl::StrAppend(&options.settings, " -c default_transaction_read_only=on");
  ASSIGN_OR_RETURN(postgres::ConnectionHandle connection,
                   postgres::Connect(server, database, timeout, options),
                   absl::StrCat("connecting as ", server.user, " to database ", database));
  UniqueFd socket(fcntl(PQsocket(connection.get()), F_DUPFD_CLOEXEC, 0));
  if (!socket) return ErrnoStatus(errno, "a connection's socket");
  PGcancel* cancel = PQgetCancel(connection.get());
  if (cancel == nullptr) return absl::ResourceExhaustedError("no memory for a connection");
  return std::unique_ptr<Line>(new Line(std::move(connection), cancel, std::move(socket)));
}

Line::Line(postgres::ConnectionHandle connection, PGcancel* cancel, UniqueFd socket)
    : connection_(std::move(connection)), cancel_(cancel), socket_(std::move(socket)) {}

Line::~Line() {
  Shut();  // before libpq says good-bye, into what may be the middle of a message
  PQfreeCancel(cancel_);
}

uint32_t Line::process() const { return static_cast<uint32_t>(PQbackendPID(connection_.get())); }

std::string Line::Greeting(uint32_t key) const {
  std::string bytes = AuthenticationOk();
  for (const char* name : kTold)
    if (const char* value = PQparameterStatus(connection_.get(), name))
      absl::StrAppend(&bytes, ParameterStatus(name, value));
  return absl::StrCat(bytes, BackendKeyData(process(), key), ReadyForQuery());
}

std::string Line::Read() {
  std::string bytes(kChunk, '\0');
  for (;;) {
    const ssize_t got = recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (got >= 0) {
      bytes.resize(static_cast<size_t>(got));
      return bytes;
    }
    if (!MayPass(errno)) return "";
    WaitUntil(socket_.get(), POLLIN);
  }
}

absl::Status Line::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) {
      bytes.remove_prefix(static_cast<size_t>(put));
      continue;
    }
    if (!MayPass(errno)) return absl::UnavailableError("the server has closed the connection");
    WaitUntil(socket_.get(), POLLOUT);
  }
  return absl::OkStatus();
}

absl::Status Line::Cancel() const {
  char words[256] = {};
  if (PQcancel(cancel_, words, sizeof words) == 1) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cancelling: ", words));
}

void Line::Shut() { (void)shutdown(socket_.get(), SHUT_RDWR); }

}  // namespace devstats::psql
