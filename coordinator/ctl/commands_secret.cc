// secret set, list, delete
#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/status.h"
#include "common/utf8.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/commands_upkeep.h"
#include "coordinator/ctl/secret_value.h"

namespace devstats::ctl {
namespace {

constexpr char kSetExamples[] = R"(
The value is never given on the command line, where others see it. From the terminal and from standard input the newline
at its end is left out; a file is taken as it is.

Examples:
  devstatsctl secret set registry-password                    # asks, without showing what is typed
  pass show registry | devstatsctl secret set registry-password
  devstatsctl secret set registry-password --file token.json)";

struct SetOptions {
  std::string name, file;
};

absl::StatusOr<int> DoSet(Shell& shell, const SetOptions& options) {
  RETURN_IF_ERROR(CheckSecretName(options.name));
  ASSIGN_OR_RETURN(std::string text, ReadSecretValue(shell, options.name, options.file));
  const Secret value(std::move(text));
  const std::string& shown = value.Reveal();  // checked here, and sent to the coordinator's store
  if (shown.empty()) return absl::InvalidArgumentError("the value is empty; nothing was set");
  if (shown.size() > kMaxSecretBytes)
    return absl::InvalidArgumentError(absl::StrCat("the value has more than ", kMaxSecretBytes, " bytes"));
  if (Utf8(shown) != shown)
    return Hint(absl::InvalidArgumentError("the value is no text in UTF-8"), "encode it, as base64 does");
  if (!options.file.empty() && absl::EndsWith(shown, "\n"))
    *shell.io.err << "note: the value ends with a newline, as " << options.file << " does\n";
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::SetSecretRequest request;
  request.set_name(options.name);
  request.set_value(shown);
  ASSIGN_OR_RETURN(const v1::SecretEntry entry, client->SetSecret(request));
  *shell.io.err << "set " << options.name << "; plans show it as (secret " << options.name << ", "
                << log::Printable(entry.mac()) << ")\n";
  return kOk;
}

absl::StatusOr<int> DoListSecrets(Shell& shell) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::SecretList list, client->ListSecrets());
  shell.Print(list, [&] {
    Table table({"NAME", "MAC", "CHANGED"});
    for (const v1::SecretEntry& e : list.entries())
      table.Row({e.name(), e.mac(), Moment(e.changed_ms(), shell.io.zone)});
    return table.Text(shell.PaintFor(shell.io.out_terminal));
  });
  return kOk;
}

absl::StatusOr<int> DoDelete(Shell& shell, const std::string& name) {
  RETURN_IF_ERROR(CheckSecretName(name));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::DeleteSecretRequest request;
  request.set_name(name);
  RETURN_IF_ERROR(client->DeleteSecret(request));
  *shell.io.err << "deleted " << name << "; boxes keep what they were given\n";
  return kOk;
}

}  // namespace

void DeclareSecretCommands(Tree& tree) {
  CLI::App* noun =
      Noun(tree, "secret", "Values that cluster.yaml names but does not hold: passwords of registries.");

  auto options = std::make_shared<SetOptions>();
  CLI::App* set =
      Verb(tree, noun, "set", "Keep a value, sealed; it is asked for, or read from standard input.",
           [options](Shell& shell) { return DoSet(shell, *options); });
  set->add_option("NAME", options->name, "a-z, 0-9, '-' and '.'; as cluster.yaml names it")->required();
  set->add_option("--file", options->file, "take the value from a file, as it is; - is standard input")
      ->type_name("FILE");
  set->footer(kSetExamples);

  AddFormat(tree, Verb(tree, noun, "list", "List the names, never the values. Equal values have equal MACs.",
                       DoListSecrets));

  auto deleted = std::make_shared<std::string>();
  Verb(tree, noun, "delete", "Forget a value; what boxes were given stays there.",
       [deleted](Shell& shell) { return DoDelete(shell, *deleted); })
      ->add_option("NAME", *deleted, "of the secret")
      ->required();
  DeclareSecretUpkeep(tree, noun);
}

}  // namespace devstats::ctl
