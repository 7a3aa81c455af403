#include "coordinator/devstats/postgres/session.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/connect.h"
#include "coordinator/devstats/postgres/errors.h"

namespace devstats::postgres {

// Gives libpqxx a connection that stands, and none when it asks again: a session that has broken stays so.
class GivenConnection : public pqxx::connectionpolicy {
 public:
  explicit GivenConnection(ConnectionHandle made) : connectionpolicy(""), handle_(std::move(made)) {}
  handle do_startconnect(handle present) override { return present ? present : handle_.release(); }

 private:
  ConnectionHandle handle_;
};

struct ConnectionHolder {  // made before the base that needs it
  GivenConnection given;
};

namespace {

constexpr int kBatch = 500;  // rows fetched at a time

// What a cursor can be declared for.
bool HasCursor(const std::string& statement) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(statement);
  for (const absl::string_view word : {"select", "with", "values", "table"}) {
    if (absl::StartsWithIgnoreCase(text, word)) return true;
  }
  return false;
}

pqxx::result Execute(pqxx::transaction_base& transaction, const std::string& statement,
                     const Parameters& parameters) {
  std::vector<const char*> values;
  for (const std::optional<std::string>& p : parameters) values.push_back(p ? p->c_str() : nullptr);
  return transaction.exec_params(statement, pqxx::prepare::make_dynamic_params(values));
}

// Adds them to `to`. ResourceExhausted.
absl::Status Append(const pqxx::result& result, const QueryOptions& options, size_t* bytes, Rows* to) {
  if (to->columns.empty()) {
    for (pqxx::row::size_type i = 0; i < result.columns(); ++i)
      to->columns.emplace_back(result.column_name(i));
  }
  for (const pqxx::row& row : result) {
    Row& out = to->rows.emplace_back();
    for (const pqxx::field& field : row) {
      *bytes += field.size();
      out.push_back(field.is_null() ? std::nullopt
                                    : std::make_optional<std::string>(field.c_str(), field.size()));
    }
    if (to->rows.size() > options.most_rows) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", options.most_rows, " rows"));
    }
    if (*bytes > options.most_bytes) {
      return absl::ResourceExhaustedError(absl::StrCat("more than ", options.most_bytes, " bytes"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Rows> Collect(const pqxx::result& result, const QueryOptions& options) {
  Rows rows;
  size_t bytes = 0;
  RETURN_IF_ERROR(Append(result, options, &bytes, &rows));
  return rows;
}

// Through a cursor, so that what goes beyond the limits stays at the server.
absl::StatusOr<Rows> FetchAll(pqxx::transaction_base& transaction, const std::string& statement,
                              const Parameters& parameters, const QueryOptions& options) {
  const absl::Time deadline = absl::Now() + options.timeout;
  Execute(transaction, "DECLARE devstats_rows NO SCROLL CURSOR WITHOUT HOLD FOR " + statement, parameters);
  Rows rows;
  size_t bytes = 0;
  for (;;) {
    const pqxx::result batch = transaction.exec(absl::StrCat("FETCH ", kBatch, " FROM devstats_rows"));
    RETURN_IF_ERROR(Append(batch, options, &bytes, &rows));
    if (batch.size() < kBatch) return rows;
    if (absl::Now() > deadline) return absl::DeadlineExceededError("its rows take too long");
  }
}

// Of the exception under way.
absl::Status Caught(const Parameters& parameters) {
  try {
    throw;
  } catch (const pqxx::insufficient_privilege& e) {  // libpqxx 6 loses the code of this one
    return absl::PermissionDeniedError(WordsOf(e.what(), parameters));
  } catch (const pqxx::sql_error& e) {
    return absl::Status(CodeOf(e.sqlstate()), WordsOf(e.what(), parameters));
  } catch (const pqxx::transaction_rollback& e) {
    return absl::AbortedError(WordsOf(e.what(), parameters));
  } catch (const pqxx::in_doubt_error&) {
    return absl::UnavailableError("the connection broke while it committed: whether it did is not known");
  } catch (const pqxx::broken_connection& e) {
    return absl::UnavailableError(WordsOf(e.what(), parameters));
  } catch (const std::exception& e) {
    return absl::InternalError(WordsOf(e.what(), parameters));
  }
}

}  // namespace

class Session::Connection : private ConnectionHolder, public pqxx::connection_base {
 public:
  explicit Connection(ConnectionHandle handle)
      : ConnectionHolder{GivenConnection(std::move(handle))}, connection_base(ConnectionHolder::given) {
    init();
  }
  ~Connection() { close(); }
};

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const Server& server, const std::string& database,
                                                       absl::Duration timeout) {
  ASSIGN_OR_RETURN(ConnectionHandle handle, Connect(server, database, timeout));
  UniqueFd socket(fcntl(PQsocket(handle.get()), F_DUPFD_CLOEXEC, 0));
  if (socket.get() < 0) return ErrnoStatus(errno, "a connection's socket");
  try {
    return std::unique_ptr<Session>(
        new Session(std::make_unique<Connection>(std::move(handle)), std::move(socket)));
  } catch (const std::exception& e) {
    return absl::UnavailableError(WordsOf(e.what(), {}));
  }
}

Session::Session(std::unique_ptr<Connection> connection, UniqueFd socket)
    : connection_(std::move(connection)), socket_(std::move(socket)) {}
Session::~Session() = default;

bool Session::Usable() const {
  if (cut_ || !connection_->is_open()) return false;
  pollfd fd{socket_.get(), POLLIN, 0};
  return poll(&fd, 1, 0) == 0;  // an idle server says nothing but that it goes
}

void Session::Cut() {
  cut_ = true;
  (void)shutdown(socket_.get(), SHUT_RDWR);
}

absl::StatusOr<Rows> Session::Run(const std::string& statement, const Parameters& parameters,
                                  const QueryOptions& options) {
  absl::StatusOr<Rows> rows = absl::UnknownError("");
  try {
    rows = RunThrowing(statement, parameters, options);
  } catch (...) {
    rows = Caught(parameters);
  }
  if (rows.ok() || (!cut_ && connection_->is_open())) return rows;
  if (cut_)
    return absl::DeadlineExceededError(
        absl::StrCat("no answer within ", absl::FormatDuration(options.timeout)));
  return absl::UnavailableError(rows.status().message().empty() ? "the connection broke"
                                                                : rows.status().message());
}

absl::StatusOr<Rows> Session::RunThrowing(const std::string& statement, const Parameters& parameters,
                                          const QueryOptions& options) {
  if (options.timeout != timeout_) {
    pqxx::nontransaction set(*connection_);
    set.exec(absl::StrCat("SET statement_timeout = ",
                          std::max<int64_t>(1, absl::ToInt64Milliseconds(options.timeout))));
    timeout_ = options.timeout;
  }
  if (options.read_only) {
    pqxx::read_transaction transaction(
        *connection_);  // taken back at its end: it leaves no setting behind either
    if (HasCursor(statement)) return FetchAll(transaction, statement, parameters, options);
    return Collect(Execute(transaction, statement, parameters), options);
  }
  if (!options.transaction) {
    pqxx::nontransaction each(*connection_);
    return Collect(Execute(each, statement, parameters), options);
  }
  pqxx::work transaction(*connection_);
  const pqxx::result result = Execute(transaction, statement, parameters);
  ASSIGN_OR_RETURN(Rows rows, Collect(result, options));
  transaction.commit();
  return rows;
}

}  // namespace devstats::postgres
