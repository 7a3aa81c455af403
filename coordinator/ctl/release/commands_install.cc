// release install, upgrade
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/render/release_name.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/ctl/chart/release_name.h"
#include "coordinator/ctl/chart/template.h"
#include "coordinator/ctl/chart/verbs.h"
#include "coordinator/ctl/network_charts.h"
#include "coordinator/ctl/release/chart_input.h"
#include "coordinator/ctl/release/run_change.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

using v1::ReleaseRequest;

struct InstallFlags : ChangeFlags {
  TemplateFlags naming;  // words, --generate-name, --name-template
};

absl::StatusOr<NamedChart> NameFor(const InstallFlags& flags) {
  const TemplateFlags& naming = flags.naming;
  if (naming.words.empty())
    return Hint(absl::InvalidArgumentError("a chart is missing: install [NAME] CHART"),
                "devstatsctl release install --help");
  if (naming.words.size() == 1 && !naming.generate_name && naming.name_template.empty())
    return absl::InvalidArgumentError("must either provide a name or specify --generate-name");
  ASSIGN_OR_RETURN(NamedChart named, NameAndChart(naming, chartsource::SystemEnvironment()));
  RETURN_IF_ERROR(chart::CheckReleaseName(named.release));
  return named;
}

absl::StatusOr<ReleaseRequest> InstallRequest(Shell& shell, const InstallFlags& flags) {
  ASSIGN_OR_RETURN(const NamedChart named, NameFor(flags));
  ASSIGN_OR_RETURN(ReleaseRequest request, RequestOf(flags, ReleaseRequest::INSTALL, named.release));
  RETURN_IF_ERROR(AddChart(flags, named.chart, *MakeNetworkCharts(shell), WarnTo(shell), request));
  return request;
}

absl::StatusOr<int> DoInstall(Shell& shell, const InstallFlags& flags) {
  const absl::StatusOr<ReleaseRequest> request = InstallRequest(shell, flags);
  if (!request.ok()) return Annotate(request.status(), "INSTALLATION FAILED");
  return RunChange(shell, *request, flags);
}

struct UpgradeFlags : ChangeFlags {
  std::string name, reference;
};

absl::StatusOr<int> DoUpgrade(Shell& shell, const UpgradeFlags& flags) {
  RETURN_IF_ERROR(chart::CheckReleaseName(flags.name), "UPGRADE FAILED");
  ASSIGN_OR_RETURN(ReleaseRequest request, RequestOf(flags, ReleaseRequest::UPGRADE, flags.name));
  RETURN_IF_ERROR(AddChart(flags, flags.reference, *MakeNetworkCharts(shell), WarnTo(shell), request));
  return RunChange(shell, request, flags);
}

void DeclareInstall(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<InstallFlags>();
  CLI::App* verb = Verb(tree, noun, "install", "Install a chart as a release.",
                        [flags](Shell& shell) { return DoInstall(shell, *flags); });
  verb->add_option("WORDS", flags->naming.words,
                   "[NAME] CHART: a folder, an archive, a URL or REPOSITORY/NAME")
      ->type_name("");
  AddNamespace(verb, flags->name_space);
  AddChartFlags(*verb, *flags);
  verb->add_flag("-g,--generate-name", flags->naming.generate_name,
                 "make the release's name from the chart's");
  verb->add_option("--name-template", flags->naming.name_template, "a template for the release's name");
  verb->add_flag("--replace", flags->replace, "also over one that was uninstalled or has failed");
  AddActFlags(*verb, *flags);
  AddDryRun(*verb, *flags);
  AddPlanFlags(*verb, *flags);
  AddFormat(tree, verb);
  RefuseFlags(*verb);
}

void DeclareUpgrade(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<UpgradeFlags>();
  CLI::App* verb = Verb(tree, noun, "upgrade", "Change a release to another chart, version or values.",
                        [flags](Shell& shell) { return DoUpgrade(shell, *flags); });
  verb->add_option("NAME", flags->name, "of the release")->required();
  verb->add_option("CHART", flags->reference, "a folder, an archive, a URL or REPOSITORY/NAME")->required();
  AddNamespace(verb, flags->name_space);
  verb->add_flag("-i,--install", flags->install, "install it if there is none");
  AddChartFlags(*verb, *flags);
  AddReuseFlags(*verb, *flags);
  AddHistoryFlags(*verb, *flags);
  AddActFlags(*verb, *flags);
  AddDryRun(*verb, *flags);
  AddPlanFlags(*verb, *flags);
  AddFormat(tree, verb);
  RefuseFlags(*verb);
}

}  // namespace

void DeclareReleaseInstall(Tree& tree, CLI::App* noun) {
  DeclareInstall(tree, noun);
  DeclareUpgrade(tree, noun);
}

}  // namespace devstats::ctl
