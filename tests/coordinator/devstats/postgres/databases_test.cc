#include "coordinator/devstats/postgres/databases.h"

#include "coordinator/devstats/postgres/bootstrap_items.h"
#include "coordinator/devstats/postgres/timestamp.h"
#include "tests/coordinator/devstats/postgres/devstats_data.h"

namespace devstats::postgres {
namespace {

using ::testing::ElementsAre;

TEST(Databases, AreComparedWithTheCatalog) {
  const CatalogDifference difference =
      Compare({{"postgres"}, {"devstats"}, {"affiliations"}, {"gha"}, {"leftover"}},
              {"gha", "envoy", "allprj", "gha"});
  EXPECT_THAT(difference.missing, ElementsAre("allprj", "envoy"));
  EXPECT_THAT(difference.unknown, ElementsAre("leftover"));
}

TEST(Databases, TellTheirFlagsSeveralAtATime) {
  FakePostgres fake;
  std::vector<std::string> names = {"absent"};
  for (int i = 0; i < 40; ++i) {
    names.push_back(absl::StrCat("db", i));
    AddProjectDatabase(&fake, names.back());
    if (i % 2) SetFlag(&fake, names.back(), "provisioned", absl::Now() - absl::Hours(1));
  }
  const auto flags = FlagsEverywhere(fake, names, 4);
  ASSERT_EQ(flags.size(), names.size());
  EXPECT_TRUE(absl::IsNotFound(flags.at("absent").status()));
  EXPECT_TRUE(IsProvisioned(*flags.at("db1")));
  EXPECT_FALSE(IsProvisioned(*flags.at("db38")));
  EXPECT_TRUE(FlagsEverywhere(fake, {}).empty());
}

TEST(Databases, ShowNoPasswordOfABlockedStatement) {
  FakePostgres fake;
  fake.On("pg_blocking_pids", [](const std::string&, const Parameters&) {
    return Rows{{"pid"},
                {{"7", "8,9", "gha", "gha_admin", "psql", "12.7", "alter role x Password 'y'"},
                 {"8", "0", std::nullopt, std::nullopt, "", "-0.1", "LOCK TABLE a"}}};
  });
  const auto sessions = BlockedSessions(fake);
  ASSERT_TRUE(sessions.ok());
  ASSERT_EQ(sessions->size(), 2u);
  EXPECT_THAT(sessions->at(0).blockers, ElementsAre(8, 9));
  EXPECT_EQ(sessions->at(0).waits, absl::Seconds(12));
  EXPECT_EQ(sessions->at(0).statement, "(a statement with a password)");
  EXPECT_EQ(sessions->at(1).statement, "LOCK TABLE a");
}

TEST(Timestamps, AreReadAsTheWallsClock) {
  const absl::Time noon = absl::FromUnixSeconds(1795867200);
  for (const char* text : {"2026-11-28 12:00:00", "2026-11-28 12:00:00.000000", "2026-11-28 12:00:00+02",
                           "2026-11-28 12:00:00-03:30"}) {
    ASSERT_TRUE(ParseTimestamp(text).ok()) << text;
    EXPECT_EQ(*ParseTimestamp(text), noon) << text;
  }
  EXPECT_EQ(*ParseTimestamp("2026-11-28 12:00:00.25"), noon + absl::Milliseconds(250));
  for (const char* text :
       {"", "infinity", "-infinity", "2026-11-28", "28/11/2026 12:00:00", "0044-03-15 12:00:00 BC"}) {
    EXPECT_FALSE(ParseTimestamp(text).ok()) << text;
  }
}

TEST(BootstrapItems, AreKnownByFactsOfTheirOwn) {
  std::set<std::string> described, facts;
  for (const Wanted& wanted : WantedItems(true)) {
    EXPECT_TRUE(described.insert(Describe(wanted.item)).second) << Describe(wanted.item);
    EXPECT_FALSE(wanted.facts.empty());
    for (const std::string& fact : wanted.facts) EXPECT_TRUE(facts.insert(fact).second) << fact;
    const bool with_password = wanted.item.kind == ItemKind::kRole || wanted.item.kind == ItemKind::kPassword;
    EXPECT_EQ(wanted.statement.empty(), with_password) << Describe(wanted.item);
  }
  EXPECT_LT(WantedItems(false).size(), described.size());
}

TEST(BootstrapItems, TellOfColumnsOfAnotherType) {
  Facts facts = {"column devstats.gha_logs.id", "type devstats.gha_logs.id integer",
                 "column devstats.gha_logs.prog", "type devstats.gha_logs.prog character varying(64)"};
  EXPECT_THAT(WrongTypes(facts), ElementsAre());
  facts.insert({"column devstats.gha_locks.owner", "type devstats.gha_locks.owner integer"});
  EXPECT_THAT(WrongTypes(facts), ElementsAre("column devstats.gha_locks.owner is not of type text"));
}

}  // namespace
}  // namespace devstats::postgres
