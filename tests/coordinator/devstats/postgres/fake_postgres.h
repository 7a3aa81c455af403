// A server in memory: each database is one of SQLite, with the schemas public and pg_catalog, so that plain
// statements (SELECT, INSERT ... SELECT ... WHERE NOT EXISTS, UPDATE, DELETE; $1; CURRENT_TIMESTAMP; names as
// public.t) mean what they mean in PostgreSQL. What SQLite does not understand, or should answer otherwise,
// is told with On().
#pragma once
#include <sqlite3.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

class FakePostgres : public Postgres {
 public:
  using Answer =
      std::function<absl::StatusOr<Rows>(const std::string& database, const Parameters& parameters)>;
  using Rule = std::function<absl::Status(const std::string& database, const std::string& statement)>;

  void AddDatabase(const std::string& name) {
    const absl::MutexLock lock(&mu_);
    databases_[name] = Open();
  }
  void DropDatabase(const std::string& name) {
    const absl::MutexLock lock(&mu_);
    databases_.erase(name);
  }
  // Statements of SQLite's, in a database that is there.
  void Script(const std::string& database, const std::string& sql) {
    const absl::MutexLock lock(&mu_);
    char* error = nullptr;
    if (sqlite3_exec(databases_.at(database).get(), sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
      fprintf(stderr, "%s: %s\n", error, sql.c_str());
      abort();
    }
  }
  // Statements that contain `part` are answered so; the last told goes first. It must not ask the fake.
  void On(const std::string& part, Answer answer) {
    const absl::MutexLock lock(&mu_);
    answers_.insert(answers_.begin(), {part, std::move(answer)});
  }
  // Asked before each statement: an error is what becomes of it.
  void Guard(Rule rule) {
    const absl::MutexLock lock(&mu_);
    guard_ = std::move(rule);
  }
  // What CURRENT_TIMESTAMP says; else the time of the day.
  void SetTime(absl::Time now) {
    const absl::MutexLock lock(&mu_);
    now_ = now;
  }
  // "DATABASE: STATEMENT" of all that were asked for.
  std::vector<std::string> asked() const {
    const absl::MutexLock lock(&mu_);
    return asked_;
  }

  absl::StatusOr<Rows> Query(const std::string& database, const std::string& statement,
                             const Parameters& parameters = {}, const QueryOptions& options = {}) override {
    const absl::MutexLock lock(&mu_);
    asked_.push_back(absl::StrCat(database, ": ", statement));
    if (options.read_only && !options.transaction) return absl::InvalidArgumentError("read only");
    for (const auto& p : parameters) {
      if (p && p->find('\0') != std::string::npos)
        return absl::InvalidArgumentError("a parameter with a zero byte");
    }
    if (guard_) RETURN_IF_ERROR(guard_(database, statement));
    for (const auto& [part, answer] : answers_) {
      if (absl::StrContains(statement, part)) return answer(database, parameters);
    }
    const auto db = databases_.find(database);
    if (db == databases_.end()) {
      return absl::NotFoundError(absl::StrCat("database \"", database, "\" does not exist"));
    }
    return Run(db->second.get(), statement, parameters, options);
  }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  using Db = std::unique_ptr<sqlite3, Close>;

  static Db Open() {
    sqlite3* db = nullptr;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) abort();
    const char* schemas = "ATTACH ':memory:' AS public; ATTACH ':memory:' AS pg_catalog";
    if (sqlite3_exec(db, schemas, nullptr, nullptr, nullptr) != SQLITE_OK) abort();
    return Db(db);
  }

  static absl::Status ErrorOf(sqlite3* db, int code) {
    const std::string words = sqlite3_errmsg(db);
    switch (code & 0xff) {
      case SQLITE_CONSTRAINT:
        return absl::AlreadyExistsError(words);
      case SQLITE_READONLY:
        return absl::FailedPreconditionError(words);
      case SQLITE_INTERRUPT:
        return absl::DeadlineExceededError(words);
      default:
        break;
    }
    if (absl::StrContains(words, "no such table")) return absl::NotFoundError(words);
    if (absl::StrContains(words, "already exists")) return absl::AlreadyExistsError(words);
    return absl::InvalidArgumentError(words);
  }

  absl::StatusOr<Rows> Run(sqlite3* db, std::string statement, const Parameters& parameters,
                           const QueryOptions& options) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    if (now_ != absl::InfinitePast()) {
      const std::string now = absl::FormatTime("'%Y-%m-%d %H:%M:%E6S'", now_, absl::UTCTimeZone());
      statement = absl::StrReplaceAll(statement, {{"CURRENT_TIMESTAMP", now}});
    }
    absl::Time deadline = absl::Now() + options.timeout;
    const auto late = [](void* when) { return absl::Now() > *static_cast<absl::Time*>(when) ? 1 : 0; };
    sqlite3_progress_handler(db, 1000, late, &deadline);
    sqlite3_exec(db, options.read_only ? "PRAGMA query_only=1" : "PRAGMA query_only=0", nullptr, nullptr,
                 nullptr);
    auto rows = Step(db, statement, parameters, options);
    sqlite3_progress_handler(db, 0, nullptr, nullptr);
    sqlite3_exec(db, "PRAGMA query_only=0", nullptr, nullptr, nullptr);
    return rows;
  }

  static absl::StatusOr<Rows> Step(sqlite3* db, const std::string& statement, const Parameters& parameters,
                                   const QueryOptions& options) {
    sqlite3_stmt* made = nullptr;
    const int prepared = sqlite3_prepare_v2(db, statement.c_str(), -1, &made, nullptr);
    const std::unique_ptr<sqlite3_stmt, Close> s(made);
    if (prepared != SQLITE_OK) return ErrorOf(db, prepared);
    for (size_t i = 0; i < parameters.size(); ++i) {
      const int at = sqlite3_bind_parameter_index(made, absl::StrCat("$", i + 1).c_str());
      if (at == 0) return absl::InvalidArgumentError("a parameter too many");
      if (parameters[i]) sqlite3_bind_text(made, at, parameters[i]->c_str(), -1, SQLITE_TRANSIENT);
    }
    Rows rows;
    const int columns = sqlite3_column_count(made);
    for (int i = 0; i < columns; ++i) rows.columns.emplace_back(sqlite3_column_name(made, i));
    size_t bytes = 0;
    for (int code; (code = sqlite3_step(made)) != SQLITE_DONE;) {
      if (code != SQLITE_ROW) return ErrorOf(db, code);
      Row& row = rows.rows.emplace_back();
      for (int i = 0; i < columns; ++i) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(made, i));
        row.push_back(text ? std::make_optional<std::string>(text) : std::nullopt);
        bytes += text ? row.back()->size() : 0;
      }
      if (rows.rows.size() > options.most_rows || bytes > options.most_bytes) {
        return absl::ResourceExhaustedError("too many rows");
      }
    }
    return rows;
  }

  mutable absl::Mutex mu_;
  std::map<std::string, Db> databases_ ABSL_GUARDED_BY(mu_);
  std::vector<std::pair<std::string, Answer>> answers_ ABSL_GUARDED_BY(mu_);
  Rule guard_ ABSL_GUARDED_BY(mu_);
  absl::Time now_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  std::vector<std::string> asked_ ABSL_GUARDED_BY(mu_);
};

}  // namespace devstats::postgres
