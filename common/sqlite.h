// A thin door to SQLite: WAL, synchronous=FULL (a committed write survives a power cut), foreign keys on.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

struct sqlite3;

namespace devstats {

using SqlValue = std::variant<std::monostate, int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

int64_t AsInt(const SqlValue& v);       // 0 unless an integer
std::string AsText(const SqlValue& v);  // "" unless text

class Database {
 public:
  // Opens or makes the file (mode 0600). `migrations` are SQL scripts; those beyond PRAGMA user_version are
  // run in one transaction each. FailedPrecondition when the file is newer than the list. ":memory:" for
  // tests.
  // A migration that has been released is never edited; a new one is appended.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path,
                                                        const std::vector<std::string>& migrations);
  ~Database();

  // One statement with ? parameters; its rows (none for writes). Each call is its own transaction unless
  // within Transact. Thread-safe.
  absl::StatusOr<std::vector<SqlRow>> Run(absl::string_view sql, const std::vector<SqlValue>& args = {});
  // Runs `body` in BEGIN IMMEDIATE ... COMMIT; rolled back when it returns an error. Nesting is
  // FailedPrecondition. Other threads wait meanwhile.
  absl::Status Transact(absl::FunctionRef<absl::Status(Database&)> body);
  // Rows changed by the last Run of this thread's transaction; use within Transact only.
  int64_t Changes() const;

 private:
  explicit Database(sqlite3* db) : db_(db) {}
  absl::Status Prepare(const std::string& path, const std::vector<std::string>& migrations);
  absl::Status Migrate(const std::vector<std::string>& migrations);
  absl::Status Script(const std::string& sql);
  absl::Status Error(absl::string_view context) const;
  absl::StatusOr<std::vector<SqlRow>> RunLocked(absl::string_view sql, const std::vector<SqlValue>& args);
  struct Close {
    void operator()(sqlite3* db) const;
  };
  mutable absl::Mutex mu_;
  std::unique_ptr<sqlite3, Close> db_;
  std::atomic<std::thread::id> owner_{};  // the thread that is within Transact
};

}  // namespace devstats
