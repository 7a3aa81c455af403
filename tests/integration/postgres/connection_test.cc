#include "coordinator/devstats/postgres/connection.h"

#include <thread>

#include "absl/strings/match.h"
#include "tests/coordinator/devstats/postgres/postgres_contract.h"
#include "tests/integration/postgres/leaks.h"
#include "tests/integration/postgres/server.h"

namespace devstats::postgres {
namespace {

using ::testing::HasSubstr;

std::shared_ptr<Postgres> RealForContract() {
  std::shared_ptr<Postgres> postgres = SharedServer().Connect();
  const absl::Status made =
      postgres->Query("postgres", "CREATE DATABASE contract", {}, {.read_only = false, .transaction = false})
          .status();
  EXPECT_TRUE(made.ok() || absl::IsAlreadyExists(made)) << made;
  return postgres;
}

INSTANTIATE_TEST_SUITE_P(Real, PostgresContract, ::testing::Values(RealForContract));

// Seen in pg_stat_activity as it is: what only reads goes through a cursor.
constexpr char kSleep[] = "DO $$ BEGIN PERFORM pg_sleep(20); END $$";
constexpr QueryOptions kSleepy{.read_only = false, .timeout = absl::Seconds(30)};

std::string Only(const absl::StatusOr<Rows>& rows) {
  if (!rows.ok()) return rows.status().ToString();
  return rows->rows.size() == 1 && rows->rows[0][0] ? *rows->rows[0][0] : "not one";
}

TEST(RealPostgres, KeepsPasswordsOutOfErrorsAndRefusesWrongOnes) {
  const auto wrong = NewPostgres(SharedServer().As("postgres", "hunter2' x=\\"));
  const absl::Status error = wrong->Query("postgres", "SELECT 1").status();
  EXPECT_TRUE(absl::IsPermissionDenied(error)) << error;
  EXPECT_THAT(std::string(error.message()),
              ::testing::AllOf(HasSubstr("connecting as postgres to database postgres"),
                               HasSubstr("password"), ::testing::Not(HasSubstr("hunter2"))));
}

TEST(RealPostgres, TellsThatNobodyListens) {
  const auto nobody = NewPostgres({"127.0.0.1", 1, "postgres", Secret("x")});
  EXPECT_TRUE(absl::IsUnavailable(nobody->Query("postgres", "SELECT 1").status()));
}

TEST(RealPostgres, GivesUpOnAServerThatSaysNothing) {
  const LoopbackPort port(5);
  const auto silent = NewPostgres({"127.0.0.1", port.port(), "postgres", Secret("x")});
  const absl::Status error =
      silent->Query("postgres", "SELECT 1", {}, {.timeout = absl::Milliseconds(200)}).status();
  EXPECT_TRUE(absl::IsUnavailable(error)) << error;
  EXPECT_THAT(std::string(error.message()), HasSubstr("no answer within 200ms"));
}

TEST(RealPostgres, UsesAConnectionAgainAndClosesItWhenIdle) {
  const auto postgres = SharedServer().Connect({.idle = absl::Milliseconds(300)});
  const std::string pid = Only(postgres->Query("postgres", "SELECT pg_backend_pid()"));
  EXPECT_EQ(Only(postgres->Query("postgres", "SELECT pg_backend_pid()")), pid);
  const auto watcher = SharedServer().Connect();
  EXPECT_TRUE(Eventually([&] {
    return Only(watcher->Query("postgres", "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int",
                               {pid})) == "0";
  }));
}

TEST(RealPostgres, HasNoMoreConnectionsThanItMay) {
  const auto postgres = SharedServer().Connect({.most = 2});
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const std::string most = Only(postgres->Query(
          "template1",
          "SELECT count(*) <= 2, pg_sleep(0.05) FROM pg_stat_activity WHERE datname = 'template1'"));
      EXPECT_EQ(most, "t");
    });
  }
  for (std::thread& t : threads) t.join();
  for (const char* database : {"postgres", "template1", "postgres"}) {  // an idle one makes room
    EXPECT_EQ(Only(postgres->Query(database, "SELECT current_database()")), database);
  }
}

