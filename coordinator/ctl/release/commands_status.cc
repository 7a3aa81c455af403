// release status
#include "CLI/CLI.hpp"
#include "common/status.h"
#include "coordinator/ctl/release/drift_view.h"
#include "coordinator/ctl/release/helm_text.h"
#include "coordinator/ctl/release/release_view.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

struct StatusFlags {
  std::string name, name_space = "default";
  uint32_t revision = 0;
  bool description = false, resources = false, drift = false;
};

absl::StatusOr<int> DoStatus(Shell& shell, const StatusFlags& flags) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::GetReleaseRequest request;
  request.set_name(flags.name);
  request.set_namespace_(flags.name_space);
  request.set_revision(flags.revision);
  if (flags.drift) return ShowDrift(shell, *client, request);
  request.set_resources(flags.resources);
  ASSIGN_OR_RETURN(const v1::ReleaseDetail release, GetRelease(*client, request));
  if (shell.ForPeople()) {
    *shell.io.out << SummaryText(
        release, {.description = flags.description, .resources = flags.resources, .local = shell.io.zone});
    return kOk;
  }
  ASSIGN_OR_RETURN(const std::string text, HelmFormatted(WithoutChart(release.record()), shell.format));
  *shell.io.out << text;
  return kOk;
}

}  // namespace

void DeclareReleaseStatus(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<StatusFlags>();
  CLI::App* verb = Verb(tree, noun, "status", "Show how a release stands.",
                        [flags](Shell& shell) { return DoStatus(shell, *flags); });
  verb->add_option("NAME", flags->name, "of the release")->required();
  AddNamespace(verb, flags->name_space);
  verb->add_option("--revision", flags->revision, "this one in place of the newest")->type_name("N");
  verb->add_flag("--show-desc", flags->description, "with the description of the revision");
  verb->add_flag("--show-resources", flags->resources, "with its objects, how they stand and why");
  verb->add_flag(
      "--drift", flags->drift,
      "what differs from the record, and the fields that others own; exit status 2 when something does");
  AddFormat(tree, verb);
}

}  // namespace devstats::ctl
