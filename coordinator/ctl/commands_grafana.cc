// grafana restart, refresh
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/interrupt.h"
#include "coordinator/ctl/options.h"

namespace devstats::ctl {
namespace {

constexpr char kGrafanaRestartExamples[] = R"(
One at a time, each until its new pods are ready (the old ones serve until then); stops at the first that does not come up.

Examples:
  devstatsctl grafana restart -e test
  devstatsctl grafana restart -e prod keda 'kube*'
  devstatsctl grafana restart -e prod --parallel 10 --yes)";
constexpr char kGrafanaRefreshExamples[] = R"(
Replaces the data that all Grafanas of the environment share (dashboards, on the volume of backups) by those in the image of
its static pages, in a pod of its own; then restarts Grafanas as grafana restart does. Refused where they have their data in
their image (grafanaData: image in cluster.yaml).

Examples:
  devstatsctl grafana refresh -e test
  devstatsctl grafana refresh -e prod --parallel 10 --yes)";

struct GrafanaOptions {
  v1::RestartGrafanasRequest request;
  std::vector<std::string> projects;
  bool yes = false;
};

absl::StatusOr<int> DoGrafana(Shell& shell, const GrafanaOptions& options) {
  v1::RestartGrafanasRequest request = options.request;
  for (const std::string& project : options.projects) request.add_projects(project);
  const std::string which = options.projects.empty()
                                ? "all Grafanas"
                                : absl::StrCat("the Grafanas of ", absl::StrJoin(options.projects, ", "));
  RETURN_IF_ERROR(AskFirst(shell,
                           absl::StrCat(request.refresh() ? "replaces the data that Grafanas share and " : "",
                                        "restarts ", which, " in ", request.environment()),
                           options.yes));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  const Interrupt interrupt([client] { client->CancelStreams(); });
  const absl::Status status = client->RestartGrafanas(request, [&](const v1::UpkeepProgress& progress) {
    *shell.io.err << log::Printable(progress.text()) << "\n" << std::flush;
  });
  if (absl::IsCancelled(status)) {
    *shell.io.err << "stopped; those that are restarting go on\n";
    return kInterrupted;
  }
  RETURN_IF_ERROR(status);
  *shell.io.err << "done\n";
  return kOk;
}

void DeclareGrafana(Tree& tree, CLI::App* noun, bool refresh) {
  auto options = std::make_shared<GrafanaOptions>();
  options->request.set_refresh(refresh);
  CLI::App* verb =
      Verb(tree, noun, refresh ? "refresh" : "restart",
           refresh ? "Replace the data that Grafanas share, and restart them." : "Restart Grafanas.",
           [options](Shell& shell) { return DoGrafana(shell, *options); });
  AddEnvironment(verb, &options->request);
  verb->add_option("PROJECT", options->projects, "names and globs; none: all");
  verb->add_option_function<uint32_t>(
          "--parallel", [options](const uint32_t& n) { options->request.set_parallel(n); },
          "so many at a time")
      ->type_name("N")
      ->check(CLI::Range(1, 50).description(""));
  verb->add_flag("-y,--yes", options->yes, "do not ask");
  verb->footer(refresh ? kGrafanaRefreshExamples : kGrafanaRestartExamples);
}

}  // namespace

void DeclareGrafanaCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "grafana", "The Grafanas of an environment.");
  DeclareGrafana(tree, noun, false);
  DeclareGrafana(tree, noun, true);
}

}  // namespace devstats::ctl
