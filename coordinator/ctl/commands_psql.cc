// psql
#include <unistd.h>

#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "common/status.h"
#include "common/subprocess.h"
#include "coordinator/ctl/carry_database.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/options.h"
#include "coordinator/ctl/run_psql.h"

namespace devstats::ctl {
namespace {

constexpr char kPsqlExamples[] = R"(
Runs the psql of this machine. The coordinator carries its bytes to the database and logs in itself: no password is
asked for, and none comes here. Without --readonly: the leader, as its superuser; this needs the role admin. What
stands behind -- is for psql; the exit status is psql's.

Examples:
  devstatsctl psql -e test gha
  devstatsctl psql -e prod gha --readonly                  # a replica, as ro_user
  devstatsctl psql -e test gha --readonly -- -Atc 'select max(dt) from gha_parsed')";

constexpr absl::Duration kFarewell = absl::Seconds(5);

struct Psql {
  std::string environment, database;
  bool read_only = false;
  std::vector<std::string> arguments;
};

// A connection of psql under way, in a thread of its own.
class Carried {
 public:
  Carried(UniqueFd client, std::unique_ptr<DatabaseStream> stream)
      : client_(std::move(client)), stream_(std::move(stream)), thread_([this] {
          CarryDatabase(client_, *stream_);
          client_.Reset();
          over_.Notify();
        }) {}
  // psql has gone: what does not end by itself is ended.
  ~Carried() {
    if (!over_.WaitForNotificationWithTimeout(kFarewell)) stream_->Cancel();
    thread_.join();
  }

 private:
  UniqueFd client_;
  const std::unique_ptr<DatabaseStream> stream_;
  absl::Notification over_;
  std::thread thread_;  // last: it uses all the others
};

absl::StatusOr<std::string> FindPsql(const Shell& shell) {
  absl::StatusOr<std::string> found = LookPath("psql", shell.Env("PATH"));
  if (found.ok()) return found;
  return Hint(absl::NotFoundError("psql is not on this machine"), "apt install postgresql-client");
}

absl::StatusOr<int> DoPsql(Shell& shell, const Psql& psql) {
  ASSIGN_OR_RETURN(const std::string program, FindPsql(shell));
  const HeldSignals signals;  // before the client, which has threads
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  RETURN_IF_ERROR(client->GetVersion().status());  // better told by us than by psql
  ASSIGN_OR_RETURN(const auto folder, SocketFolder::Make({shell.Env("XDG_RUNTIME_DIR"), "/tmp"}));
  std::vector<std::string> argv = {program};
  argv.insert(argv.end(), psql.arguments.begin(), psql.arguments.end());
  std::vector<std::string> environment;
  for (char** variable = environ; *variable; ++variable) environment.emplace_back(*variable);
  std::vector<std::unique_ptr<Carried>> carried;
  return RunPsql(
      argv,
      PsqlEnvironment(environment, folder->path(), psql.database, psql.read_only ? "ro_user" : "postgres"),
      *folder, signals, [&](UniqueFd connection) {
        carried.push_back(std::make_unique<Carried>(
            std::move(connection), client->OpenDatabase(psql.environment, psql.database, psql.read_only)));
      });
}

}  // namespace

void DeclarePsqlCommand(Tree& tree) {
  auto psql = std::make_shared<Psql>();
  CLI::App* verb = Verb(tree, &tree.root, "psql", "Work in a database with psql.",
                        [psql](Shell& shell) { return DoPsql(shell, *psql); });
  AddEnvironment(verb, [psql](const std::string& env) { psql->environment = env; });
  verb->add_option("DB", psql->database, "which database: gha, devstats ...")->required();
  verb->add_option("ARGUMENTS", psql->arguments, "for psql, behind --");
  verb->add_flag("--readonly", psql->read_only, "a replica, as a role that can only read");
  verb->footer(kPsqlExamples);
}

}  // namespace devstats::ctl
