// access add, list, revoke
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/identity.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/context.h"

namespace devstats::ctl {
namespace {

struct AddOptions {
  std::string name, role, ttl, folder;
};

absl::StatusOr<int> DoAdd(Shell& shell, const AddOptions& options) {
  RETURN_IF_ERROR(CheckUserName(options.name));
  v1::AddAccessRequest request;
  request.set_name(options.name);
  request.set_role(options.role);
  int64_t seconds = 0;
  if (!options.ttl.empty() && !ParsePeriod(options.ttl, &seconds))
    return Hint(absl::InvalidArgumentError(absl::StrCat("--ttl: not a time: ", options.ttl)),
                "such as 12h, 30d");
  request.set_ttl_seconds(seconds);
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  const std::string folder =
      options.folder.empty() ? absl::StrCat("devstats-", options.name) : options.folder;
  ASSIGN_OR_RETURN(const std::string csr, BeginContext(folder, options.name));
  request.set_csr_pem(csr);
  const absl::StatusOr<v1::AccessGrant> grant = client->AddAccess(request);
  if (!grant.ok()) {
    DropContext(folder);
    return grant.status();
  }
  RETURN_IF_ERROR(FinishContext(folder, *grant));
  *shell.io.err << "wrote " << folder << "; give it to " << options.name
                << " over a safe way, to be kept as\n"
                << "~/.config/devstatsctl or used with: devstatsctl --context " << folder << " status\n";
  return kOk;
}

absl::StatusOr<int> DoListAccess(Shell& shell) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::AccessList list, client->ListAccess());
  shell.Print(list, [&] {
    Table table({"NAME", "ROLE", "UNTIL", "STATE", "SERIAL"});
    for (const v1::AccessEntry& e : list.entries())
      table.Row({e.name(), e.role(), Moment(e.not_after_ms(), shell.io.zone),
                 e.revoked() ? Cell("revoked", Color::kRed) : Cell("valid", Color::kGreen), e.serial()});
    return table.Text(shell.PaintFor(shell.io.out_terminal));
  });
  return kOk;
}

absl::StatusOr<int> DoRevoke(Shell& shell, const std::string& name) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::RevokeAccessRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(const v1::RevokeAccessResponse response, client->RevokeAccess(request));
  *shell.io.err << "revoked " << Count(response.revoked(), "certificate") << " of " << name << "\n";
  return kOk;
}

}  // namespace

void DeclareAccessCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "access", "Who may use the coordinator from elsewhere.");

  auto options = std::make_shared<AddOptions>();
  CLI::App* add = Verb(tree, noun, "add", "Make a key here and have it certified: a context for --context.",
                       [options](Shell& shell) { return DoAdd(shell, *options); });
  add->add_option("NAME", options->name, "of the user")->required();
  add->add_option("--role", options->role,
                  "viewer reads, operator applies, admin also destroys and gives access")
      ->check(CLI::IsMember({"viewer", "operator", "admin"}).description(""))
      ->type_name("ROLE")
      ->required();
  add->add_option("--ttl", options->ttl,
                  "how long, such as 12h or 30d; the coordinator's default when absent")
      ->type_name("TIME");
  add->add_option("-o,--out", options->folder, "the folder to make; devstats-NAME when absent")
      ->type_name("DIR");

  AddFormat(tree, Verb(tree, noun, "list", "List who has access.", DoListAccess));

  auto revoked = std::make_shared<std::string>();
  Verb(tree, noun, "revoke", "Take all access of a user away, at once.",
       [revoked](Shell& shell) { return DoRevoke(shell, *revoked); })
      ->add_option("NAME", *revoked, "of the user")
      ->required();
}

}  // namespace devstats::ctl
