// repo add, list, update, search, remove: as Helm's, on Helm's own files.
#include <unistd.h>

#include <iterator>

#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/ctl/chart/chart_flags.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/chart/helm_table.h"
#include "coordinator/ctl/chart/verbs.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/helm_format.h"
#include "coordinator/ctl/network.h"
#include "coordinator/ctl/specfile.h"
#include "coordinator/spec/spec.h"

namespace devstats::ctl {
namespace {

struct AddFlags {
  chartsource::Repository repository;
  std::string spec;
  bool overwrite = false, password_from_stdin = false, allow_gone = false;
};

absl::StatusOr<Secret> ReadPassword(Shell& shell) {
  std::string line;
  std::getline(*shell.io.in, line);
  return Secret(std::string(absl::StripTrailingAsciiWhitespace(line)));
}

// Official ones that are gone for good, and what stands in for them.
absl::Status CheckNotGone(const std::string& url) {
  for (const auto& [gone, instead] :
       {std::pair{"//kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"},
        std::pair{"//kubernetes-charts-incubator.storage.googleapis.com",
                  "https://charts.helm.sh/incubator"}})
    if (absl::StrContains(url, gone))
      return absl::NotFoundError(
          absl::StrCat("repo \"", url, "\" is no longer available; try \"", instead, "\" instead"));
  return absl::OkStatus();
}

absl::Status AddOne(Shell& shell, Network& network, const chartsource::Repository& repository,
                    bool overwrite) {
  ASSIGN_OR_RETURN(const bool added, network.repositories().Add(repository, overwrite));
  *shell.io.out << '"' << PrintableText(repository.name)
                << (added ? "\" has been added to your repositories\n"
                          : "\" already exists with the same configuration, skipping\n");
  return absl::OkStatus();
}

// Those that cluster.yaml names; what lets us in there comes from flags, as the file has only names of
// secrets.
absl::Status AddOfSpec(Shell& shell, Network& network, const AddFlags& flags) {
  ASSIGN_OR_RETURN(const std::string text, ReadSpec(shell, flags.spec));
  ASSIGN_OR_RETURN(const spec::ClusterSpec spec, spec::ParseClusterSpec(text, flags.spec));
  if (spec.chart_repositories.empty())
    return absl::NotFoundError(absl::StrCat(flags.spec, ": charts.repositories names none"));
  for (const spec::ChartRepositorySpec& named : spec.chart_repositories) {
    if (absl::StartsWith(named.url, "oci://")) continue;  // registries need not be known before
    chartsource::Repository repository = flags.repository;
    repository.name = named.name;
    repository.url = named.url;
    if (repository.username.empty()) repository.username = named.user;
    RETURN_IF_ERROR(AddOne(shell, network, repository, flags.overwrite));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> DoAdd(Shell& shell, AddFlags& flags) {
  if (flags.password_from_stdin) {
    ASSIGN_OR_RETURN(flags.repository.password, ReadPassword(shell));
  }
  Network network(shell, WarnTo(shell));
  if (!flags.spec.empty()) {
    RETURN_IF_ERROR(AddOfSpec(shell, network, flags));
    return kOk;
  }
  if (flags.repository.name.empty() || flags.repository.url.empty())
    return Hint(absl::InvalidArgumentError("\"devstatsctl repo add\" requires 2 arguments"),
                "devstatsctl repo add NAME URL, or devstatsctl repo add -f cluster.yaml");
  if (!flags.allow_gone) RETURN_IF_ERROR(CheckNotGone(flags.repository.url));
  RETURN_IF_ERROR(AddOne(shell, network, flags.repository, flags.overwrite));
  return kOk;
}

absl::StatusOr<int> DoListRepositories(Shell& shell, const std::string& format) {
  Network network(shell, WarnTo(shell));
  absl::StatusOr<std::vector<chartsource::Repository>> all = network.repositories().List();
  if (absl::IsNotFound(all.status())) all = std::vector<chartsource::Repository>();
  RETURN_IF_ERROR(all.status());
  std::vector<std::vector<std::string>> rows;
  for (const chartsource::Repository& repository : *all) rows.push_back({repository.name, repository.url});
  if (format == "table") {
    if (rows.empty()) return absl::NotFoundError("no repositories to show");
    rows.insert(rows.begin(), {"NAME", "URL"});
    *shell.io.out << HelmTable(rows, 80);
    return kOk;
  }
  ASSIGN_OR_RETURN(const std::string text, HelmList({"name", "url"}, rows, format));
  *shell.io.out << text;
  return kOk;
}

absl::StatusOr<int> DoUpdate(Shell& shell, const std::vector<std::string>& names, bool fail) {
  Network network(shell, WarnTo(shell));
  ASSIGN_OR_RETURN(const auto updates, network.repositories().Update(names));
  const chartsource::Tell tell = TellTo(*shell.io.out);
  tell(chartsource::kRefreshing);
  std::string failed;
  for (const auto& update : updates) {
    tell(chartsource::UpdatedText(update));
    if (!update.status.ok()) absl::StrAppend(&failed, failed.empty() ? "" : ", ", update.name);
  }
  if (fail && !failed.empty())
    return absl::UnavailableError(absl::StrCat("Failed to update the following repositories: ", failed));
  tell(chartsource::kRefreshed);
  return kOk;
}

absl::StatusOr<int> DoRemove(Shell& shell, const std::vector<std::string>& names) {
  Network network(shell, WarnTo(shell));
  RETURN_IF_ERROR(network.repositories().Remove(names));
  for (const std::string& name : names)
    *shell.io.out << '"' << PrintableText(name) << "\" has been removed from your repositories\n";
  return kOk;
}

struct SearchFlags {
  std::vector<std::string> keywords;
  chartsource::SearchQuery query;
  std::string format = "table";
  unsigned width = 50;
  bool fail = false;
};

absl::StatusOr<int> DoSearch(Shell& shell, SearchFlags& flags) {
  flags.query.keyword = absl::StrJoin(flags.keywords, " ");
  Network network(shell, WarnTo(shell));
  ASSIGN_OR_RETURN(const std::vector<chartsource::SearchResult> found,
                   network.repositories().Search(flags.query));
  if (found.empty() && flags.fail) return absl::NotFoundError("no results found");
  std::vector<std::vector<std::string>> rows;
  for (const chartsource::SearchResult& one : found)
    rows.push_back({one.name, one.version, one.app_version, one.description});
  if (flags.format == "table") {
    rows.insert(rows.begin(), {"NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"});
    *shell.io.out << (found.empty() ? "No results found\n" : HelmTable(rows, flags.width));
    return kOk;
  }
  ASSIGN_OR_RETURN(const std::string text,
                   HelmList({"name", "version", "app_version", "description"}, rows, flags.format));
  *shell.io.out << text;
  return kOk;
}

void DeclareAdd(Tree& tree, CLI::App* repo) {
  auto flags = std::make_shared<AddFlags>();
  CLI::App* verb = Verb(tree, repo, "add", "Make a chart repository known.",
                        [flags](Shell& shell) { return DoAdd(shell, *flags); });
  verb->add_option("NAME", flags->repository.name, "what stands before the slash in names of its charts");
  verb->add_option("URL", flags->repository.url, "its address");
  verb->add_option("-f,--file", flags->spec, "add all that this cluster.yaml names")->type_name("FILE");
  verb->add_flag("--force-update", flags->overwrite, "also if it is known with another address");
  verb->add_flag("--password-stdin", flags->password_from_stdin, "read the password from standard input");
  DeclareCredentialFlags(*verb, flags->repository);
  verb->add_flag("--allow-deprecated-repos", flags->allow_gone, "also one that Helm knows to be gone");
  IgnoredFlags(*verb, {"--no-update"});
  IgnoredOptions(*verb, {"--timeout"});
}

void DeclareSearch(Tree& tree, CLI::App* repo) {
  auto flags = std::make_shared<SearchFlags>();
  CLI::App* verb = Verb(tree, repo, "search", "Search the charts of known repositories.",
                        [flags](Shell& shell) { return DoSearch(shell, *flags); });
  verb->add_option("KEYWORD", flags->keywords, "in names, descriptions and keywords; all without it");
  verb->add_flag("-r,--regexp", flags->query.regexp, "the keyword is a regular expression");
  verb->add_flag("-l,--versions", flags->query.all_versions, "each version on its own line");
  verb->add_flag("--devel", flags->query.devel, "prereleases, too");
  verb->add_option("--version", flags->query.version, "only versions in this range");
  verb->add_option("--max-col-width", flags->width, "cut longer cells; 0: never");
  verb->add_flag("--fail-on-no-result", flags->fail, "finding nothing is an error");
  DeclareHelmFormat(*verb, flags->format);
}

}  // namespace

void DeclareRepoCommands(Tree& tree) {
  CLI::App* repo = HelmNoun(tree, "repo", "Chart repositories, shared with Helm.");
  DeclareAdd(tree, repo);
  auto format = std::make_shared<std::string>("table");
  CLI::App* list = Verb(tree, repo, "list", "List known repositories.",
                        [format](Shell& shell) { return DoListRepositories(shell, *format); });
  list->alias("ls");
  DeclareHelmFormat(*list, *format);

  auto names = std::make_shared<std::vector<std::string>>();
  auto fail = std::make_shared<bool>(false);
  CLI::App* update = Verb(tree, repo, "update", "Fetch the indexes of repositories anew.",
                          [names, fail](Shell& shell) { return DoUpdate(shell, *names, *fail); });
  update->alias("up");
  update->add_option("NAME", *names, "these; all unless given");
  update->add_flag("--fail-on-repo-update-fail", *fail, "fail if one of them fails");
  IgnoredOptions(*update, {"--timeout"});
  DeclareSearch(tree, repo);

  auto removed = std::make_shared<std::vector<std::string>>();
  CLI::App* remove = Verb(tree, repo, "remove", "Forget repositories.",
                          [removed](Shell& shell) { return DoRemove(shell, *removed); });
  remove->alias("rm");
  remove->add_option("NAME", *removed, "their names")->required();
}

}  // namespace devstats::ctl
