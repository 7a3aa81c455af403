#include "common/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats {
namespace {

constexpr char kMemory[] = ":memory:";
constexpr int kBusyMs = 10'000;  // another process (a person's sqlite3) may look for that long

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

absl::StatusCode CodeOf(int extended) {
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return absl::StatusCode::kAlreadyExists;
  }
  switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kUnavailable;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_CONSTRAINT:
      return absl::StatusCode::kFailedPrecondition;
    default:
      return absl::StatusCode::kInternal;
  }
}

// SQLite makes the WAL with the mode of the file, so the file is made first, for us alone.
absl::Status MakePrivateFile(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return ErrnoStatus(errno, path);
  if (fchmod(fd.get(), 0600) != 0) return ErrnoStatus(errno, path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const UniqueFd dir(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir || fsync(dir.get()) != 0) return ErrnoStatus(errno, folder);
  return absl::OkStatus();
}

int Bind(sqlite3_stmt* statement, int index, const SqlValue& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return sqlite3_bind_int64(statement, index, *number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return sqlite3_bind_null(statement, index);
}

SqlValue Column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_INTEGER:
      return static_cast<int64_t>(sqlite3_column_int64(statement, index));
    default: {  // text, blob; a floating-point number as its text
      const void* data = sqlite3_column_blob(statement, index);
      const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, index));
      return size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
    }
  }
}

}  // namespace

int64_t AsInt(const SqlValue& v) {
  const auto* number = std::get_if<int64_t>(&v);
  return number == nullptr ? 0 : *number;
}

std::string AsText(const SqlValue& v) {
  const auto* text = std::get_if<std::string>(&v);
  return text == nullptr ? std::string() : *text;
}

void Database::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

Database::~Database() = default;

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path,
                                                         const std::vector<std::string>& migrations) {
  if (path != kMemory) RETURN_IF_ERROR(MakePrivateFile(path), "open database");
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Database> database(new Database(raw));  // even after a failure there is something to close
  if (code != SQLITE_OK) {
    return absl::Status(CodeOf(code), absl::StrCat("open database ", path, ": ", sqlite3_errstr(code)));
  }
  RETURN_IF_ERROR(database->Prepare(path, migrations), absl::StrCat("open database ", path));
  return database;
}

absl::Status Database::Prepare(const std::string& path, const std::vector<std::string>& migrations) {
  sqlite3_busy_timeout(db_.get(), kBusyMs);
  sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  RETURN_IF_ERROR(Script("PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;"));
  ASSIGN_OR_RETURN(const auto mode, Run("PRAGMA journal_mode=WAL"));
  const std::string text = mode.empty() ? "" : AsText(mode[0][0]);
  if (path != kMemory && text != "wal") {
    return absl::FailedPreconditionError(absl::StrCat("journal mode is ", text, ", not wal"));
  }
  RETURN_IF_ERROR(Script("PRAGMA synchronous=FULL;"));
  return Migrate(migrations);
}

absl::Status Database::Migrate(const std::vector<std::string>& migrations) {
  for (bool done = false; !done;) {
    // The version is read within the transaction: another process may be migrating too.
    RETURN_IF_ERROR(Transact([&](Database& db) -> absl::Status {
      ASSIGN_OR_RETURN(const auto rows, db.Run("PRAGMA user_version"));
      const auto version = static_cast<size_t>(AsInt(rows[0][0]));
      if (version > migrations.size()) {
        return Hint(absl::FailedPreconditionError(
                        absl::StrCat("is of version ", version, "; this program knows ", migrations.size())),
                    "install the newer package again: a database is never taken back to an older version");
      }
      done = version == migrations.size();
      if (done) return absl::OkStatus();
      RETURN_IF_ERROR(db.Script(migrations[version]), absl::StrCat("migration ", version + 1));
      return db.Script(absl::StrCat("PRAGMA user_version=", version + 1));
    }));
  }
  return absl::OkStatus();
}

absl::Status Database::Script(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return Error("database");
}

absl::Status Database::Error(absl::string_view context) const {
  return absl::Status(CodeOf(sqlite3_extended_errcode(db_.get())),
                      absl::StrCat(context, ": ", sqlite3_errmsg(db_.get())));
}

absl::StatusOr<std::vector<SqlRow>> Database::Run(absl::string_view sql, const std::vector<SqlValue>& args) {
  if (owner_.load() == std::this_thread::get_id()) return RunLocked(sql, args);
  absl::MutexLock lock(&mu_);
  return RunLocked(sql, args);
}

absl::StatusOr<std::vector<SqlRow>> Database::RunLocked(absl::string_view sql,
                                                        const std::vector<SqlValue>& args) {
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int prepared = sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &raw, &tail);
  const Statement statement(raw);
  if (prepared != SQLITE_OK) return Error(sql);
  const absl::string_view rest(tail, static_cast<size_t>(sql.data() + sql.size() - tail));
  if (!statement || !absl::StripAsciiWhitespace(rest).empty()) {
    return absl::InvalidArgumentError(absl::StrCat("not one statement: ", sql));
  }
  if (sqlite3_bind_parameter_count(raw) != static_cast<int>(args.size())) {
    return absl::InvalidArgumentError(absl::StrCat(args.size(), " arguments for ",
                                                   sqlite3_bind_parameter_count(raw), " parameters: ", sql));
  }
  for (size_t i = 0; i < args.size(); ++i) {
    if (Bind(raw, static_cast<int>(i) + 1, args[i]) != SQLITE_OK) return Error(sql);
  }
  std::vector<SqlRow> rows;
  int step = 0;
  while ((step = sqlite3_step(raw)) == SQLITE_ROW) {
    SqlRow& row = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(raw); ++i) row.push_back(Column(raw, i));
  }
  if (step != SQLITE_DONE) return Error(sql);
  return rows;
}

absl::Status Database::Transact(absl::FunctionRef<absl::Status(Database&)> body) {
  if (owner_.load() == std::this_thread::get_id()) {
    return absl::FailedPreconditionError("a database transaction within another");
  }
  absl::MutexLock lock(&mu_);
  RETURN_IF_ERROR(Script("BEGIN IMMEDIATE"));
  owner_ = std::this_thread::get_id();
  const auto release = absl::MakeCleanup([&] { owner_ = std::thread::id(); });
  absl::Status status = body(*this);
  if (status.ok()) status = Script("COMMIT");
  // SQLite has rolled back by itself after some errors (disk full).
  if (!status.ok() && sqlite3_get_autocommit(db_.get()) == 0) (void)Script("ROLLBACK");
  return status;
}

int64_t Database::Changes() const { return sqlite3_changes64(db_.get()); }

}  // namespace devstats
