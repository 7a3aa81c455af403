// chart package, chart dependency: verbs on folders of this machine.
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chartsource/dependencies.h"
#include "coordinator/chartsource/package.h"
#include "coordinator/ctl/chart/chart_flags.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/chart/helm_table.h"
#include "coordinator/ctl/chart/lint.h"
#include "coordinator/ctl/chart/verbs.h"

namespace devstats::ctl {
namespace {

struct PackageFlags {
  std::vector<std::string> folders;
  chartsource::PackageRequest request;
  bool update_dependencies = false;
  chartsource::DependencyRequest dependencies;
};

absl::Status CheckExists(const std::string& path) {
  if (Exists(path)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("stat ", path, ": no such file or directory"));
}

absl::StatusOr<int> DoPackage(Shell& shell, PackageFlags& flags, Charts& charts) {
  if (flags.folders.empty())
    return Hint(absl::InvalidArgumentError("need at least one argument, the path to the chart"),
                "devstatsctl chart package --help");
  for (const std::string& folder : flags.folders) {
    RETURN_IF_ERROR(CheckExists(folder));
    flags.request.folder = flags.dependencies.folder = folder;
    if (flags.update_dependencies)
      RETURN_IF_ERROR(charts.UpdateDependencies(flags.dependencies, [](const std::string&) {}));
    ASSIGN_OR_RETURN(const std::string path,
                     chartsource::Package(flags.request, SystemClock(), chart::Limits(), WarnTo(shell)));
    *shell.io.out << "Successfully packaged chart and saved it to: " << path << "\n";
  }
  return kOk;
}

absl::StatusOr<int> DoListDependencies(Shell& shell, const std::string& path, unsigned width) {
  RETURN_IF_ERROR(CheckExists(path));
  ASSIGN_OR_RETURN(const chartsource::DependencyList list,
                   chartsource::ListDependencies(path, chart::Limits(), WarnTo(shell)));
  if (!list.declared) {
    *shell.io.out << "WARNING: no dependencies at " << PrintableText(CleanPath(path + "/charts")) << "\n";
    return kOk;
  }
  std::vector<std::vector<std::string>> rows = {{"NAME", "VERSION", "REPOSITORY", "STATUS"}};
  for (const chartsource::DependencyRow& row : list.rows)
    rows.push_back({row.name, row.version, row.repository, row.status});
  *shell.io.out << HelmTable(rows, width) << "\n";
  for (const std::string& warning : list.warnings) *shell.io.out << PrintableText(warning) << "\n";
  return kOk;
}

void DeclareUpdate(Tree& tree, CLI::App* dependency, const MakeCharts& make_charts, bool from_lock) {
  auto request = std::make_shared<chartsource::DependencyRequest>();
  request->from_lock = from_lock;
  CLI::App* verb =
      Verb(tree, dependency, from_lock ? "build" : "update",
           from_lock ? "Get what Chart.lock names into charts/."
                     : "Get what Chart.yaml asks for into charts/, and write Chart.lock.",
           [request, make_charts](Shell& shell) -> absl::StatusOr<int> {
             request->folder = CleanPath(request->folder);
             RETURN_IF_ERROR(make_charts(shell)->UpdateDependencies(*request, TellTo(*shell.io.out)));
             return kOk;
           });
  if (!from_lock) verb->alias("up");
  verb->add_option("CHART", request->folder, "its folder; this one unless given");
  verb->add_flag("--skip-refresh", request->skip_refresh, "take the indexes of repositories as they were");
  verb->add_flag("--plain-http", request->plain_http, "registries without TLS");
  DeclareCredentialFlags(*verb, request->credentials);
  DeclareProvenanceFlags(*verb);
}

}  // namespace

void DeclarePackage(Tree& tree, CLI::App* chart, const MakeCharts& make_charts) {
  auto flags = std::make_shared<PackageFlags>();
  CLI::App* verb =
      Verb(tree, chart, "package", "Pack a chart's folder into an archive.",
           [flags, make_charts](Shell& shell) { return DoPackage(shell, *flags, *make_charts(shell)); });
  verb->add_option("CHART", flags->folders, "folders of charts");
  verb->add_option("--version", flags->request.version, "write this version into Chart.yaml");
  verb->add_option("--app-version", flags->request.app_version, "write this appVersion into Chart.yaml");
  verb->add_option("-d,--destination", flags->request.destination, "where the archive goes")
      ->type_name("FOLDER");
  verb->add_flag("-u,--dependency-update", flags->update_dependencies,
                 "first do what chart dependency update does");
  verb->add_flag("--plain-http", flags->dependencies.plain_http, "registries without TLS");
  DeclareCredentialFlags(*verb, flags->dependencies.credentials);
  RefusedFlags(*verb, {"--sign"}, kNoProvenance);
  IgnoredOptions(*verb, {"--key", "--keyring", "--passphrase-file"});
}

void DeclareDependency(Tree& tree, CLI::App* chart, const MakeCharts& make_charts) {
  CLI::App* dependency = chart->add_subcommand("dependency", "List, get and lock a chart's dependencies.");
  dependency->require_subcommand(1);
  auto path = std::make_shared<std::string>(".");
  auto width = std::make_shared<unsigned>(80);
  CLI::App* verb = Verb(tree, dependency, "list", "List what Chart.yaml asks for and whether charts/ has it.",
                        [path, width](Shell& shell) { return DoListDependencies(shell, *path, *width); });
  verb->alias("ls");
  verb->add_option("CHART", *path, "a folder or an archive");
  verb->add_option("--max-col-width", *width, "cut longer cells");
  for (const bool from_lock : {false, true}) DeclareUpdate(tree, dependency, make_charts, from_lock);
}

}  // namespace devstats::ctl
