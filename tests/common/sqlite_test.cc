#include "common/sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "common/files.h"
#include "tests/common/child.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"

namespace devstats {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kTable = {"CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT) STRICT"};

std::unique_ptr<Database> OpenTable(const std::string& path = ":memory:") {
  auto db = Database::Open(path, kTable);
  EXPECT_TRUE(db.ok()) << db.status();
  return db.ok() ? *std::move(db) : nullptr;
}

int64_t CountRows(Database& db) { return AsInt((*db.Run("SELECT count(*) FROM t"))[0][0]); }

TEST(Database, ValuesComeBackAsTheyWere) {
  auto db = OpenTable();
  const std::string odd("a\0b'\"\xff\n", 7);
  ASSERT_TRUE(db->Run("INSERT INTO t VALUES (?, ?), (?, ?)", {int64_t{-5}, odd, INT64_MAX, {}}).ok());
  const auto rows = db->Run("SELECT k, v, x'00ff', '', 1.5 FROM t ORDER BY k");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ(AsInt((*rows)[0][0]), -5);
  EXPECT_EQ(AsText((*rows)[0][1]), odd);
  EXPECT_EQ(AsText((*rows)[0][2]), std::string("\0\xff", 2));
  EXPECT_EQ((*rows)[0][3], SqlValue(std::string()));
  EXPECT_EQ(AsText((*rows)[0][4]), "1.5");
  EXPECT_EQ(AsInt((*rows)[1][0]), INT64_MAX);
  EXPECT_EQ((*rows)[1][1], SqlValue());
  EXPECT_EQ(AsText((*rows)[1][1]), "");
  EXPECT_EQ(AsInt((*rows)[0][1]), 0);
}

TEST(Database, ErrorsNameTheStatementAndHaveACode) {
  auto db = OpenTable();
  const auto syntax = db->Run("SELEC 1");
  EXPECT_EQ(syntax.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(syntax.status().message()), HasSubstr("SELEC"));
  ASSERT_TRUE(db->Run("INSERT INTO t VALUES (1, 'a')").ok());
  EXPECT_EQ(db->Run("INSERT INTO t VALUES (1, 'b')").status().code(), absl::StatusCode::kAlreadyExists);
}

TEST(Database, OneStatementWithAllItsArguments) {
  auto db = OpenTable();
  for (const char* sql : {"", "  ", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE t"}) {
    EXPECT_EQ(db->Run(sql).status().code(), absl::StatusCode::kInvalidArgument) << sql;
  }
  EXPECT_TRUE(db->Run("SELECT 1;  \n").ok());
  EXPECT_FALSE(db->Run("SELECT ?").ok());
  EXPECT_FALSE(db->Run("SELECT 1", {int64_t{1}}).ok());
  EXPECT_EQ(CountRows(*db), 0);
}

TEST(Database, TransactionCommitsOrRollsBack) {
  auto db = OpenTable();
  EXPECT_TRUE(db->Transact([](Database& d) {
                  EXPECT_TRUE(d.Run("INSERT INTO t VALUES (1, 'a'), (2, 'b')").ok());
                  EXPECT_EQ(d.Changes(), 2);
                  return absl::OkStatus();
                }).ok());
  const absl::Status failed = db->Transact([](Database& d) {
    EXPECT_TRUE(d.Run("DELETE FROM t").ok());
    EXPECT_EQ(CountRows(d), 0);
    return absl::AbortedError("no");
  });
  EXPECT_EQ(failed, absl::AbortedError("no"));
  EXPECT_EQ(CountRows(*db), 2);
  EXPECT_TRUE(db->Run("DELETE FROM t").ok());  // the lock is free again
}

TEST(Database, NestingIsRefusedAndTheOuterGoesOn) {
  auto db = OpenTable();
  EXPECT_TRUE(db->Transact([](Database& d) {
                  const auto nested = d.Transact([](Database&) { return absl::OkStatus(); });
                  EXPECT_EQ(nested.code(), absl::StatusCode::kFailedPrecondition);
                  return d.Run("INSERT INTO t VALUES (1, 'a')").status();
                }).ok());
  EXPECT_EQ(CountRows(*db), 1);
}

TEST(Database, AFailedStatementWithinDoesNotEndTheTransaction) {
  auto db = OpenTable();
  EXPECT_TRUE(db->Transact([](Database& d) {
                  EXPECT_TRUE(d.Run("INSERT INTO t VALUES (1, 'a')").ok());
                  EXPECT_FALSE(d.Run("INSERT INTO t VALUES (1, 'a')").ok());
                  return d.Run("INSERT INTO t VALUES (2, 'a')").status();
                }).ok());
  EXPECT_EQ(CountRows(*db), 2);
}

TEST(Database, ThreadsTakeTurns) {
  auto db = OpenTable();
  ASSERT_TRUE(db->Run("INSERT INTO t VALUES (1, '0')").ok());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(db->Transact([](Database& d) {
                        const auto rows = d.Run("SELECT v FROM t WHERE k = 1");
                        const int v = std::stoi(AsText((*rows)[0][0]));
                        return d.Run("UPDATE t SET v = ? WHERE k = 1", {std::to_string(v + 1)}).status();
                      }).ok());
        EXPECT_TRUE(db->Run("SELECT v FROM t").ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(AsText((*db->Run("SELECT v FROM t WHERE k = 1"))[0][0]), "200");
}

TEST(Database, ForeignKeysHoldAndTheFileIsPrivate) {
  TempDir dir;
  auto db = Database::Open(dir / "db", {"CREATE TABLE a (k INTEGER PRIMARY KEY);"
                                        "CREATE TABLE b (a INTEGER REFERENCES a (k))"});
  ASSERT_TRUE(db.ok()) << db.status();
  EXPECT_EQ((*db)->Run("INSERT INTO b VALUES (9)").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(AsText((*(*db)->Run("PRAGMA journal_mode"))[0][0]), "wal");
  EXPECT_EQ(AsInt((*(*db)->Run("PRAGMA synchronous"))[0][0]), 2);
  EXPECT_EQ(AsInt((*(*db)->Run("PRAGMA trusted_schema"))[0][0]), 0);
  for (const char* name : {"db", "db-wal", "db-shm"}) {
    struct stat st {};
    ASSERT_EQ(stat((dir / name).c_str(), &st), 0) << name;
    EXPECT_EQ(st.st_mode & 0777, 0600u) << name;
  }
}

TEST(Database, MigrationsRunOnceAndInOrder) {
  TempDir dir;
  std::vector<std::string> migrations = kTable;
  { EXPECT_TRUE(OpenTable(dir / "db")->Run("INSERT INTO t VALUES (1, 'kept')").ok()); }
  migrations.push_back("ALTER TABLE t ADD COLUMN w TEXT; UPDATE t SET w = v || '!'");
  for (int i = 0; i < 2; ++i) {
    auto db = Database::Open(dir / "db", migrations);
    ASSERT_TRUE(db.ok()) << db.status();
    EXPECT_EQ(AsText((*(*db)->Run("SELECT w FROM t"))[0][0]), "kept!");
    EXPECT_EQ(AsInt((*(*db)->Run("PRAGMA user_version"))[0][0]), 2);
  }
  EXPECT_EQ(Database::Open(dir / "db", kTable).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Database, AFailedMigrationLeavesTheVersionBefore) {
  TempDir dir;
  std::vector<std::string> migrations = kTable;
  migrations.push_back("INSERT INTO t VALUES (1, 'half'); CREATE NONSENSE");
  const auto failed = Database::Open(dir / "db", migrations);
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("migration 2"));
  auto db = OpenTable(dir / "db");
  ASSERT_NE(db, nullptr);
  EXPECT_EQ(CountRows(*db), 0);
}

TEST(Database, WhatIsNotADatabaseIsDataLossAndStays) {
  TempDir dir;
  const std::string junk(5000, 'j');
  ASSERT_TRUE(WriteFileAtomic(dir / "db", junk).ok());
  EXPECT_EQ(Database::Open(dir / "db", kTable).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(*ReadFile(dir / "db"), junk);
  EXPECT_EQ(Database::Open(dir / "none/db", kTable).status().code(), absl::StatusCode::kNotFound);
  ASSERT_EQ(symlink("elsewhere", (dir / "link").c_str()), 0);
  EXPECT_FALSE(Database::Open(dir / "link", kTable).ok());
  EXPECT_FALSE(Exists(dir / "elsewhere"));
}

// Told "row N is committed" by a process that is then killed in the midst of its writes, another finds N.
TEST(Database, WhatWasCommittedSurvivesAKill) {
  TempDir dir;
  for (int round = 0; round < 3; ++round) {
    int told[2];
    ASSERT_EQ(pipe(told), 0);
    Child child([&] {
      auto db = Database::Open(dir / "db", kTable);
      if (!db.ok()) _exit(1);
      while (true) {
        const auto rows = (*db)->Run("INSERT INTO t (v) VALUES ('x') RETURNING k");
        if (!rows.ok()) _exit(2);
        const int64_t k = AsInt((*rows)[0][0]);
        if (write(told[1], &k, sizeof k) != sizeof k) _exit(3);
      }
    });
    close(told[1]);
    int64_t last = 0;
    for (int i = 0; i < 20; ++i) ASSERT_EQ(read(told[0], &last, sizeof last), ssize_t{sizeof last});
    child.Kill();
    int64_t k = 0;
    while (read(told[0], &k, sizeof k) == sizeof k) last = k;
    close(told[0]);
    EXPECT_TRUE(WIFSIGNALED(child.Wait()));
    auto db = OpenTable(dir / "db");
    EXPECT_GE(CountRows(*db), last);
    EXPECT_EQ(AsText((*db->Run("PRAGMA integrity_check"))[0][0]), "ok");
  }
}

TEST(Database, AKillWithinATransactionLeavesNothingOfIt) {
  TempDir dir;
  EXPECT_TRUE(DiesBySigkill([&] {
    auto db = Database::Open(dir / "db", kTable);
    if (!db.ok()) _exit(1);
    (void)(*db)->Run("INSERT INTO t VALUES (1, 'whole')");
    (void)(*db)->Transact([](Database& d) {
      (void)d.Run("INSERT INTO t VALUES (2, 'half')");
      raise(SIGKILL);
      return absl::OkStatus();
    });
  }));
  EXPECT_EQ(CountRows(*OpenTable(dir / "db")), 1);
}

TEST(Database, ProcessesOpenAndWriteAtOnce) {
  TempDir dir;
  constexpr int kProcesses = 4, kRows = 20;
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(std::make_unique<Child>([&] {
      auto db = Database::Open(dir / "db", kTable);
      if (!db.ok()) {
        fprintf(stderr, "%s\n", db.status().ToString().c_str());
        _exit(1);
      }
      for (int n = 0; n < kRows; ++n) {
        if (!(*db)->Run("INSERT INTO t (v) VALUES ('x')").ok()) _exit(2);
      }
    }));
  }
  for (auto& child : children) EXPECT_EQ(child->Wait(), 0);
  EXPECT_EQ(CountRows(*OpenTable(dir / "db")), kProcesses * kRows);
}

}  // namespace
}  // namespace devstats
