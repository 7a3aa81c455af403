// What every Postgres does, real or fake. A binary instantiates it with the servers it has; each has the
// databases postgres and contract, and no table in them.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "coordinator/devstats/postgres/postgres.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::postgres {

inline constexpr QueryOptions kWrite{.read_only = false};

class PostgresContract : public ::testing::TestWithParam<std::function<std::shared_ptr<Postgres>()>> {
 protected:
  void SetUp() override {
    postgres_ = GetParam()();
    ASSERT_NE(postgres_, nullptr);
    Write("CREATE TABLE public.pairs (name text PRIMARY KEY, value text)");
  }
  void TearDown() override {
    if (postgres_) Write("DROP TABLE public.pairs");
  }
  void Write(const std::string& statement, const Parameters& parameters = {}) {
    const auto rows = postgres_->Query(kDatabase, statement, parameters, kWrite);
    ASSERT_TRUE(rows.ok()) << rows.status();
  }
  absl::StatusCode CodeFor(const std::string& statement, const Parameters& parameters = {},
                           const QueryOptions& options = {}) {
    return postgres_->Query(kDatabase, statement, parameters, options).status().code();
  }
  size_t Count() { return postgres_->Query(kDatabase, "SELECT name FROM public.pairs")->rows.size(); }

  static constexpr char kDatabase[] = "contract";
  static constexpr char kInsert[] = "INSERT INTO public.pairs (name, value) VALUES ($1, $2)";
  static constexpr char kEndless[] =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i % 7 + 1 FROM n) SELECT count(*) FROM n";
  std::shared_ptr<Postgres> postgres_;
};

TEST_P(PostgresContract, GivesColumnsRowsAndNulls) {
  Write(kInsert, {"a", "it's $2; DROP"});
  Write(kInsert, {"b", std::nullopt});
  const auto rows = postgres_->Query(kDatabase, "SELECT name, value AS v FROM public.pairs ORDER BY name");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(rows->columns, ::testing::ElementsAre("name", "v"));
  EXPECT_THAT(rows->rows, ::testing::ElementsAre(Row{"a", "it's $2; DROP"}, Row{"b", std::nullopt}));
}

TEST_P(PostgresContract, GivesColumnsWithoutRows) {
  const auto rows = postgres_->Query(kDatabase, "SELECT name FROM public.pairs WHERE value = $1", {"none"});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(rows->columns, ::testing::ElementsAre("name"));
  EXPECT_TRUE(rows->rows.empty());
}

TEST_P(PostgresContract, GivesAsManyRowsAsThereAre) {
  const std::string many =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) SELECT i FROM n";
  const auto rows = postgres_->Query(kDatabase, many);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->rows.size(), 1500u);
  EXPECT_EQ(rows->rows.back(), Row{"1500"});
  EXPECT_TRUE(postgres_->Query(kDatabase, many, {}, {.most_rows = 1500}).ok());
  EXPECT_EQ(CodeFor(many, {}, {.most_rows = 1499}), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(CodeFor(many, {}, {.most_bytes = 1000}), absl::StatusCode::kResourceExhausted);
}

TEST_P(PostgresContract, TellsWhatIsNotThere) {
  EXPECT_TRUE(absl::IsNotFound(postgres_->Query("absent", "SELECT 1").status()));
  EXPECT_EQ(CodeFor("SELECT 1 FROM public.absent"), absl::StatusCode::kNotFound);
}

TEST_P(PostgresContract, RefusesNonsense) {
  EXPECT_EQ(CodeFor("SELEKT 1"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeFor("SELECT nothing FROM public.pairs"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeFor("SELECT name FROM public.pairs WHERE name = $1", {std::string("a\0b", 3)}),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CodeFor("SELECT 1", {}, {.transaction = false}), absl::StatusCode::kInvalidArgument);
}

TEST_P(PostgresContract, ReadsOnlyUnlessToldOtherwise) {
  EXPECT_EQ(CodeFor(kInsert, {"a", "1"}), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CodeFor("CREATE TABLE public.more (i text)"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Count(), 0u);
  Write(kInsert, {"a", "1"});
  EXPECT_EQ(CodeFor("DELETE FROM public.pairs"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Count(), 1u);
}

TEST_P(PostgresContract, WritesAllOfAStatementOrNothing) {
  Write(kInsert, {"b", "1"});
  EXPECT_EQ(CodeFor("INSERT INTO public.pairs (name) VALUES ('a'), ('b')", {}, kWrite),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Count(), 1u);
}

TEST_P(PostgresContract, TellsOfATableThatIsThere) {
  EXPECT_EQ(CodeFor("CREATE TABLE public.pairs (i text)", {}, kWrite), absl::StatusCode::kAlreadyExists);
}

TEST_P(PostgresContract, EndsWhatTakesTooLong) {
  EXPECT_EQ(CodeFor(kEndless, {}, {.timeout = absl::Milliseconds(100)}), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(Count(), 0u);
}

TEST_P(PostgresContract, KeepsParametersOutOfErrors) {
  const absl::Status error =
      postgres_->Query(kDatabase, "SELECT nothing FROM public.pairs WHERE name = $1", {"hunter2"}).status();
  EXPECT_FALSE(error.ok());
  EXPECT_FALSE(absl::StrContains(error.message(), "hunter2")) << error;
}

TEST_P(PostgresContract, IsUsedByManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([this, i] { Write(kInsert, {std::to_string(i), std::nullopt}); });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(Count(), 20u);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresContract);

}  // namespace devstats::postgres
