#include "coordinator/devstats/upkeep/image_locks.h"

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::domain {

std::string ImageLockStore::Schema() {
  return R"sql(
CREATE TABLE image_locks (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  environment TEXT NOT NULL,
  kind TEXT NOT NULL,
  written TEXT NOT NULL,
  reference TEXT NOT NULL,
  set_by TEXT NOT NULL,
  at INTEGER NOT NULL               -- Unix milliseconds
);
CREATE INDEX image_locks_kind ON image_locks(environment, kind);
)sql";
}

absl::StatusOr<std::vector<ImageLock>> ImageLockStore::List(Database& db, const std::string& environment,
                                                            const std::string& kind) {
  ASSIGN_OR_RETURN(const auto rows, db.Run("SELECT kind, written, reference, set_by, at FROM image_locks "
                                           "WHERE environment = ? AND kind = ? ORDER BY n DESC",
                                           {environment, kind}));
  std::vector<ImageLock> locks;
  for (const SqlRow& row : rows)
    locks.push_back({AsText(row[0]), AsText(row[1]), AsText(row[2]), AsText(row[3]),
                     absl::FromUnixMillis(AsInt(row[4]))});
  return locks;
}

absl::StatusOr<ImageLocks> ImageLockStore::Nth(const std::string& environment, size_t n) {
  ASSIGN_OR_RETURN(const auto kinds,
                   db_->Run("SELECT DISTINCT kind FROM image_locks WHERE environment = ?", {environment}));
  ImageLocks out;
  for (const SqlRow& row : kinds) {
    ASSIGN_OR_RETURN(const std::vector<ImageLock> locks, List(*db_, environment, AsText(row[0])));
    if (locks.size() > n) out[locks[n].kind] = locks[n];
  }
  return out;
}

absl::StatusOr<ImageLocks> ImageLockStore::InForce(const std::string& environment) {
  return Nth(environment, 0);
}

absl::StatusOr<ImageLocks> ImageLockStore::Earlier(const std::string& environment) {
  return Nth(environment, 1);
}

absl::Status ImageLockStore::Add(const std::string& environment, const std::vector<ImageLock>& locks) {
  FaultPoint("images.add", environment);
  return db_->Transact([&](Database& db) -> absl::Status {
    for (const ImageLock& lock : locks) {
      ASSIGN_OR_RETURN(const std::vector<ImageLock> before, List(db, environment, lock.kind));
      if (!before.empty() && before[0].written == lock.written && before[0].reference == lock.reference)
        continue;
      RETURN_IF_ERROR(db.Run("INSERT INTO image_locks (environment, kind, written, reference, set_by, at) "
                             "VALUES (?, ?, ?, ?, ?, ?)",
                             {environment, lock.kind, lock.written, lock.reference, lock.set_by,
                              absl::ToUnixMillis(clock_->Now())})
                          .status());
    }
    return absl::OkStatus();
  });
}

absl::Status ImageLockStore::UndoOne(Database& db, const std::string& environment, const std::string& kind) {
  ASSIGN_OR_RETURN(const std::vector<ImageLock> locks, List(db, environment, kind));
  if (locks.size() < 2)
    return Hint(absl::FailedPreconditionError(absl::StrCat("there is no earlier image of ", kind)),
                "devstatsctl env images set takes any image, by its tag or digest");
  if (locks[0].written != locks[1].written)
    return absl::FailedPreconditionError(absl::StrCat("the earlier image of ", kind, " was for ",
                                                      locks[1].written, " in cluster.yaml, which has ",
                                                      locks[0].written, " since: write that back first"));
  return db
      .Run(
          "DELETE FROM image_locks WHERE n = (SELECT max(n) FROM image_locks WHERE environment = ? AND kind "
          "= ?)",
          {environment, kind})
      .status();
}

absl::Status ImageLockStore::Undo(const std::string& environment, const std::vector<std::string>& kinds) {
  return db_->Transact([&](Database& db) -> absl::Status {
    for (const std::string& kind : kinds) RETURN_IF_ERROR(UndoOne(db, environment, kind));
    return absl::OkStatus();
  });
}

}  // namespace devstats::domain
