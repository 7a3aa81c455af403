// chart ..., with the network: what the small program hands over to this one, and pull.
#include "coordinator/ctl/chart/commands_chart.h"

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chartsource/pull.h"
#include "coordinator/ctl/chart/chart_flags.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/chart/local.h"
#include "coordinator/ctl/chart/verbs.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/network.h"
#include "coordinator/ctl/network_charts.h"

namespace devstats::ctl {
namespace {

absl::StatusOr<int> DoPull(Shell& shell, const std::vector<std::string>& references,
                           chartsource::PullRequest request) {
  Network network(shell, WarnTo(shell));
  for (const std::string& reference : references) {
    request.chart.reference = reference;
    ASSIGN_OR_RETURN(const chartsource::Pulled pulled,
                     chartsource::Pull(network.charts(), request, network.limits()));
    // Helm tells only of registries; the digest is worth telling always.
    if (!pulled.archive.pin.empty())
      *shell.io.out << "Pulled: " << PrintableText(pulled.archive.origin) << "\nDigest: "
                    << PrintableText(pulled.archive.pin.substr(pulled.archive.pin.find('@') + 1)) << "\n";
    *shell.io.err << PrintableText(pulled.path)
                  << (pulled.archive.verified ? "" : " (its index has no digest)") << "\n";
  }
  return kOk;
}

void DeclarePull(Tree& tree, CLI::App* chart) {
  struct Flags {
    std::vector<std::string> references;
    chartsource::PullRequest request;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* verb = Verb(tree, chart, "pull", "Download a chart from a repository or registry.",
                        [flags](Shell& shell) { return DoPull(shell, flags->references, flags->request); });
  verb->alias("fetch");
  verb->add_option("CHART", flags->references, "REPOSITORY/NAME, a URL or oci://HOST/PATH")->required();
  verb->add_option("-d,--destination", flags->request.destination, "where it goes")->type_name("FOLDER");
  verb->add_flag("--untar", flags->request.untar, "unpack it");
  verb->add_option("--untardir", flags->request.untar_folder, "where it is unpacked, below the destination")
      ->type_name("FOLDER");
  DeclareChartFlags(*verb, flags->request.chart);
  RefusedFlags(*verb, {"--prov"}, kNoProvenance);
}

}  // namespace

void DeclareChartCommands(Tree& tree) {
  CLI::App* chart = DeclareLocalChartCommands(tree, MakeNetworkCharts);
  DeclarePull(tree, chart);
}

}  // namespace devstats::ctl
