// env status, suspend, resume
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/commands_upkeep.h"
#include "coordinator/ctl/environment_view.h"

namespace devstats::ctl {
namespace {

constexpr char kStatusExamples[] = R"(
Looks at nodes, storage classes, volumes, certificates, Patroni, databases, flags, syncs, crons, pods and jobs.
What cannot be looked at says why. Exit status 1: something is wrong; the last line says how many things.

Examples:
  devstatsctl env status test
  devstatsctl env status prod -o wide     # all problems, however many
  devstatsctl env status prod -o json | jq '.findings[] | select(.state == "problem")')";
constexpr char kSuspendExamples[] = R"(
Stays so through every apply, for crons that are made later, too, until env resume; env status shows since when, and
by whom. What runs goes on.

Examples:
  devstatsctl env suspend test                            # syncs, affiliations and backups
  devstatsctl env suspend prod --kind sync --yes)";
constexpr char kResumeExamples[] = R"(
Takes back what env suspend has done; what cluster.yaml suspends stays suspended.

Examples:
  devstatsctl env resume test
  devstatsctl env resume prod --kind sync --kind backups)";

absl::StatusOr<int> DoEnvStatus(Shell& shell, const std::string& name) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::EnvironmentRequest request;
  request.set_environment(name);
  ASSIGN_OR_RETURN(const v1::EnvironmentStatus status, client->GetEnvironment(request));
  shell.Print(status, [&] {
    return EnvironmentView(status, shell.wide(), shell.io.zone, shell.PaintFor(shell.io.out_terminal));
  });
  return status.problems() == 0 ? kOk : kError;
}

struct EnvSuspend {
  v1::SuspendRequest request;
  std::vector<std::string> kinds;
  bool yes = false;
};

absl::StatusOr<int> DoEnvSuspend(Shell& shell, const EnvSuspend& suspend) {
  v1::SuspendRequest request = suspend.request;
  for (const std::string& kind : suspend.kinds) request.add_kinds(kind);
  if (!request.resume()) {
    const std::string what =
        suspend.kinds.empty() ? "syncs, affiliations and backups" : absl::StrJoin(suspend.kinds, ", ");
    RETURN_IF_ERROR(AskFirst(shell, absl::StrCat("holds up the crons of ", request.environment(), ": ", what),
                             suspend.yes));
  }
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::CronList list, client->SuspendEnvironment(request));
  shell.Print(list, [&] {
    std::string count = absl::StrCat(Count(static_cast<size_t>(list.crons_size()), "cron"),
                                     request.resume() ? " resumed\n" : " suspended\n");
    if (list.crons().empty()) return count;
    return absl::StrCat(CronTable(list, shell.io.zone).Text(shell.PaintFor(shell.io.out_terminal)), count);
  });
  return kOk;
}

void DeclareSuspend(Tree& tree, CLI::App* noun, bool resume) {
  auto suspend = std::make_shared<EnvSuspend>();
  suspend->request.set_resume(resume);
  CLI::App* verb =
      Verb(tree, noun, resume ? "resume" : "suspend",
           resume ? "Let crons run that env suspend holds up." : "Hold up the crons of an environment.",
           [suspend](Shell& shell) { return DoEnvSuspend(shell, *suspend); });
  verb->add_option_function<std::string>(
          "ENV", [suspend](const std::string& name) { suspend->request.set_environment(name); },
          "which environment")
      ->required();
  verb->add_option("--kind", suspend->kinds, "only of this kind; may be given several times")
      ->check(CLI::IsMember({"sync", "affiliations", "backups"}).description(""))
      ->allow_extra_args(false)
      ->type_name("KIND");
  if (!resume) verb->add_flag("-y,--yes", suspend->yes, "do not ask");
  AddFormat(tree, verb);
  verb->footer(resume ? kResumeExamples : kSuspendExamples);
}

}  // namespace

void DeclareEnvCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "env", "Environments of DevStats: how they stand, their crons and images.");
  auto name = std::make_shared<std::string>();
  CLI::App* verb = Verb(tree, noun, "status", "Look at an environment as a whole.",
                        [name](Shell& shell) { return DoEnvStatus(shell, *name); });
  verb->add_option("ENV", *name, "which environment")->required();
  AddFormat(tree, verb);
  verb->footer(kStatusExamples);
  DeclareSuspend(tree, noun, false);
  DeclareSuspend(tree, noun, true);
  DeclareImageVerbs(tree, noun);
}

}  // namespace devstats::ctl
