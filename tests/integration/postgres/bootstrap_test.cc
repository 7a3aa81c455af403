#include "coordinator/devstats/postgres/bootstrap.h"

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "tests/integration/postgres/server.h"

namespace devstats::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr QueryOptions kAlter{.read_only = false};
constexpr QueryOptions kOutside{.read_only = false, .transaction = false};

BootstrapOptions AllPasswords() {
  BootstrapOptions options;
  options.passwords = {{kAdminRole, Secret("admin's \"own\"")},
                       {kReadRole, Secret("ro-pass")},
                       {kTeamRole, Secret("team-pass")}};
  return options;
}

std::vector<std::string> Described(const std::vector<Item>& items) {
  std::vector<std::string> out;
  for (const Item& item : items) out.push_back(Describe(item));
  return out;
}

// Lets so many changes through, then says that the server has gone.
class CutAfter : public Postgres {
 public:
  CutAfter(Postgres* real, int changes) : real_(real), left_(changes) {}
  absl::StatusOr<Rows> Query(const std::string& database, const std::string& statement,
                             const Parameters& parameters, const QueryOptions& options) override {
    if (!options.read_only && left_-- <= 0) return absl::UnavailableError("cut");
    return real_->Query(database, statement, parameters, options);
  }

 private:
  Postgres* const real_;
  int left_;
};

class RealBootstrap : public ::testing::Test {
 protected:
  void SetUp() override { Reset(); }
  static void TearDownTestSuite() { Reset(); }
  static void Reset() {
    const auto admin = SharedServer().Connect();
    for (const char* database : {"devstats", "affiliations", "mine"}) {
      Do(*admin, "postgres", absl::StrCat("DROP DATABASE IF EXISTS ", database, " WITH (FORCE)"), kOutside);
    }
    for (const char* role : {kAdminRole, kReadRole, kTeamRole}) {
      Do(*admin, "postgres", absl::StrCat("DROP ROLE IF EXISTS ", role));
    }
  }
  static void Do(Postgres& postgres, const std::string& database, const std::string& statement,
                 const QueryOptions& options = kAlter) {
    const absl::Status done = postgres.Query(database, statement, {}, options).status();
    ASSERT_TRUE(done.ok()) << statement << ": " << done;
  }
  std::vector<std::string> Missing(const BootstrapOptions& options = AllPasswords()) {
    const auto state = Observe(*admin_, options);
    if (!state.ok()) return {state.status().ToString()};
    EXPECT_THAT(state->wrong, ::testing::IsEmpty());
    return Described(state->missing);
  }
  std::unique_ptr<Postgres> As(const std::string& role, const std::string& password) {
    return NewPostgres(SharedServer().As(role, password));
  }

  std::unique_ptr<Postgres> admin_ = SharedServer().Connect();
};

TEST_F(RealBootstrap, MakesAllFromNothingOnce) {
  EXPECT_THAT(Missing(),
              ::testing::IsSupersetOf({"role gha_admin", "database devstats", "table gha_logs in devstats",
                                       "index logs_dt_idx in devstats",
                                       "grant on tables in devstats: SELECT to ro_user"}));
  const auto made = Complete(*admin_, AllPasswords());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_GT(made->size(), 20u);
  EXPECT_THAT(Missing(), ElementsAre());
  const auto again = Complete(*admin_, AllPasswords());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_THAT(*again, ElementsAre());
}

TEST_F(RealBootstrap, LetsEachRoleDoWhatItMust) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  const auto owner = As(kAdminRole, "admin's \"own\"");
  Do(*owner, "devstats",
     "INSERT INTO gha_logs (prog, proj, run_dt, msg) VALUES ('devstats', 'x', now(), 'hello')");
  Do(*owner, "devstats", "INSERT INTO gha_locks (name, owner) VALUES ('a', 'b') ON CONFLICT DO NOTHING");
  Do(*owner, "devstats", "INSERT INTO gha_locks (name, owner) VALUES ('a', 'c') ON CONFLICT DO NOTHING");
  Do(*owner, "devstats", "ALTER TABLE gha_computed ADD COLUMN more text");
  Do(*owner, "postgres", "CREATE DATABASE mine", kOutside);
  for (const auto& [role, password] : {std::pair(kReadRole, "ro-pass"), {kTeamRole, "team-pass"}}) {
    const auto reader = As(role, password);
    const auto read = reader->Query("devstats", "SELECT id FROM gha_logs");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_THAT(read->rows, ElementsAre(Row{"1"}));
    EXPECT_TRUE(
        absl::IsPermissionDenied(reader->Query("devstats", "DELETE FROM gha_logs", {}, kAlter).status()));
    EXPECT_TRUE(absl::IsPermissionDenied(As(role, "other")->Query("devstats", "SELECT 1").status()));
  }
  for (const char* password : {"admin's", "ro-pass", "team-pass"}) {
    EXPECT_FALSE(absl::StrContains(SharedServer().Log(), password)) << password;
  }
}

