// Flags, logs and databases as DevStats' own programs write them, on a real server.
#include <thread>

#include "absl/strings/match.h"
#include "coordinator/devstats/patroni/status.h"
#include "coordinator/devstats/postgres/bootstrap.h"
#include "coordinator/devstats/postgres/databases.h"
#include "coordinator/devstats/postgres/flags.h"
#include "coordinator/devstats/postgres/logs.h"
#include "tests/integration/postgres/server.h"

namespace devstats::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr QueryOptions kChange{.read_only = false};
constexpr QueryOptions kApart{.read_only = false, .transaction = false};

// A server whose wall is not in UTC, bootstrapped, with the database of one project.
class RealDevstats : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto admin = SharedServer().Connect();
    Do(*admin, "postgres", "ALTER SYSTEM SET timezone = 'Asia/Tokyo'", kApart);
    Do(*admin, "postgres", "SELECT pg_reload_conf()");
    BootstrapOptions options;
    for (const char* role : {kAdminRole, kReadRole, kTeamRole}) options.passwords[role] = Secret("pass");
    const auto made = Complete(*admin, options);
    ASSERT_TRUE(made.ok()) << made.status();
    Do(*admin, "postgres", "CREATE DATABASE gha", kApart);
    Do(*admin, "gha",
       "CREATE TABLE gha_computed (metric text NOT NULL, dt timestamp NOT NULL, PRIMARY KEY (metric, dt))");
    Do(*admin, "gha", "CREATE TABLE gha_parsed (dt timestamp PRIMARY KEY)");
    Do(*admin, "gha", "CREATE TABLE sevents_h (time timestamp, period text)");
  }
  static void TearDownTestSuite() {
    const auto admin = SharedServer().Connect();
    Do(*admin, "postgres", "ALTER SYSTEM RESET timezone", kApart);
    Do(*admin, "postgres", "SELECT pg_reload_conf()");
    for (const char* database : {"gha", "devstats"}) {
      Do(*admin, "postgres", absl::StrCat("DROP DATABASE ", database, " WITH (FORCE)"), kApart);
    }
  }
  static void Do(Postgres& postgres, const std::string& database, const std::string& statement,
                 const QueryOptions& options = kChange) {
    const absl::Status done = postgres.Query(database, statement, {}, options).status();
    ASSERT_TRUE(done.ok()) << statement << ": " << done;
  }
  void Say(const std::string& ago, const std::string& program, const std::string& project,
           const std::string& message) {
    const auto said = postgres_->Query("devstats",
                                       "INSERT INTO gha_logs (dt, prog, proj, run_dt, msg) "
                                       "VALUES (now() - $1::interval, $2, $3, now(), $4)",
                                       {ago, program, project, message}, kChange);
    ASSERT_TRUE(said.ok()) << said.status();
  }
  static std::string Text(const absl::StatusOr<Rows>& rows) {
    return rows.ok() && !rows->rows.empty() ? rows->rows[0][0].value_or("") : rows.status().ToString();
  }
  std::unique_ptr<Postgres> postgres_ = SharedServer().Connect();
};

TEST_F(RealDevstats, HasFlagsWithTheirAge) {
  Do(*postgres_, "gha",
     "INSERT INTO gha_computed (metric, dt) SELECT 'devstats_running', now() - interval '10 hours' WHERE NOT "
     "EXISTS "
     "(SELECT 1 FROM gha_computed WHERE metric = 'devstats_running')");
  ASSERT_TRUE(SetProvisioned(*postgres_, "gha").ok());
  ASSERT_TRUE(SetProvisioned(*postgres_, "gha").ok());
  const auto flags = ReadFlags(*postgres_, "gha");
  ASSERT_TRUE(flags.ok()) << flags.status();
  ASSERT_EQ(flags->size(), 2u);
  EXPECT_TRUE(IsProvisioned(*flags));
  const Flag* running = Find(*flags, kRunning);
  ASSERT_NE(running, nullptr);
  EXPECT_TRUE(IsStale(*running));
  EXPECT_LT(running->age, absl::Hours(10) + absl::Minutes(5));
  EXPECT_TRUE(Clear(*postgres_, *Unheld::Proven(*running, {})).ok());
  EXPECT_EQ(Find(*ReadFlags(*postgres_, "gha"), kRunning), nullptr);
}

