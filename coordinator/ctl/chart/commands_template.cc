// chart template
#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/ctl/chart/chart_flags.h"
#include "coordinator/ctl/chart/commands_chart.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/chart/lint.h"
#include "coordinator/ctl/chart/template.h"
#include "coordinator/ctl/chart/verbs.h"

namespace devstats::ctl {
namespace {

constexpr char kExamples[] = R"(
Takes what `helm template` takes and prints what it prints. Flags that only mean something with a cluster
(--wait, --atomic ...) are taken and have no effect.

  devstatsctl chart template ./mychart
  devstatsctl chart template web ./mychart -n prod -f prod.yaml --set image.tag=1.2
  devstatsctl chart template web repository/name --version '^4.0' -s templates/deployment.yaml)";

absl::Status WriteFiles(const Shell& shell, const std::string& folder, const TemplateResult& result) {
  for (const chart::ChartFile& file : result.files) {
    const std::string path = absl::StrCat(folder, "/", file.name);
    RETURN_IF_ERROR(MakeFolders(path.substr(0, path.rfind('/'))));
    RETURN_IF_ERROR(WriteFileAtomic(path, file.data, {.mode = 0600}));
  }
  for (const std::string& path : result.wrote)
    *shell.io.out << "wrote " << PrintableText(absl::StrCat(folder, "/", path)) << "\n";
  return absl::OkStatus();
}

// As Helm tells it: with --release-name without "." and doubled slashes.
std::string OutputFolder(const TemplateFlags& flags) {
  return flags.release_name_in_path ? CleanPath(flags.output_dir) : flags.output_dir;
}

absl::StatusOr<int> RunTemplate(Shell& shell, const TemplateFlags& flags, Charts& charts) {
  const chartsource::SystemEnvironment environment;
  ASSIGN_OR_RETURN(const PostRender post_render, flags.post_renderer.Find(shell));
  ASSIGN_OR_RETURN(const TemplateResult result,
                   DoTemplate(flags, charts, post_render, environment, WarnTo(shell)));
  RETURN_IF_ERROR(WriteFiles(shell, OutputFolder(flags), result));
  *shell.io.out << result.text;
  RETURN_IF_ERROR(result.status);
  return kOk;
}

void DeclareFlags(CLI::App& verb, TemplateFlags& flags) {
  verb.add_option("WORDS", flags.words, "[NAME] CHART: a folder, an archive, a URL or REPOSITORY/NAME")
      ->type_name("");
  flags.values.Declare(verb);
  verb.add_option("-n,--namespace", flags.name_space, "the release's namespace, \"default\" unless given");
  verb.add_option("--kube-version", flags.kube_version, "Kubernetes version that the chart sees");
  SliceFlag(verb, "-a,--api-versions", flags.api_versions, "GROUP/VERSION",
            "API versions that the chart sees, too");
  ListFlag(verb, "-s,--show-only", flags.show_only, "TEMPLATE",
           "only what these templates made: templates/x.yaml");
  verb.add_flag("--include-crds", flags.include_crds, "print the chart's CRDs, too");
  verb.add_flag("--is-upgrade", flags.is_upgrade, ".Release.IsUpgrade in place of .Release.IsInstall");
  verb.add_flag("--no-hooks", flags.no_hooks, "leave hooks out");
  verb.add_flag("--skip-tests", flags.skip_tests, "leave tests out");
  verb.add_flag("--skip-schema-validation", flags.skip_schema,
                "do not check values against values.schema.json");
  verb.add_flag("-g,--generate-name", flags.generate_name, "make the release's name from the chart's");
  verb.add_option("--name-template", flags.name_template, "a template for the release's name");
  verb.add_option("--output-dir", flags.output_dir, "write files below this folder in place of printing");
  verb.add_flag("--release-name", flags.release_name_in_path, "with --output-dir: a folder for the release");
  verb.add_flag("--render-subchart-notes", flags.sub_notes, "execute the subcharts' NOTES.txt, too");
  // Alone it is "client"; a rendering is one in any case.
  verb.add_flag("--dry-run{client}", flags.dry_run)->group("");
  flags.post_renderer.Declare(verb);
  verb.add_flag("--debug", flags.debug, "print what was made even when it is not valid YAML");
}

}  // namespace

void DeclareTemplate(Tree& tree, CLI::App* chart, const MakeCharts& make_charts) {
  auto flags = std::make_shared<TemplateFlags>();
  flags->name_space = tree.shell.Env("HELM_NAMESPACE");
  CLI::App* verb =
      Verb(tree, chart, "template", "Render a chart and print its manifests, as Helm does.",
           [flags, make_charts](Shell& shell) { return RunTemplate(shell, *flags, *make_charts(shell)); });
  DeclareFlags(*verb, *flags);
  DeclareChartFlags(*verb, flags->chart);
  DeclareDependencyUpdate(*verb, flags->chart);
  IgnoredFlags(*verb, {"--atomic", "--create-namespace", "--disable-openapi-validation", "--enable-dns",
                       "--force", "--hide-notes", "--replace", "--skip-crds", "--take-ownership",
                       "--validate", "--wait", "--wait-for-jobs"});
  IgnoredOptions(*verb, {"--description", "--timeout", "-l,--labels"});
  verb->footer(kExamples);
}

}  // namespace devstats::ctl
