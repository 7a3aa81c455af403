// devstatsctl psql whole: the real psql, our command line, the coordinator's service, and a real PostgreSQL
// that wants SCRAM.
#include <signal.h>
#include <sys/wait.h>

#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "gmock/gmock.h"
#include "tests/common/eventually.h"
#include "tests/coordinator/ctl/invoke.h"
#include "tests/coordinator/service/served.h"
#include "tests/integration/postgres/leaks.h"
#include "tests/integration/postgres/server.h"

namespace devstats::coordinator {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kReaderPassword[] = "reader-password";

class PsqlTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    static bool made = false;  // for the suites of this file
    if (!std::exchange(made, true)) MakeDatabase();
  }
  static void MakeDatabase() {
    const auto admin = postgres::SharedServer().Connect();
    const postgres::QueryOptions write{.read_only = false};
    ASSERT_TRUE(admin
                    ->Query("postgres",
                            absl::StrCat("CREATE ROLE ro_user LOGIN PASSWORD '", kReaderPassword, "'"), {},
                            write)
                    .ok());
    ASSERT_TRUE(
        admin->Query("postgres", "CREATE DATABASE gha", {}, {.read_only = false, .transaction = false}).ok());
    ASSERT_TRUE(
        admin
            ->Query("gha", "CREATE TABLE facts AS SELECT g AS n FROM generate_series(1, 200000) g", {}, write)
            .ok());
    ASSERT_TRUE(admin->Query("gha", "GRANT SELECT ON facts TO ro_user", {}, write).ok());
  }
  explicit PsqlTest(const psql::SessionLimits& limits = {.most = 2}) : limits_(limits) {}

  std::vector<std::string> Line(const std::string& database, std::vector<std::string> args) const {
    std::vector<std::string> all = {"--socket", served_.socket(), "psql", "-e", "test", database};
    all.insert(all.end(), args.begin(), args.end());
    return all;
  }
  struct Result {
    int code = -1;
    std::string out, err;
  };
  // psql's own streams are those of the process: what it says goes to files.
  Result Psql(std::vector<std::string> args, const std::string& database = "gha", bool read_only = false) {
    const std::string out = access_.dir / "out", err = access_.dir / "err";
    args.insert(args.begin(), {"-X", "-At", "-L", access_.dir / "log", "-o", out});
    args.insert(args.begin(), "--");
    if (read_only) args.insert(args.begin(), "--readonly");
    const UniqueFd kept(dup(2));
    const UniqueFd file(open(err.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
    dup2(file.get(), 2);
    (void)remove(out.c_str());
    const ctl::Outcome outcome = ctl::Invoke(
        Line(database, args), {.env = {{"PATH", "/usr/bin:/bin"}, {"XDG_RUNTIME_DIR", access_.dir.path()}}});
    dup2(kept.get(), 2);
    const auto said = ReadFile(out);
    return {outcome.code, said.ok() ? *said : "", outcome.err + *ReadFile(err)};
  }

  const psql::SessionLimits limits_;
  access::World access_;
  bool down_ = false;
  DatabasesParts parts_{
      .environment = [](const std::string& name) -> absl::StatusOr<domain::LiveEnvironment> {
        domain::LiveEnvironment live;
        live.environment.name = name;
        if (name == "test") return live;
        return absl::NotFoundError("there is no environment " + name);
      },
      .login = [this](const spec::EnvironmentSpec&, bool read_only) -> absl::StatusOr<postgres::Server> {
        if (down_) return absl::UnavailableError("none of its 3 pods leads");
        return read_only ? postgres::SharedServer().As("ro_user", kReaderPassword)
                         : postgres::SharedServer().As("postgres", postgres::PostgresServer::kPassword);
      },
      .limits = limits_};
  Databases databases_{parts_};
  Api api_{{.authority = access_.authority.get()}};
  Served served_{{.api = &api_, .databases = &databases_}, &access_, access::Role::kAdmin};
};

TEST_F(PsqlTest, RunsWhatStandsBehindTheDashes) {
  const Result result =
      Psql({"-c", "SELECT current_user, current_database()", "-c", "SHOW application_name"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "postgres|gha\npsql\n") << result.err;
  EXPECT_EQ(Psql({"-v", "ON_ERROR_STOP=1", "-c", "SELECT 1/0"}).code, 1);
  const std::string trail = *ReadFile(access_.paths.Audit());
  EXPECT_THAT(trail, AllOf(HasSubstr("write test/gha"), HasSubstr("OpenDatabase"), Not(HasSubstr("SELECT"))));
  EXPECT_THAT(trail, Not(HasSubstr("password")));
}

TEST_F(PsqlTest, ReadOnlyIsARoleThatCanOnlyRead) {
  served_.role = access::Role::kOperator;
  Result result =
      Psql({"-c", "SELECT current_user", "-c", "SHOW default_transaction_read_only"}, "gha", true);
  EXPECT_EQ(result.out, "ro_user\non\n") << result.err;
  result = Psql({"-c", "SET default_transaction_read_only = off", "-c", "DELETE FROM facts"}, "gha", true);
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("permission denied for table facts"));
  EXPECT_THAT(*ReadFile(access_.paths.Audit()), HasSubstr("read test/gha"));
}

TEST_F(PsqlTest, RefusalsReachTheUserInPsqlsWords) {
  served_.role = access::Role::kOperator;
  Result result = Psql({"-c", "SELECT 1"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("FATAL:  writing to a database: this needs the role admin, and ann is "
                              "operator"),
                    HasSubstr("--readonly reads as an operator")));
  served_.role = access::Role::kViewer;
  EXPECT_THAT(Psql({"-c", "SELECT 1"}, "gha", true).err, HasSubstr("needs the role operator"));
  served_.role = access::Role::kAdmin;
  EXPECT_THAT(Psql({"-c", "SELECT 1"}, "nowhere").err, HasSubstr("database \"nowhere\" does not exist"));
  EXPECT_THAT(Psql({"-c", "\\connect postgres"}).err,
              AllOf(HasSubstr("this way leads to database gha alone"), HasSubstr("psql -e test DB")));
  down_ = true;
  EXPECT_THAT(Psql({"-c", "SELECT 1"}).err, HasSubstr("none of its 3 pods leads"));
}

TEST_F(PsqlTest, CarriesMuchInBothDirections) {
  const std::string file = access_.dir / "copied";
  Result result =
      Psql({"-c", absl::StrCat("\\copy facts to '", file, "'"), "-c", "CREATE TEMP TABLE back (n int)", "-c",
            absl::StrCat("\\copy back from '", file, "'"), "-c", "SELECT count(*), sum(n) FROM back"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("200000|20000100000\n"));
}

TEST_F(PsqlTest, SettingsOfTheClientHold) {
  setenv("PGTZ", "Asia/Kathmandu", 1);
  setenv("PGOPTIONS", "-c work_mem=7MB", 1);
  setenv("PGHOST", "127.0.0.1", 1);
  setenv("PGPASSWORD", "not-for-us", 1);
  const Result result = Psql({"-c", "SHOW TimeZone", "-c", "SHOW work_mem"});
  for (const char* name : {"PGTZ", "PGOPTIONS", "PGHOST", "PGPASSWORD"}) unsetenv(name);
  EXPECT_EQ(result.out, "Asia/Kathmandu\n7MB\n") << result.err;
}

// Ctrl-C in psql: a request of its own, with the key that we made.
TEST_F(PsqlTest, AQueryIsCancelledByItsOwner) {
  const pid_t self = getpid();
  std::thread other([&] {
    const auto admin = postgres::SharedServer().Connect();
    constexpr char kRuns[] =
        "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";
    EXPECT_TRUE(Eventually([&] {
      const auto rows = admin->Query("postgres", kRuns);
      return rows.ok() && !rows->rows.empty();
    }));
    const std::string children = *ReadFile(absl::StrCat("/proc/", self, "/task/", self, "/children"));
    for (const absl::string_view child : absl::StrSplit(children, ' ', absl::SkipWhitespace())) {
      int pid = 0;
      ASSERT_TRUE(absl::SimpleAtoi(child, &pid));
      const auto name = ReadFile(absl::StrCat("/proc/", pid, "/comm"));
      if (name.ok() && absl::StartsWith(*name, "psql")) kill(pid, SIGINT);
    }
  });
  const Result result = Psql({"-c", "SELECT pg_sleep(60)", "-c", "SELECT 'after'"});
  other.join();
  EXPECT_THAT(result.err, HasSubstr("canceling statement due to user request"));
}

class IdlePsqlTest : public PsqlTest {
 protected:
  IdlePsqlTest() : PsqlTest({.idle = absl::Seconds(2)}) {}
};

TEST_F(IdlePsqlTest, AnIdleSessionEndsAndABusyOneDoesNot) {
  EXPECT_EQ(Psql({"-c", "SELECT pg_sleep(3)", "-c", "SELECT 'busy'"}).out, "\nbusy\n");
  const Result idle = Psql({"-c", "SELECT 1", "-c", "\\! sleep 6", "-c", "SELECT 2"});
  EXPECT_EQ(idle.out, "1\n");
  EXPECT_THAT(idle.err, HasSubstr("the session was idle for 2s"));
}

TEST_F(PsqlTest, ThereIsNoMoreThanALimit) {
  const Result result = Psql({"-c", "SELECT 1"});
  EXPECT_EQ(result.code, 0);
  // psql within psql: the third has no place.
  const std::string again = absl::StrCat("\\! psql -X -At -c 'SELECT 41 + 1' > ", access_.dir / "inner");
  EXPECT_EQ(Psql({"-c", again}).code, 0);
  EXPECT_EQ(*ReadFile(access_.dir / "inner"), "42\n");
  const std::string third = absl::StrCat("\\! psql -X -c '\\! psql -X -c 1' 2> ", access_.dir / "inner");
  Psql({"-c", third});
  EXPECT_THAT(*ReadFile(access_.dir / "inner"), HasSubstr("all 2 sessions are in use"));
}

TEST_F(PsqlTest, LeavesNoFolderBehindAndSaysWhatIsMissing) {
  const ctl::Outcome outcome = ctl::Invoke(Line("gha", {}), {.env = {{"PATH", "/nonexistent"}}});
  EXPECT_EQ(outcome.err, "error: psql is not on this machine\nhint: apt install postgresql-client\n");
  const std::string socket = absl::StrCat("\\! stat -c '%a %F' $PGHOST > ", access_.dir / "mode");
  EXPECT_EQ(Psql({"-c", socket}).code, 0);
  EXPECT_EQ(*ReadFile(access_.dir / "mode"), "700 directory\n");
  for (const auto& entry : std::filesystem::directory_iterator(access_.dir.path()))
    EXPECT_FALSE(absl::StartsWith(entry.path().filename().string(), "devstatsctl-")) << entry.path();
}

}  // namespace
}  // namespace devstats::coordinator
