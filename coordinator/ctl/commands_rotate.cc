// secret status, rotate
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "common/utf8.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands_upkeep.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/options.h"
#include "coordinator/ctl/secret_value.h"
#include "coordinator/ctl/upkeep_view.h"

namespace devstats::ctl {
namespace {

constexpr char kSecretStatusExamples[] = R"(
Which sealed value each key comes from, whether the cluster has it, since when, and what began before and has the old one.
Values are never shown. Exit status 1: something is to be mended.

Examples:
  devstatsctl secret status -e test
  devstatsctl secret status -e prod --github     # also what is left of each of GitHub's tokens)";
constexpr char kRotateExamples[] = R"(
In this order: the role in PostgreSQL (as a verifier, never the password), the sealed value, the cluster's Secret; then what
has the old value is shown, or restarted. Cut anywhere, the same command goes on. The value comes from the terminal,
standard input or --file, as with secret set, or is made by the coordinator. A trailing newline is refused.
PG_PASS and PG_PASS_REP are what Patroni itself logs in with: they need --restart, which replaces its pods one by one.

Examples:
  devstatsctl secret rotate PG_PASS_RO -e test --generate --restart
  devstatsctl secret rotate GHA2DB_GITHUB_OAUTH -e prod --file tokens.secret
  devstatsctl secret rotate PG_PASS -e prod --generate --restart --yes
  devstatsctl secret rotate PG_PASS -e prod --go-on --restart                # ends what was cut)";

struct StatusOptions {
  v1::EnvironmentSecretsRequest request;
};

absl::StatusOr<int> DoSecretStatus(Shell& shell, const StatusOptions& options) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::EnvironmentSecretList list, client->GetEnvironmentSecrets(options.request));
  shell.Print(list, [&] {
    return SecretsView(list, shell.wide(), shell.io.zone, shell.PaintFor(shell.io.out_terminal));
  });
  return HasProblem(list) ? kError : kOk;
}

struct RotateOptions {
  std::string key, environment, file;
  bool generate = false, go_on = false, restart = false, yes = false;
};

absl::StatusOr<int> DoSecretRotate(Shell& shell, const RotateOptions& options) {
  v1::RotateSecretRequest request;
  request.set_environment(options.environment);
  request.set_key(options.key);
  request.set_generate(options.generate);
  request.set_restart(options.restart);
  if (!options.generate && !options.go_on) {
    ASSIGN_OR_RETURN(std::string value, ReadSecretValue(shell, options.key, options.file));
    if (value.empty()) return absl::InvalidArgumentError("the value is empty; nothing was done");
    if (Utf8(value) != value) return absl::InvalidArgumentError("the value is no text in UTF-8");
    request.set_value(std::move(value));
  }
  RETURN_IF_ERROR(AskFirst(shell,
                           absl::StrCat("gives ", options.key, " of ", options.environment, " a new value",
                                        options.restart ? " and restarts what has the old one" : ""),
                           options.yes));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  const Interrupt interrupt([client] { client->CancelStreams(); });
  const absl::Status status = client->RotateSecret(request, [&](const v1::UpkeepProgress& progress) {
    *shell.io.err << log::Printable(progress.text()) << "\n" << std::flush;
  });
  if (absl::IsCancelled(status)) {
    *shell.io.err << "no longer waiting; how it stands: devstatsctl secret status -e " << options.environment
                  << "\n";
    return kInterrupted;
  }
  RETURN_IF_ERROR(status);
  *shell.io.err << "done\n";
  return kOk;
}

}  // namespace

void DeclareSecretUpkeep(Tree& tree, CLI::App* secret) {
  auto status = std::make_shared<StatusOptions>();
  CLI::App* look = Verb(tree, secret, "status", "Show how the secrets of an environment stand.",
                        [status](Shell& shell) { return DoSecretStatus(shell, *status); });
  AddEnvironment(look, &status->request);
  look->add_flag_callback(
      "--github", [status] { status->request.set_github(true); }, "ask GitHub what is left of each token");
  AddFormat(tree, look);
  look->footer(kSecretStatusExamples);

  auto options = std::make_shared<RotateOptions>();
  CLI::App* rotate = Verb(tree, secret, "rotate", "Give a secret of an environment a new value, everywhere.",
                          [options](Shell& shell) { return DoSecretRotate(shell, *options); });
  rotate
      ->add_option("KEY", options->key,
                   "PG_PASS, PG_PASS_RO, PG_PASS_TEAM, PG_PASS_REP, GHA2DB_GITHUB_OAUTH, "
                   "GF_SECURITY_ADMIN_PASSWORD")
      ->required();
  AddEnvironment(rotate, [options](const std::string& env) { options->environment = env; });
  CLI::Option* file =
      rotate->add_option("--file", options->file, "take the value from a file, as it is; - is standard input")
          ->type_name("FILE");
  CLI::Option* generate =
      rotate->add_flag("--generate", options->generate, "the coordinator makes the value")->excludes(file);
  rotate
      ->add_flag("--go-on", options->go_on, "no new value: end a rotation that was cut, restart what is left")
      ->excludes(file)
      ->excludes(generate);
  rotate->add_flag("--restart", options->restart, "restart what has the old value");
  rotate->add_flag("-y,--yes", options->yes, "do not ask");
  rotate->footer(kRotateExamples);
}

}  // namespace devstats::ctl
