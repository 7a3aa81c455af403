// release get values, manifest, hooks, notes, metadata, all
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/ctl/release/helm_text.h"
#include "coordinator/ctl/release/release_view.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

struct GetFlags {
  std::string name, name_space = "default";
  uint32_t revision = 0;
  bool all = false;

  v1::GetReleaseRequest Request() const {
    v1::GetReleaseRequest request;
    request.set_name(name);
    request.set_namespace_(name_space);
    request.set_revision(revision);
    request.set_all_values(all);
    return request;
  }
};

// As it is, so that it can be piped on; on a terminal without what would move its cursor.
void PutRaw(const Shell& shell, const std::string& text) {
  *shell.io.out << (shell.io.out_terminal ? PrintableText(text) : text);
}

absl::StatusOr<int> ShowValues(Shell& shell, const GetFlags& flags, const v1::ReleaseDetail& release) {
  const bool people = shell.ForPeople();
  if (people) *shell.io.out << (flags.all ? "COMPUTED VALUES:\n" : "USER-SUPPLIED VALUES:\n");
  ASSIGN_OR_RETURN(const std::string values, GoMapText(ValuesJson(release, flags.all)));
  ASSIGN_OR_RETURN(const std::string text, HelmFormatted(values, people ? "yaml" : shell.format));
  PutRaw(shell, text);
  return kOk;
}

absl::StatusOr<int> ShowAll(Shell& shell, const GetFlags& flags, const v1::ReleaseDetail& release) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::GetReleaseRequest request = flags.Request();
  request.set_all_values(true);
  request.set_revision(release.summary().revision());  // the same, even if a newer one came
  ASSIGN_OR_RETURN(const v1::ReleaseDetail computed, GetRelease(*client, request));
  ASSIGN_OR_RETURN(const std::string text, AllText(release, computed, shell.io.zone));
  PutRaw(shell, text);
  return kOk;
}

absl::StatusOr<int> ShowMetadata(Shell& shell, const GetFlags&, const v1::ReleaseDetail& release) {
  ASSIGN_OR_RETURN(const std::string text, MetadataText(release, shell.ForPeople() ? "" : shell.format));
  PutRaw(shell, text);
  return kOk;
}

using Show = absl::StatusOr<int> (*)(Shell&, const GetFlags&, const v1::ReleaseDetail&);

absl::StatusOr<int> ShowManifest(Shell& shell, const GetFlags&, const v1::ReleaseDetail& release) {
  PutRaw(shell, release.manifest() + "\n");
  return kOk;
}
absl::StatusOr<int> ShowHooks(Shell& shell, const GetFlags&, const v1::ReleaseDetail& release) {
  PutRaw(shell, HooksText(release));
  return kOk;
}
absl::StatusOr<int> ShowNotes(Shell& shell, const GetFlags&, const v1::ReleaseDetail& release) {
  if (!release.notes().empty()) PutRaw(shell, absl::StrCat("NOTES:\n", release.notes(), "\n"));
  return kOk;
}

}  // namespace

void DeclareReleaseGet(Tree& tree, CLI::App* noun) {
  CLI::App* get = noun->add_subcommand("get", "Print what is recorded of a release.");
  get->require_subcommand(1);
  const std::tuple<const char*, const char*, Show> parts[] = {
      {"values", "Print its values.", ShowValues},
      {"manifest", "Print its manifest.", ShowManifest},
      {"hooks", "Print its hooks.", ShowHooks},
      {"notes", "Print its notes.", ShowNotes},
      {"metadata", "Print what chart it is made of, and its status.", ShowMetadata},
      {"all", "Print all of these, and its status.", ShowAll}};
  for (const auto& [name, description, show] : parts) {
    auto flags = std::make_shared<GetFlags>();
    CLI::App* verb =
        Verb(tree, get, name, description, [flags, show = show](Shell& shell) -> absl::StatusOr<int> {
          ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
          ASSIGN_OR_RETURN(const v1::ReleaseDetail release, GetRelease(*client, flags->Request()));
          return show(shell, *flags, release);
        });
    verb->add_option("NAME", flags->name, "of the release")->required();
    AddNamespace(verb, flags->name_space);
    verb->add_option("--revision", flags->revision, "this one in place of the newest")->type_name("N");
    if (show == ShowValues) verb->add_flag("-a,--all", flags->all, "with the chart's defaults");
    if (show == ShowValues || show == ShowMetadata) AddFormat(tree, verb);
  }
}

}  // namespace devstats::ctl
