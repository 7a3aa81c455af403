// Rotations against a real PostgreSQL, killed at every boundary: whoever runs them again ends right.
#include "coordinator/devstats/upkeep/rotation.h"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/fault.h"
#include "common/files.h"
#include "coordinator/secrets/schema.h"
#include "gmock/gmock.h"
#include "tests/coordinator/kube/fake_kube.h"
#include "tests/integration/postgres/server.h"

namespace devstats::domain {
namespace {

using postgres::PostgresServer;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSpace[] = "devstats-test";
const std::map<std::string, std::string>& Sealed() {
  static const auto& names =
      *new std::map<std::string, std::string>{{"PG_PASS", "test-pg-pass"},
                                              {"PG_PASS_RO", "test-pg-pass-ro"},
                                              {"PG_PASS_TEAM", "test-pg-pass-team"},
                                              {"PG_PASS_REP", "test-pg-pass-rep"},
                                              {"GHA2DB_GITHUB_OAUTH", "test-github"},
                                              {"GF_SECURITY_ADMIN_PASSWORD", "test-grafana"}};
  return names;
}

class RotationTest : public ::testing::Test {
 protected:
  RotationTest() {
    environment_.name = "test";
    environment_.namespace_ = kSpace;
    environment_.secrets = Sealed();
    const auto admin = server_.Connect();
    for (const char* role : {"gha_admin", "ro_user", "devstats_team", "standby"})
      EXPECT_TRUE(admin
                      ->Query("postgres", absl::StrCat("CREATE ROLE ", role, " LOGIN PASSWORD 'old'"), {},
                              {.read_only = false})
                      .ok());
    Open();
    for (const auto& [key, name] : Sealed())
      EXPECT_TRUE(
          store_->Set(name, Secret(key == "PG_PASS" ? PostgresServer::kPassword : "old-password")).ok());
  }

  // As a process has it that has just started; the cluster is what the one before has left in a file.
  void Open() {
    db_ = *Database::Open(dir_ / "state.db", {secrets::Schema()});
    store_ = std::make_unique<secrets::Store>(db_.get(), dir_ / "secrets.key", &SystemClock());
    kube_ = std::make_unique<kube::FakeKube>();
    kube_->Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kSpace}}}});
    for (const char* name : {"pg-db", "github-oauth", "grafana-secret"}) {
      const auto left = ReadFile(dir_ / name);
      if (left.ok()) kube_->Seed(*ParseJson(*left));
    }
    kube_->react = [this](const Json& object) {
      const std::string name = kube::TextAt(object, {"metadata", "name"});
      EXPECT_TRUE(WriteFileAtomic(dir_ / name, object.dump()).ok());
    };
  }
  absl::Status Rotate(const std::string& key, std::optional<Secret> value) {
    Rotation rotation(
        {.store = store_.get(),
         .kube = kube_.get(),
         .leader = [this](const SealedValues& values) -> absl::StatusOr<std::shared_ptr<postgres::Postgres>> {
           const auto password = values.get("test-pg-pass");
           if (!password.ok()) return password.status();
           return std::shared_ptr<postgres::Postgres>(
               postgres::NewPostgres(server_.As("postgres", password->Reveal())));
         }},
        {.environment = environment_, .all = {environment_}, .key = key, .value = std::move(value)});
    return rotation.Run();
  }
  // In a process of its own, which dies at each boundary once; how often it did.
  int RotateUntilDone(const std::string& key, const std::optional<Secret>& value) {
    std::ofstream(dir_ / "rules")
        << "kill-each rotate.*\nkill-each secret.set\nkill-each devstats.secret.applied\n";
    db_.reset();
    for (int deaths = 0; deaths < 30; ++deaths) {
      const pid_t child = fork();
      if (child == 0) {
        if (!EnableFaults(dir_ / "rules", dir_ / "hits", true).ok()) _exit(2);
        Open();
        _exit(Rotate(key, value).ok() ? 0 : 1);
      }
      int status = 0;
      EXPECT_EQ(waitpid(child, &status, 0), child);
      Open();
      EXPECT_TRUE(CanStillLogIn()) << key << " after " << deaths;
      db_.reset();
      if (WIFSIGNALED(status)) continue;
      EXPECT_EQ(WEXITSTATUS(status), 0) << key;
      Open();
      return deaths;
    }
    ADD_FAILURE() << key << " does not come to an end";
    return 0;
  }
  bool LogsIn(const std::string& role, const Secret& password) {
    return postgres::NewPostgres(server_.As(role, password.Reveal()))->Query("postgres", "SELECT 1").ok();
  }
  // With what is sealed, in force or pending, whatever was cut.
  bool CanStillLogIn() {
    const auto pending = Rotation::Pending(*store_, "test-pg-pass");
    return LogsIn("postgres", *store_->Get("test-pg-pass")) ||
           (pending.ok() && *pending && LogsIn("postgres", **pending));
  }
  std::string Live(const std::string& secret, const std::string& key) {
    const auto live = kube_->Get({"v1", "Secret", kSpace, secret});
    std::string value;
    if (live.ok()) absl::Base64Unescape(kube::TextAt(*live, {"data", key.c_str()}), &value);
    return value;
  }

  TempDir dir_;
  PostgresServer server_;
  spec::EnvironmentSpec environment_;
  std::unique_ptr<Database> db_;
  std::unique_ptr<secrets::Store> store_;
  std::unique_ptr<kube::FakeKube> kube_;
};