TEST_F(RealDevstats, HasLocksWithTheirOwner) {
  Do(*postgres_, "devstats",
     "INSERT INTO gha_locks (name, owner) VALUES ('giant_lock', 'restore-17') ON CONFLICT DO NOTHING");
  Do(*postgres_, "devstats",
     "INSERT INTO gha_computed (metric, dt) VALUES ('affs_lock_gha', now() - interval '1 hour')");
  const auto locks = ReadFlags(*postgres_, "devstats");
  ASSERT_TRUE(locks.ok()) << locks.status();
  ASSERT_EQ(locks->size(), 2u);
  EXPECT_THAT(Describe(locks->at(1)),
              ::testing::AllOf(HasSubstr("giant_lock in devstats"), HasSubstr("held by restore-17")));
  const auto proof = Unheld::Proven(locks->at(1), {});
  Do(*postgres_, "devstats", "UPDATE gha_locks SET dt = now(), owner = 'restore-18'");
  EXPECT_TRUE(absl::IsAborted(Clear(*postgres_, *proof)));
  const auto left = ReadFlags(*postgres_, "devstats");
  for (const Flag& lock : *left) {
    EXPECT_TRUE(Clear(*postgres_, *Unheld::Proven(lock, {})).ok());
  }
  EXPECT_THAT(*ReadFlags(*postgres_, "devstats"), ::testing::IsEmpty());
}

TEST_F(RealDevstats, IsJudgedByWhatItsLogSays) {
  Say("3 hours", "devstats", "", "Synced kubernetes, took: 10s");
  Say("2 hours", "devstats", "", "Error result for kubernetes (took 1s): exit status 1");
  Say("1 hour", "devstats", "", "Synced 50%_of \\it's, took: 1s");
  Say("90 minutes", "gha2db_sync", "envoy", "Sync success");
  const auto state = [&](const std::string& project, absl::Duration ago) {
    const auto verdict = JudgeSync(*postgres_, project, "gha", absl::Now() - ago, SystemClock());
    return verdict.ok() ? std::string(NameOf(verdict->state)) : verdict.status().ToString();
  };
  EXPECT_EQ(state("kubernetes", absl::Hours(4)), "failed");
  EXPECT_EQ(state("kubernetes", absl::Hours(1)), "unknown");
  EXPECT_EQ(state("envoy", absl::Hours(4)), "healthy");
  EXPECT_EQ(state("50%_of \\it's", absl::Hours(4)), "healthy");
  const auto last = LastSyncs(*postgres_, SystemClock());
  ASSERT_TRUE(last.ok()) << last.status();
  ASSERT_EQ(last->size(), 3u);
  EXPECT_LT(absl::AbsDuration(absl::Now() - absl::Hours(3) - last->at("kubernetes")), absl::Minutes(5));
  EXPECT_LT(absl::AbsDuration(absl::Now() - absl::Minutes(90) - last->at("envoy")), absl::Minutes(5));
  const auto lines = ReadLog(*postgres_, {.program = "devstats", .most = 2}, SystemClock());
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_THAT(lines->at(0).message, HasSubstr("Error result"));
}

TEST_F(RealDevstats, TellsHowFreshItsDataIs) {
  Do(*postgres_, "gha", "INSERT INTO gha_parsed VALUES ('2026-11-28 11:00:00'), ('2026-11-28 10:00:00')");
  const auto fresh = ReadFreshness(*postgres_, "gha");
  ASSERT_TRUE(fresh.ok()) << fresh.status();
  EXPECT_EQ(fresh->parsed, absl::FromUnixSeconds(1795863600));
  EXPECT_EQ(fresh->events, std::nullopt);
  EXPECT_EQ(ReadFreshness(*postgres_, "devstats")->parsed, std::nullopt);
}

