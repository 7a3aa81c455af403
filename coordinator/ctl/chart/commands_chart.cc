#include "coordinator/ctl/chart/commands_chart.h"

#include "CLI/CLI.hpp"
#include "common/status.h"
#include "coordinator/ctl/chart/chart_flags.h"
#include "coordinator/ctl/chart/show.h"
#include "coordinator/ctl/chart/verbs.h"

namespace devstats::ctl {
namespace {

// As Helm calls them; the first is the usual one.
constexpr const char *kTemplate[] = {"template"}, *kShow[] = {"show", "inspect"}, *kLint[] = {"lint"},
                     *kPackage[] = {"package"}, *kDependency[] = {"dependency", "dep", "dependencies"};

struct LocalVerb {
  absl::Span<const char* const> names;
  void (*declare)(Tree& tree, CLI::App* chart, const MakeCharts& make_charts);
};
constexpr LocalVerb kLocalVerbs[] = {{kTemplate, &DeclareTemplate},
                                     {kShow, &DeclareShow},
                                     {kLint, &DeclareLint},
                                     {kPackage, &DeclarePackage},
                                     {kDependency, &DeclareDependency}};

struct ShowRequest {
  ChartRequest chart;
  std::string what, jsonpath;
};

absl::StatusOr<int> DoShow(Shell& shell, const MakeCharts& make_charts, const ShowRequest& request) {
  const chart::Warn warn = WarnTo(shell);
  ASSIGN_OR_RETURN(const auto loaded, make_charts(shell)->Load(request.chart, warn));
  ASSIGN_OR_RETURN(const std::string text, request.jsonpath.empty()
                                               ? ShowChart(*loaded, request.what)
                                               : ShowFoundValues(*loaded, request.jsonpath, warn));
  *shell.io.out << text;
  return kOk;
}

}  // namespace

bool IsLocalChartVerb(absl::string_view word) {
  for (const LocalVerb& verb : kLocalVerbs)
    for (const char* name : verb.names)
      if (word == name) return true;
  return false;
}

void DeclareShow(Tree& tree, CLI::App* chart, const MakeCharts& make_charts) {
  CLI::App* show = chart->add_subcommand("show", "Print parts of a chart.");
  show->require_subcommand(1);
  const std::pair<const char*, const char*> parts[] = {{"chart", "Print its Chart.yaml."},
                                                       {"values", "Print its default values."},
                                                       {"readme", "Print its README."},
                                                       {"crds", "Print its CRDs."},
                                                       {"all", "Print all of these."}};
  for (const auto& [part, description] : parts) {
    auto request = std::make_shared<ShowRequest>();
    request->what = part;
    CLI::App* verb = Verb(tree, show, part, description, [request, make_charts](Shell& shell) {
      return DoShow(shell, make_charts, *request);
    });
    verb->add_option("CHART", request->chart.reference, "a folder, an archive, a URL or REPOSITORY/NAME")
        ->required();
    if (request->what == "values")
      verb->add_option("--jsonpath", request->jsonpath,
                       "print what this JSONPath template finds, as {.image.tag}")
          ->type_name("TEMPLATE");
    DeclareChartFlags(*verb, request->chart);
  }
}

chart::Warn WarnTo(Shell& shell) {
  return [&shell](const std::string& text) { *shell.io.err << "WARNING: " << PrintableText(text) << "\n"; };
}

chartsource::Tell TellTo(std::ostream& out) {
  return [&out](const std::string& line) { out << PrintableText(line) << "\n"; };
}

CLI::App* DeclareLocalChartCommands(Tree& tree, const MakeCharts& make_charts) {
  CLI::App* chart = HelmNoun(tree, "chart", "Render, inspect and pack Helm charts, as Helm does.");
  for (const LocalVerb& verb : kLocalVerbs) {
    verb.declare(tree, chart, make_charts);
    CLI::App* declared = chart->get_subcommand(verb.names.front());
    for (const char* alias : verb.names.subspan(1)) declared->alias(alias);
  }
  return chart;
}

}  // namespace devstats::ctl