TEST_F(RotationTest, CutAtEveryBoundaryItEndsRight) {
  struct Case {
    const char *key, *secret, *value;
    std::vector<std::string> roles;
    int boundaries;
  };
  // secret.set of the pending name and of the value; pending, sealed, applied, secret, done; each
  // role.
  const Case table[] = {{"PG_PASS_RO", "pg-db", "a new one for ro_user", {"ro_user"}, 8},
                        {"PG_PASS_TEAM", "pg-db", "a new \"one\" for team's", {"devstats_team"}, 8},
                        {"PG_PASS_REP", "pg-db", "a new one for standby", {"standby"}, 8},
                        {"GHA2DB_GITHUB_OAUTH", "github-oauth", "ghp_abc,ghp_def", {}, 7},
                        {"GF_SECURITY_ADMIN_PASSWORD", "grafana-secret", "a new one for admin", {}, 7},
                        {"PG_PASS", "pg-db", "a new one for the superuser", {"gha_admin", "postgres"}, 9}};
  for (const Case& c : table) {
    std::ofstream(dir_ / "hits").flush();
    const int deaths = RotateUntilDone(c.key, Secret(c.value));
    EXPECT_EQ(deaths, c.boundaries) << c.key;
    for (const std::string& role : c.roles) {
      EXPECT_TRUE(LogsIn(role, Secret(c.value))) << role;
      EXPECT_FALSE(LogsIn(role, Secret("old"))) << role;
    }
    EXPECT_EQ(store_->Get(Sealed().at(c.key))->Reveal(), c.value);
    EXPECT_FALSE(Rotation::Pending(*store_, Sealed().at(c.key))->has_value()) << c.key;
    EXPECT_EQ(Live(c.secret, absl::StrCat(c.key, ".secret")), c.value);
    EXPECT_THAT(server_.Log(), Not(HasSubstr(c.value)));  // which logs every statement
  }
}

TEST_F(RotationTest, AGeneratedOneIsTheSameEverywhere) {
  RotateUntilDone("PG_PASS", std::nullopt);
  const Secret value = *store_->Get("test-pg-pass");
  EXPECT_NE(value.Reveal(), PostgresServer::kPassword);
  EXPECT_TRUE(LogsIn("postgres", value));
  EXPECT_TRUE(LogsIn("gha_admin", value));
  EXPECT_EQ(Live("pg-db", "PG_PASS.secret"), value.Reveal());
}

// The superuser has the first new value, and nobody but the pending one knows it.
TEST_F(RotationTest, AnotherValueComesAfterTheOneThatWasBegun) {
  const Secret first("the first new value"), second("the second new value");
  std::ofstream(dir_ / "rules") << "kill rotate.role PG_PASS/postgres\n";
  db_.reset();
  const pid_t child = fork();
  if (child == 0) {
    if (!EnableFaults(dir_ / "rules", dir_ / "hits", true).ok()) _exit(2);
    Open();
    (void)Rotate("PG_PASS", first);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  Open();
  ASSERT_FALSE(LogsIn("postgres", *store_->Get("test-pg-pass")));
  // Neither is another secret's rotation kept out by it.
  EXPECT_TRUE(Rotate("PG_PASS_RO", Secret("a new one for ro_user")).ok());
  const absl::Status done = Rotate("PG_PASS", second);
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_TRUE(LogsIn("postgres", second));
  EXPECT_EQ(store_->Get("test-pg-pass")->Reveal(), second.Reveal());
}

TEST_F(RotationTest, WhatIsNotFitChangesNothing) {
  for (const char* value : {"", "with a newline\n", "short", "caf\xc3\xa9 is no ASCII"})
    EXPECT_EQ(Rotate("PG_PASS_RO", Secret(value)).code(), absl::StatusCode::kInvalidArgument) << value;
  EXPECT_EQ(Rotate("PG_HOST", Secret("a new one, long")).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Rotate("GHA2DB_GITHUB_OAUTH", std::nullopt).code(), absl::StatusCode::kInvalidArgument);
  environment_.secrets["PG_PASS_TEAM"] = "test-pg-pass-ro";
  EXPECT_EQ(Rotate("PG_PASS_RO", Secret("a new one, long")).code(), absl::StatusCode::kFailedPrecondition);
  environment_.secrets = Sealed();
  const auto admin = server_.Connect();
  ASSERT_TRUE(admin->Query("postgres", "DROP ROLE ro_user", {}, {.read_only = false}).ok());
  EXPECT_EQ(Rotate("PG_PASS_RO", Secret("a new one, long")).code(), absl::StatusCode::kNotFound);
  server_.Stop(SIGQUIT);
  EXPECT_EQ(Rotate("PG_PASS_TEAM", Secret("a new one, long")).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store_->List()->size(), Sealed().size());
  EXPECT_EQ(kube_->writes, 0);
}

TEST_F(RotationTest, TheValueInForceIsMendedAndIsNoNewOne) {
  ASSERT_TRUE(Rotate("PG_PASS_RO", Secret("a new one for ro_user")).ok());
  const auto admin = server_.Connect();
  ASSERT_TRUE(
      admin->Query("postgres", "ALTER ROLE ro_user PASSWORD 'by hand'", {}, {.read_only = false}).ok());
  const Json before = *kube_->Get({"v1", "Secret", kSpace, "pg-db"});
  ASSERT_TRUE(Rotate("PG_PASS_RO", Secret("a new one for ro_user")).ok());
  EXPECT_TRUE(LogsIn("ro_user", Secret("a new one for ro_user")));
  EXPECT_EQ(before, *kube_->Get({"v1", "Secret", kSpace, "pg-db"}));
}

}  // namespace
}  // namespace devstats::domain
