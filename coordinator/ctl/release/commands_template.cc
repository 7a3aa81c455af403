// release template
#include "CLI/CLI.hpp"
#include "common/status.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/chart/verbs.h"
#include "coordinator/ctl/network_charts.h"
#include "coordinator/ctl/release/change.h"
#include "coordinator/ctl/release/chart_input.h"
#include "coordinator/ctl/release/manifest_text.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

using v1::ReleaseRequest;

struct RenderFlags : ChangeFlags {
  std::string name, reference;
  TemplateParts parts;
};

absl::StatusOr<int> DoRender(Shell& shell, RenderFlags& flags) {
  // What upgrade --install would make of it; whose the objects are does not matter yet.
  flags.install = flags.take_ownership = flags.takeover = true;
  ASSIGN_OR_RETURN(ReleaseRequest request, RequestOf(flags, ReleaseRequest::UPGRADE, flags.name));
  RETURN_IF_ERROR(AddChart(flags, flags.reference, *MakeNetworkCharts(shell), WarnTo(shell), request));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::ReleasePlan plan, client->PlanRelease(request));
  flags.parts.manifest = plan.manifest();
  flags.parts.hooks = plan.hooks();
  flags.parts.crds = plan.crds();
  flags.parts.no_hooks = flags.no_hooks;
  ASSIGN_OR_RETURN(const std::string text, TemplateText(flags.parts));
  *shell.io.out << text;
  return kOk;
}

}  // namespace

void DeclareReleaseTemplate(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<RenderFlags>();
  CLI::App* verb = Verb(tree, noun, "template",
                        "Render a chart as `upgrade --install` would on this cluster, and print it.",
                        [flags](Shell& shell) { return DoRender(shell, *flags); });
  verb->add_option("NAME", flags->name, "of the release")->required();
  verb->add_option("CHART", flags->reference, "a folder, an archive, a URL or REPOSITORY/NAME")->required();
  AddNamespace(verb, flags->name_space);
  AddChartFlags(*verb, *flags);
  AddReuseFlags(*verb, *flags);
  verb->add_flag("--include-crds", flags->parts.include_crds, "print the chart's CRDs, too");
  verb->add_flag("--no-hooks", flags->no_hooks, "leave hooks out");
  verb->add_flag("--skip-tests", flags->parts.skip_tests, "leave tests out");
  ListFlag(*verb, "-s,--show-only", flags->parts.show_only, "TEMPLATE",
           "only what these templates made: templates/x.yaml");
  IgnoredFlags(*verb, {"--replace", "--validate", "--wait", "--wait-for-jobs"});
  IgnoredOptions(*verb, {"--timeout"});
  RefuseFlags(*verb);
}

}  // namespace devstats::ctl
