// patroni status, plan, verify, apply, switchover, reinit, restart
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/environment_view.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/options.h"

namespace devstats::ctl {
namespace {

using PatroniRequest = v1::ChangePatroniRequest;

constexpr char kPatroniStatusExamples[] = R"(
Exit status 1: something is wrong.

Examples:
  devstatsctl patroni status -e test
  devstatsctl patroni status -e prod -o wide)";
constexpr char kPatroniPlanExamples[] = R"(
Four columns: what cluster.yaml wants, what Patroni's shared configuration (DCS) says, what beats it in a member's own
files, and what SHOW says on each member. Changes nothing: apply does. Exit status 2: something is not as wanted.

Examples:
  devstatsctl patroni plan -e prod
  devstatsctl patroni plan -e prod -o wide     # also what is as wanted)";
constexpr char kVerifyExamples[] = R"(
One leader, all others streaming and close behind, no WAL held by slots that nobody reads, no restart pending, and each
parameter as cluster.yaml wants it: in the DCS, and in what SHOW says on each member. Exit status 1: something is not.

Examples:
  devstatsctl patroni verify -e test
  devstatsctl patroni verify -e prod -o json | jq -r '.problems[]')";
constexpr char kApplyExamples[] = R"(
The step "parameters" of devstatsctl apply, alone: shows what it will do, asks, changes the DCS by Patroni, and restarts
the members that need it, one by one, the leader last and by a switchover. Refused when a rule forbids a value.

Examples:
  devstatsctl patroni apply -e test
  devstatsctl patroni apply -e prod --yes)";
constexpr char kSwitchoverExamples[] = R"(
Without --to, to the replica that is closest. Refused when it does not stream, or is too far behind.

Examples:
  devstatsctl patroni switchover -e test
  devstatsctl patroni switchover -e prod --to devstats-postgres-1 --yes)";
constexpr char kPatroniReinitExamples[] = R"(
Refused for the leader, while another member is rebuilt or away, and for a lag that is caught up more quickly.

Examples:
  devstatsctl patroni reinit -e prod devstats-postgres-2)";
constexpr char kRestartExamples[] = R"(
Without a member: all that wait for a restart, replicas one by one, the leader last and by a switchover. A leader is
never restarted where it is while a replica can take its place.

Examples:
  devstatsctl patroni restart -e test
  devstatsctl patroni restart -e prod devstats-postgres-2)";

absl::StatusOr<int> DoPatroniStatus(Shell& shell, const v1::EnvironmentRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::PatroniStatus status, client->GetPatroni(request));
  shell.Print(status,
              [&] { return PatroniView(status, shell.wide(), shell.PaintFor(shell.io.out_terminal)); });
  return status.problems().empty() ? kOk : kError;
}

absl::StatusOr<int> DoPatroniPlan(Shell& shell, const v1::EnvironmentRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::PatroniParameters all, client->GetPatroniParameters(request));
  shell.Print(all, [&] { return ParametersView(all, shell.wide(), shell.PaintFor(shell.io.out_terminal)); });
  bool settled = all.settings().empty();
  for (const v1::PatroniParameter& row : all.parameters())
    settled = settled && row.in_effect() && row.dcs_as_wanted();
  return settled ? kOk : kPending;
}

// Of both looks what is not as it should be.
absl::StatusOr<int> DoPatroniVerify(Shell& shell, const v1::EnvironmentRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(v1::PatroniStatus status, client->GetPatroni(request));
  ASSIGN_OR_RETURN(const v1::PatroniParameters all, client->GetPatroniParameters(request));
  for (std::string& problem : ParameterProblems(all)) status.add_problems(std::move(problem));
  shell.Print(status,
              [&] { return PatroniView(status, shell.wide(), shell.PaintFor(shell.io.out_terminal)); });
  return status.problems().empty() ? kOk : kError;
}

struct PatroniChange {
  PatroniRequest request;
  bool yes = false;
};

