// chart lint
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/ctl/chart/flags.h"
#include "coordinator/ctl/chart/lint.h"
#include "coordinator/ctl/chart/value_flags.h"
#include "coordinator/ctl/chart/verbs.h"

namespace devstats::ctl {
namespace {

using chart::LintMessage;
using chart::Severity;

struct LintFlags {
  std::vector<std::string> paths;
  ValueFlags values;
  std::string name_space, kube_version;
  bool strict = false, with_subcharts = false, quiet = false, skip_schema = false;
};

// What was found in all charts.
struct Findings {
  std::string text;
  size_t failed = 0, questionable = 0;
};

void Report(const LintFlags& flags, const std::string& path,
            const absl::StatusOr<std::vector<LintMessage>>& found, Findings& all) {
  bool failed = !found.ok(), questionable = failed;
  std::string lines;
  if (failed) absl::StrAppend(&lines, "Error ", found.status().message(), "\n");
  if (found.ok())
    for (const LintMessage& message : *found) {
      questionable |= message.severity > Severity::kInfo;
      failed |= message.severity >= (flags.strict ? Severity::kWarning : Severity::kError);
      if (!flags.quiet || message.severity > Severity::kInfo)
        absl::StrAppend(&lines, message.ToString(), "\n");
    }
  all.failed += failed;
  all.questionable += questionable;
  if (!flags.quiet || questionable) absl::StrAppend(&all.text, "==> Linting ", path, "\n", lines, "\n");
}

absl::StatusOr<int> DoLint(Shell& shell, const LintFlags& flags, Charts& charts) {
  const chartsource::SystemEnvironment environment(/*lint=*/true);
  chart::LintOptions options;
  options.warn = WarnTo(shell);
  options.skip_schema = flags.skip_schema;
  if (!flags.name_space.empty()) options.name_space = flags.name_space;
  if (!flags.kube_version.empty()) {
    options.capabilities = chart::Capabilities::Default();
    RETURN_IF_ERROR(chart::SetKubeVersion(flags.kube_version, *options.capabilities));
  }
  std::vector<std::string> paths = flags.paths;
  if (paths.empty()) paths = {"."};
  if (flags.with_subcharts)
    for (size_t i = 0, named = paths.size(); i < named; ++i)
      for (std::string& subchart : SubchartsBelow(paths[i])) paths.push_back(std::move(subchart));
  const auto read = [&charts](const std::string& name) { return charts.ReadValues(name); };
  ASSIGN_OR_RETURN(const chart::Value values, flags.values.Merge(read, environment.limits()));

  Findings all;
  for (const std::string& path : paths)
    Report(flags, path, LintPath(path, values, options, environment), all);
  *shell.io.out << PrintableText(all.text);
  const std::string summary =
      absl::StrCat(paths.size(), " chart(s) linted, ", all.failed, " chart(s) failed");
  if (all.failed > 0) return absl::FailedPreconditionError(summary);
  if (!flags.quiet || all.questionable > 0) *shell.io.out << summary << "\n";
  return kOk;
}

}  // namespace

void DeclareLint(Tree& tree, CLI::App* chart, const MakeCharts& make_charts) {
  auto flags = std::make_shared<LintFlags>();
  flags->name_space = tree.shell.Env("HELM_NAMESPACE");
  CLI::App* verb =
      Verb(tree, chart, "lint", "Say what is questionable in a chart, as Helm does.",
           [flags, make_charts](Shell& shell) { return DoLint(shell, *flags, *make_charts(shell)); });
  verb->add_option("PATH", flags->paths, "folders or archives; this folder unless given");
  flags->values.Declare(*verb);
  verb->add_flag("--strict", flags->strict, "warnings are errors");
  verb->add_flag("--with-subcharts", flags->with_subcharts, "look at the charts in charts/, too");
  verb->add_flag("--quiet", flags->quiet, "only warnings and errors");
  verb->add_flag("--skip-schema-validation", flags->skip_schema,
                 "do not check values against values.schema.json");
  verb->add_option("--kube-version", flags->kube_version, "Kubernetes version that the chart sees");
  verb->add_option("-n,--namespace", flags->name_space, "the release's namespace, \"default\" unless given");
}

}  // namespace devstats::ctl
