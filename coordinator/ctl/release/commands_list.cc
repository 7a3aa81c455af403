// release list, history
#include <algorithm>

#include "CLI/CLI.hpp"
#include "common/status.h"
#include "coordinator/ctl/release/list_view.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

absl::StatusOr<int> DoList(Shell& shell, const ListFlags& flags) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::ListReleasesRequest request;
  if (!flags.all_namespaces) request.set_namespace_(flags.name_space);
  request.set_selector(flags.selector);
  request.set_superseded(flags.OnlySuperseded());
  ASSIGN_OR_RETURN(const v1::ReleaseList list, client->ListReleases(request));
  for (const std::string& warning : list.warnings())
    *shell.io.err << "WARNING: " << PrintableText(warning) << "\n";
  ASSIGN_OR_RETURN(const Summaries chosen, ChooseReleases(list, flags));
  ASSIGN_OR_RETURN(const std::string text, ListText(chosen, flags, shell.format, shell.io.zone));
  *shell.io.out << text;
  return kOk;
}

struct HistoryFlags {
  std::string name, name_space = "default";
  int most = 256;
};

absl::StatusOr<int> DoHistory(Shell& shell, const HistoryFlags& flags) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::GetReleaseRequest request;
  request.set_name(flags.name);
  request.set_namespace_(flags.name_space);
  request.set_max(static_cast<uint32_t>(std::max(flags.most, 1)));
  const absl::StatusOr<v1::ReleaseList> list = client->GetReleaseHistory(request);
  if (!list.ok()) return HelmNotFound(list.status());
  Summaries revisions(list->releases().begin(), list->releases().end());
  std::sort(revisions.begin(), revisions.end(),
            [](const auto& a, const auto& b) { return a.revision() < b.revision(); });
  const size_t most = static_cast<size_t>(std::max(flags.most, 0));
  if (revisions.size() > most)
    revisions.erase(revisions.begin(), revisions.end() - static_cast<std::ptrdiff_t>(most));
  ASSIGN_OR_RETURN(const std::string text, HistoryText(revisions, shell.format, shell.io.zone));
  *shell.io.out << text;
  return kOk;
}

void DeclareHistory(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<HistoryFlags>();
  CLI::App* verb = Verb(tree, noun, "history", "List the revisions of a release.",
                        [flags](Shell& shell) { return DoHistory(shell, *flags); });
  verb->alias("hist");
  verb->add_option("NAME", flags->name, "of the release")->required();
  AddNamespace(verb, flags->name_space);
  verb->add_option("--max", flags->most, "the newest so many")->type_name("N")->capture_default_str();
  AddFormat(tree, verb);
}

}  // namespace

void DeclareReleaseList(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* verb = Verb(tree, noun, "list", "List releases that are deployed or have failed.",
                        [flags](Shell& shell) { return DoList(shell, *flags); });
  verb->alias("ls");
  AddNamespace(verb, flags->name_space);
  verb->add_flag("-A,--all-namespaces", flags->all_namespaces, "of all namespaces");
  verb->add_flag("-a,--all", flags->all, "whatever their status");
  verb->add_flag("--deployed", flags->deployed, "those that are deployed");
  verb->add_flag("--failed", flags->failed, "those that have failed");
  verb->add_flag("--pending", flags->pending, "those that are being changed, or whose change was cut");
  verb->add_flag("--superseded", flags->superseded, "revisions that newer ones have replaced");
  verb->add_flag("--uninstalled", flags->uninstalled, "those uninstalled with --keep-history");
  verb->add_flag("--uninstalling", flags->uninstalling, "those that are being uninstalled");
  verb->add_option("-f,--filter", flags->filter, "only names that this regular expression matches")
      ->type_name("REGEX");
  verb->add_option("-l,--selector", flags->selector, "only releases with these labels: team=web,tier!=db")
      ->type_name("LABELS");
  verb->add_flag("-d,--date", flags->by_date, "by date, the newest last, in place of by name");
  verb->add_flag("-r,--reverse", flags->reverse, "in reverse order");
  verb->add_option("-m,--max", flags->most, "at most so many; 0: all")->type_name("N")->capture_default_str();
  verb->add_option("--offset", flags->offset, "leave so many out at the beginning")->type_name("N");
  verb->add_flag("-q,--short", flags->names_only, "only their names");
  verb->add_option("--time-format", flags->time_format, "as Go writes it: \"2006-01-02 15:04:05Z0700\"")
      ->type_name("LAYOUT");
  verb->add_flag("--no-headers", flags->no_headers, "no line of headings");
  AddFormat(tree, verb);
  DeclareHistory(tree, noun);
}

}  // namespace devstats::ctl