// First what it would do, or why it may not; then, with leave, it.
absl::StatusOr<int> DoPatroniChange(Shell& shell, const PatroniChange& change) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  PatroniRequest request = change.request;
  request.set_dry_run(true);
  std::string what;
  bool nothing = false;
  RETURN_IF_ERROR(client->ChangePatroni(request, [&](const v1::PatroniProgress& progress) {
    what = progress.text();
    request.set_plan(progress.plan());
    nothing = !progress.plan().empty() && progress.changes().empty();
    for (const std::string& line : progress.changes()) *shell.io.out << log::Printable(line) << "\n";
  }));
  if (nothing) {
    *shell.io.out << "all as wanted\n";
    return kOk;
  }
  RETURN_IF_ERROR(AskFirst(shell, what, change.yes));
  request.set_dry_run(false);
  const Interrupt interrupt([client] { client->CancelStreams(); });
  const absl::Status status = client->ChangePatroni(request, [&](const v1::PatroniProgress& progress) {
    *shell.io.err << log::Printable(progress.text()) << "\n" << std::flush;
  });
  if (absl::IsCancelled(status)) {
    *shell.io.err << "no longer waiting; what Patroni has begun goes on: devstatsctl patroni status\n";
    return kInterrupted;
  }
  RETURN_IF_ERROR(status);
  *shell.io.err << "done\n";
  return kOk;
}

void DeclareLook(Tree& tree, CLI::App* noun, const char* name, const char* what,
                 absl::StatusOr<int> (*look)(Shell&, const v1::EnvironmentRequest&), const char* footer) {
  auto request = std::make_shared<v1::EnvironmentRequest>();
  CLI::App* verb =
      Verb(tree, noun, name, what, [request, look](Shell& shell) { return look(shell, *request); });
  AddEnvironment(verb, request.get());
  AddFormat(tree, verb);
  verb->footer(footer);
}

// `member`: how its member is given; null: it has none.
CLI::Option* DeclareChange(Tree& tree, CLI::App* noun, PatroniRequest::Action action, const char* name,
                           const char* what, const char* member, const char* footer) {
  auto change = std::make_shared<PatroniChange>();
  change->request.set_action(action);
  CLI::App* verb =
      Verb(tree, noun, name, what, [change](Shell& shell) { return DoPatroniChange(shell, *change); });
  AddEnvironment(verb, &change->request);
  verb->add_flag("-y,--yes", change->yes, "do not ask");
  verb->footer(footer);
  if (!member) return nullptr;
  return verb->add_option_function<std::string>(
      member, [change](const std::string& m) { change->request.set_member(m); }, "which member");
}

}  // namespace

void DeclarePatroniCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "patroni", "The PostgreSQL cluster of an environment.");
  DeclareLook(tree, noun, "status", "Show members, lag, slots and what is wrong.", DoPatroniStatus,
              kPatroniStatusExamples);
  DeclareLook(tree, noun, "plan", "Show parameters that are not as wanted.", DoPatroniPlan,
              kPatroniPlanExamples);
  DeclareLook(tree, noun, "verify", "Tell what is not as it should be.", DoPatroniVerify, kVerifyExamples);
  DeclareChange(tree, noun, PatroniRequest::APPLY, "apply", "Make the parameters of cluster.yaml true.",
                nullptr, kApplyExamples);
  DeclareChange(tree, noun, PatroniRequest::SWITCHOVER, "switchover", "Hand the leader's place to a replica.",
                "--to", kSwitchoverExamples)
      ->type_name("MEMBER");
  DeclareChange(tree, noun, PatroniRequest::REINIT, "reinit", "Build a replica anew from the leader.",
                "MEMBER", kPatroniReinitExamples)
      ->required();
  DeclareChange(tree, noun, PatroniRequest::RESTART, "restart", "Restart PostgreSQL.", "MEMBER",
                kRestartExamples);
}

}  // namespace devstats::ctl
