// version, completion, man
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/completion.h"
#include "coordinator/ctl/man.h"
#include "coordinator/spec/spec.h"

namespace devstats::ctl {
namespace {

// Ours is printed whether or not the coordinator can be reached.
absl::StatusOr<int> DoVersion(Shell& shell, bool client_only) {
  *shell.io.out << "devstatsctl " << DEVSTATS_VERSION << std::endl;
  if (client_only) return kOk;
  absl::StatusOr<v1::Version> version = absl::InternalError("");
  if (auto client = shell.Coordinator(); client.ok())
    version = (*client)->GetVersion();
  else
    version = client.status();
  if (version.ok())
    *shell.io.out << "coordinator " << log::Printable(version->version()) << ", cluster "
                  << log::Printable(version->cluster_id()) << "\n";
  else
    *shell.io.err << "coordinator: " << log::Printable(version.status().message()) << "\n";
  return kOk;
}

}  // namespace

void DeclareToolCommands(Tree& tree) {
  auto client_only = std::make_shared<bool>(false);
  Verb(tree, &tree.root, "version", "Print the versions of this program and of the coordinator.",
       [client_only](Shell& shell) { return DoVersion(shell, *client_only); })
      ->add_flag("--client", *client_only, "do not ask the coordinator");

  const CLI::App* root = &tree.root;
  auto name = std::make_shared<std::string>();
  Verb(tree, &tree.root, "completion", "Print a completion script: source <(devstatsctl completion bash).",
       [root, name](Shell& shell) -> absl::StatusOr<int> {
         *shell.io.out << CompletionScript(*root, *name, spec::AllPaths());
         return kOk;
       })
      ->add_option("SHELL", *name, "bash, zsh or fish")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""))
      ->required();

  Verb(tree, &tree.root, "man", "Print the manual page devstatsctl.1.",
       [root](Shell& shell) -> absl::StatusOr<int> {
         *shell.io.out << ManPage(*root, DEVSTATS_VERSION);
         return kOk;
       })
      ->group("");  // for the packages
}

}  // namespace devstats::ctl