struct Removal {
  const char* statement;
  std::vector<std::string> missing;
};

TEST_F(RealBootstrap, SeesEachThingThatIsRemovedAndMendsIt) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  const std::vector<Removal> removals = {
      {"ALTER ROLE gha_admin NOCREATEDB", {"attribute of role gha_admin: CREATEDB"}},
      {"ALTER ROLE ro_user NOLOGIN", {"attribute of role ro_user: LOGIN"}},
      {"ALTER ROLE devstats_team PASSWORD NULL", {"password of role devstats_team"}},
      {"ALTER ROLE ro_user PASSWORD 'another'", {"password of role ro_user"}},
      {"REVOKE CREATE ON DATABASE devstats FROM gha_admin", {"grant on database devstats: ALL to gha_admin"}},
      {"REVOKE CONNECT ON DATABASE devstats FROM PUBLIC, devstats_team",
       {"grant on database devstats: CONNECT to devstats_team"}},
      {"REVOKE CREATE ON SCHEMA public FROM gha_admin",
       {"grant on schema public in devstats: USAGE, CREATE to gha_admin"}},
      {"REVOKE USAGE ON SCHEMA public FROM PUBLIC, ro_user",
       {"grant on schema public in devstats: USAGE to ro_user"}},
      {"ALTER TABLE gha_logs DROP COLUMN msg", {"column gha_logs.msg in devstats"}},
      {"ALTER TABLE gha_logs DROP COLUMN prog",
       {"column gha_logs.prog in devstats", "index logs_prog_idx in devstats"}},
      {"ALTER TABLE gha_logs DROP COLUMN run_dt",
       {"column gha_logs.run_dt in devstats", "index logs_run_dt_idx in devstats"}},
      {"ALTER TABLE gha_logs ALTER COLUMN dt DROP DEFAULT", {"default of column gha_logs.dt in devstats"}},
      {"ALTER TABLE gha_logs ALTER COLUMN id DROP DEFAULT", {"default of column gha_logs.id in devstats"}},
      {"ALTER SEQUENCE gha_logs_id_seq OWNED BY NONE",
       {"link of sequence gha_logs_id_seq in devstats: gha_logs.id"}},
      {"DROP SEQUENCE gha_logs_id_seq CASCADE",
       {"sequence gha_logs_id_seq in devstats", "default of column gha_logs.id in devstats",
        "owner of gha_logs_id_seq in devstats: gha_admin",
        "link of sequence gha_logs_id_seq in devstats: gha_logs.id"}},
      {"DROP INDEX logs_id_idx", {"index logs_id_idx in devstats"}},
      {"DROP INDEX logs_dt_idx", {"index logs_dt_idx in devstats"}},
      {"DROP INDEX logs_prog_idx", {"index logs_prog_idx in devstats"}},
      {"DROP INDEX logs_proj_idx", {"index logs_proj_idx in devstats"}},
      {"DROP INDEX logs_run_dt_idx", {"index logs_run_dt_idx in devstats"}},
      {"ALTER TABLE gha_locks DROP CONSTRAINT gha_locks_pkey",
       {"primary key of table gha_locks in devstats: name"}},
      {"ALTER TABLE gha_computed OWNER TO postgres", {"owner of gha_computed in devstats: gha_admin"}},
      {"ALTER TABLE gha_logs OWNER TO postgres",
       {"owner of gha_logs in devstats: gha_admin", "owner of gha_logs_id_seq in devstats: gha_admin"}},
      {"REVOKE SELECT ON gha_locks FROM ro_user", {"grant on tables in devstats: SELECT to ro_user"}},
      {"CREATE TABLE later (i int)",
       {"grant on tables in devstats: SELECT to ro_user",
        "grant on tables in devstats: SELECT to devstats_team"}},
      {"DROP TABLE gha_computed",
       {"table gha_computed in devstats", "owner of gha_computed in devstats: gha_admin",
        "grant on tables in devstats: SELECT to ro_user",
        "grant on tables in devstats: SELECT to devstats_team"}},
  };
  for (const Removal& removal : removals) {
    SCOPED_TRACE(removal.statement);
    Do(*admin_, "devstats", removal.statement);
    EXPECT_EQ(Missing(), removal.missing);
    const auto made = Complete(*admin_, AllPasswords());
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(Described(*made), removal.missing);
    EXPECT_THAT(Missing(), ElementsAre());
  }
}

TEST_F(RealBootstrap, MendsARoleAndADatabaseThatAreGone) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  Do(*admin_, "devstats", "DROP OWNED BY devstats_team");
  Do(*admin_, "devstats", "DROP ROLE devstats_team");
  EXPECT_THAT(Missing(), ::testing::Contains("role devstats_team"));
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  Do(*admin_, "postgres", "DROP DATABASE devstats WITH (FORCE)", kOutside);
  EXPECT_THAT(Missing(), ::testing::AllOf(::testing::Contains("database devstats"),
                                          Not(::testing::Contains("role ro_user"))));
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  EXPECT_THAT(Missing(), ElementsAre());
}