TEST(RealPostgres, LeavesNoSettingBehind) {
  const auto postgres = SharedServer().Connect({.most = 1});
  ASSERT_TRUE(postgres->Query("postgres", "SET default_transaction_read_only = off").ok());
  ASSERT_TRUE(postgres->Query("postgres", "SET work_mem = '77MB'").ok());
  EXPECT_NE(Only(postgres->Query("postgres", "SHOW work_mem")), "77MB");
  EXPECT_EQ(Only(postgres->Query("postgres", "SHOW search_path")), "public");
}

TEST(RealPostgres, CutsWhatAFrozenServerDoesNotAnswer) {
  const auto postgres = SharedServer().Connect({.grace = absl::Milliseconds(200)});
  const int pid = atoi(Only(postgres->Query("postgres", "SELECT pg_backend_pid()")).c_str());
  ASSERT_GT(pid, 1);
  kill(pid, SIGSTOP);
  const absl::Status error =
      postgres->Query("postgres", "SELECT 1", {}, {.timeout = absl::Milliseconds(300)}).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(error)) << error;
  kill(pid, SIGCONT);
  EXPECT_EQ(Only(postgres->Query("postgres", "SELECT 1")), "1");
}

TEST(RealPostgres, KnowsThatASessionWasEnded) {
  const auto postgres = SharedServer().Connect(), other = SharedServer().Connect();
  const std::string pid = Only(postgres->Query("postgres", "SELECT pg_backend_pid()"));
  EXPECT_EQ(Only(other->Query("postgres", "SELECT pg_terminate_backend($1::int, 5000)", {pid})), "t");
  EXPECT_NE(Only(postgres->Query("postgres", "SELECT pg_backend_pid()")), pid);  // a new one, unasked
  std::thread killer([&] {
    EXPECT_TRUE(Eventually([&] {
      return Only(other->Query(
                 "postgres",
                 "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE "
                 "'%pg_sleep(20)%' AND pid <> pg_backend_pid()")) == "1";
    }));
  });
  const absl::Status error = postgres->Query("postgres", kSleep, {}, kSleepy).status();
  killer.join();
  EXPECT_TRUE(absl::IsUnavailable(error)) << error;
}

TEST(RealPostgres, RefusesWhatARoleMayNot) {
  const auto admin = SharedServer().Connect();
  constexpr QueryOptions write{.read_only = false};
  ASSERT_TRUE(admin->Query("postgres", "CREATE ROLE nobody_much LOGIN PASSWORD 'little'", {}, write).ok());
  const auto little = NewPostgres(SharedServer().As("nobody_much", "little"));
  EXPECT_TRUE(absl::IsPermissionDenied(little->Query("postgres", "SELECT * FROM pg_authid").status()));
  EXPECT_TRUE(absl::IsPermissionDenied(
      little->Query("postgres", "CREATE DATABASE mine", {}, {.read_only = false, .transaction = false})
          .status()));
}

TEST(RealPostgres, OutlivesAServerThatStopsAndComesBack) {
  PostgresServer server;
  const auto postgres = server.Connect();
  ASSERT_EQ(Only(postgres->Query("postgres", "SELECT 1")), "1");
  std::thread stopper([&] {
    const auto other = server.Connect();
    EXPECT_TRUE(Eventually([&] {
      return Only(other->Query("postgres",
                               "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND "
                               "pid <> pg_backend_pid()")) == "1";
    }));
    server.Stop(SIGQUIT);
  });
  const absl::Status cut = postgres->Query("postgres", kSleep, {}, kSleepy).status();
  stopper.join();
  EXPECT_TRUE(absl::IsUnavailable(cut)) << cut;
  EXPECT_TRUE(absl::IsUnavailable(postgres->Query("postgres", "SELECT 1").status()));
  server.Start();
  EXPECT_EQ(Only(postgres->Query("postgres", "SELECT 1")), "1");
}

}  // namespace
}  // namespace devstats::postgres