TEST_F(RealDevstats, ListsDatabasesAndTheirFlags) {
  const auto databases = ListDatabases(*postgres_);
  ASSERT_TRUE(databases.ok()) << databases.status();
  const auto difference = Compare(*databases, {"gha", "envoy"});
  EXPECT_THAT(difference.missing, ElementsAre("envoy"));
  EXPECT_THAT(difference.unknown, ::testing::Not(::testing::Contains("gha")));
  for (const DatabaseInfo& database : *databases) EXPECT_GT(database.bytes, 1 << 20) << database.name;
  const auto flags = FlagsEverywhere(*postgres_, {"gha", "devstats", "postgres", "envoy"}, 3);
  EXPECT_TRUE(flags.at("gha").ok() && flags.at("devstats").ok());
  EXPECT_TRUE(absl::IsNotFound(flags.at("envoy").status()) &&
              absl::IsNotFound(flags.at("postgres").status()));
}

TEST_F(RealDevstats, ShowsWhoWaitsForWhom) {
  std::thread holder([] {
    const auto other = SharedServer().Connect();
    (void)other->Query("gha", "DO $$ BEGIN LOCK TABLE sevents_h; PERFORM pg_sleep(30); END $$", {},
                       {.read_only = false, .timeout = absl::Seconds(40)});
  });
  const auto sleeper = [&] {
    return Text(
        postgres_->Query("postgres",
                         "SELECT max(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE "
                         "l.mode = 'AccessExclusiveLock' AND a.query LIKE '%pg_sleep(30)%' AND "
                         "l.granted AND l.relation IS NOT NULL"));
  };
  ASSERT_TRUE(Eventually([&] { return atoi(sleeper().c_str()) > 0; }));
  const std::string pid = sleeper();
  std::thread waiter([] {
    const auto other = SharedServer().Connect();
    EXPECT_TRUE(other->Query("gha", "TRUNCATE sevents_h", {}, kChange).ok());
  });
  std::vector<BlockedSession> blocked;
  EXPECT_TRUE(Eventually([&] {
    blocked = *BlockedSessions(*postgres_);
    return !blocked.empty();
  }));
  (void)postgres_->Query("postgres", "SELECT pg_terminate_backend($1::int)", {pid});
  holder.join();
  waiter.join();
  ASSERT_EQ(blocked.size(), 1u);
  EXPECT_THAT(blocked[0].blockers, ElementsAre(atoi(pid.c_str())));
  EXPECT_EQ(blocked[0].database, "gha");
  EXPECT_EQ(blocked[0].statement, "TRUNCATE sevents_h");
}

TEST_F(RealDevstats, MeasuresWhatSlotsHold) {
  Do(*postgres_, "postgres", "SELECT pg_create_physical_replication_slot('standby', true)");
  Do(*postgres_, "postgres", "SELECT pg_logical_emit_message(false, 'x', repeat('x', 100000))");
  Do(*postgres_, "postgres", "SELECT pg_switch_wal()");
  const auto rows = postgres_->Query("postgres", patroni::kSlotsQuery);
  Do(*postgres_, "postgres", "SELECT pg_drop_replication_slot('standby')");
  ASSERT_TRUE(rows.ok()) << rows.status();
  const auto slots = patroni::SlotsOf(*rows);
  ASSERT_TRUE(slots.ok()) << slots.status();
  ASSERT_EQ(slots->size(), 1u);
  EXPECT_EQ(slots->at(0).name, "standby");
  EXPECT_FALSE(slots->at(0).active);
  EXPECT_GT(slots->at(0).held, 100000);
  EXPECT_EQ(slots->at(0).status, "reserved");
}

TEST_F(RealDevstats, SeesTablesWithManyColumns) {
  std::string columns = "c0 int";
  for (int i = 1; i < 20; ++i) absl::StrAppend(&columns, ", c", i, " int");
  Do(*postgres_, "gha", absl::StrCat("CREATE TABLE swide (", columns, ")"));
  Do(*postgres_, "gha", "ALTER TABLE swide DROP COLUMN c3");
  const auto wide = WideTables(*postgres_, "gha", 20);
  Do(*postgres_, "gha", "DROP TABLE swide");
  ASSERT_TRUE(wide.ok()) << wide.status();
  ASSERT_EQ(wide->size(), 1u);
  EXPECT_EQ(wide->at(0).table, "swide");
  EXPECT_EQ(wide->at(0).columns, 20);
  EXPECT_THAT(*WideTables(*postgres_, "gha"), ::testing::IsEmpty());
}

}  // namespace
}  // namespace devstats::postgres