TEST_F(RealBootstrap, IsCompletedWhereverItWasCut) {
  const int whole = static_cast<int>(Observe(*admin_, AllPasswords())->missing.size());
  for (int changes = 0; changes < whole; ++changes) {
    SCOPED_TRACE(changes);
    Reset();
    CutAfter cut(admin_.get(), changes);
    const absl::Status first = Complete(cut, AllPasswords()).status();
    EXPECT_TRUE(absl::IsUnavailable(first)) << first;
    ASSERT_FALSE(Missing().empty());
    const auto made = Complete(*admin_, AllPasswords());
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_LE(static_cast<int>(made->size()), whole - changes);
    EXPECT_THAT(Missing(), ElementsAre());
  }
}

TEST_F(RealBootstrap, KeepsTheDataThatIsThere) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  const char* insert = "INSERT INTO gha_logs (proj, run_dt) VALUES ('x', now()), ('y', now())";
  Do(*admin_, "devstats", insert);
  Do(*admin_, "devstats", "ALTER TABLE gha_logs DROP COLUMN prog");
  Do(*admin_, "devstats", "DROP SEQUENCE gha_logs_id_seq CASCADE");
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  Do(*admin_, "devstats", insert);
  const auto rows = admin_->Query("devstats", "SELECT id, prog FROM gha_logs ORDER BY id");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_THAT(rows->rows, ElementsAre(Row{"1", ""}, Row{"2", ""}, Row{"3", ""}, Row{"4", ""}));
}

TEST_F(RealBootstrap, ChangesNothingWhereATypeIsWrong) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  Do(*admin_, "devstats", "ALTER TABLE gha_logs ALTER COLUMN prog TYPE varchar(64)");  // as good
  Do(*admin_, "devstats", "ALTER TABLE gha_logs ALTER COLUMN id TYPE bigint");
  Do(*admin_, "devstats", "DROP INDEX logs_dt_idx");
  const absl::Status refused = Complete(*admin_, AllPasswords()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("column devstats.gha_logs.id is not of type integer"));
  EXPECT_THAT(Observe(*admin_, AllPasswords())->missing, ::testing::SizeIs(1));
}

TEST_F(RealBootstrap, AsksForAPasswordOnlyWhereItNeedsOne) {
  EXPECT_TRUE(absl::IsInvalidArgument(Complete(*admin_, {}).status()));
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  EXPECT_THAT(Missing({}), ElementsAre());
  BootstrapOptions unfit = AllPasswords();
  unfit.passwords[kReadRole] = Secret("line\n");
  const absl::Status refused = Complete(*admin_, unfit).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
}

TEST_F(RealBootstrap, KnowsAPasswordThatIsKeptAsMd5) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  Do(*admin_, "postgres",
     "DO $$ BEGIN SET LOCAL password_encryption = 'md5'; ALTER ROLE ro_user PASSWORD 'ro-pass'; END $$");
  EXPECT_THAT(Missing(), ElementsAre());
}

TEST_F(RealBootstrap, ChangesAPassword) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  ASSERT_TRUE(SetPassword(*admin_, kReadRole, Secret("rotated$1'\\")).ok());
  EXPECT_TRUE(As(kReadRole, "rotated$1'\\")->Query("devstats", "SELECT 1").ok());
  EXPECT_TRUE(absl::IsPermissionDenied(As(kReadRole, "ro-pass")->Query("devstats", "SELECT 1").status()));
  EXPECT_FALSE(absl::StrContains(SharedServer().Log(), "rotated"));
  EXPECT_TRUE(absl::IsNotFound(SetPassword(*admin_, "no\"body", Secret("x"))));
}

TEST_F(RealBootstrap, HasADatabaseForAffiliationsWhereOneIsUsed) {
  ASSERT_TRUE(Complete(*admin_, AllPasswords()).ok());
  BootstrapOptions options = AllPasswords();
  options.affiliations = true;
  EXPECT_THAT(Missing(options), ::testing::Contains("database affiliations"));
  ASSERT_TRUE(Complete(*admin_, options).ok());
  EXPECT_THAT(Missing(options), ElementsAre());
  Do(*As(kAdminRole, "admin's \"own\""), "affiliations", "CREATE TABLE actors (i int)");
  EXPECT_THAT(Missing(options), ElementsAre("grant on tables in affiliations: SELECT to ro_user",
                                            "grant on tables in affiliations: SELECT to devstats_team"));
  ASSERT_TRUE(Complete(*admin_, options).ok());
  EXPECT_TRUE(As(kReadRole, "ro-pass")->Query("affiliations", "SELECT i FROM actors").ok());
}

}  // namespace
}  // namespace devstats::postgres
