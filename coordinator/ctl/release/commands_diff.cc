// release diff, apply
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/ctl/chart/verbs.h"
#include "coordinator/ctl/network_charts.h"
#include "coordinator/ctl/output.h"
#include "coordinator/ctl/plan_view.h"
#include "coordinator/ctl/release/chart_input.h"
#include "coordinator/ctl/release/drift_view.h"
#include "coordinator/ctl/release/run_change.h"
#include "coordinator/ctl/release/saved_change.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

using v1::ReleaseRequest;

struct DiffFlags : ChangeFlags {
  std::string name, reference;
  uint32_t revision = 0;
};

absl::StatusOr<ReleaseRequest> DiffRequest(Shell& shell, const DiffFlags& flags) {
  if (flags.reference.empty()) {
    ASSIGN_OR_RETURN(ReleaseRequest request, RequestOf(flags, ReleaseRequest::ROLLBACK, flags.name));
    request.set_revision(flags.revision);
    return request;
  }
  ASSIGN_OR_RETURN(ReleaseRequest request, RequestOf(flags, ReleaseRequest::UPGRADE, flags.name));
  RETURN_IF_ERROR(AddChart(flags, flags.reference, *MakeNetworkCharts(shell), WarnTo(shell), request));
  return request;
}

void PrintPlan(Shell& shell, const v1::ReleasePlan& plan) {
  if (shell.ForPeople()) {
    *shell.io.out << PlanView(plan.plan(), plan.digest(), shell.PaintFor(shell.io.out_terminal));
    return;
  }
  // Without the manifest: of it only the masked differences are for every eye.
  const Json json = {{"digest", plan.digest()},
                     {"revision", plan.revision()},
                     {"is_install", plan.is_install()},
                     {"plan", FullJson(plan.plan())}};
  *shell.io.out << FormattedJson(json, shell.format);
}

absl::StatusOr<int> DoDiff(Shell& shell, const DiffFlags& flags) {
  if (!flags.reference.empty() && flags.revision > 0)
    return absl::InvalidArgumentError("CHART and --revision exclude each other: an upgrade or a rollback");
  if (flags.reference.empty() && flags.revision == 0) {
    if (!flags.save.empty())
      return Hint(absl::InvalidArgumentError("--save-plan needs a CHART or --revision"),
                  "what differs from the record is mended by an upgrade");
    ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
    v1::GetReleaseRequest request;
    request.set_name(flags.name);
    request.set_namespace_(flags.name_space);
    return ShowDrift(shell, *client, request);
  }
  ASSIGN_OR_RETURN(ReleaseRequest request, DiffRequest(shell, flags));
  ASSIGN_OR_RETURN(const PlannedChange change, PlanChange(shell, std::move(request)));
  const bool changes = ChangesObjects(change);
  PrintPlan(shell, change.plan);
  if (!changes && shell.ForPeople()) *shell.io.out << "No object would change.\n";
  if (!flags.save.empty()) RETURN_IF_ERROR(SaveAndTell(shell, change, flags.save));
  return changes ? kPending : kOk;
}

struct ApplyFlags : ChangeFlags {
  std::string file;
};

absl::StatusOr<int> DoApply(Shell& shell, const ApplyFlags& flags) {
  ASSIGN_OR_RETURN(const PlannedChange change, LoadChange(flags.file));
  return RunSaved(shell, change, flags);
}

void DeclareApply(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<ApplyFlags>();
  CLI::App* verb = Verb(tree, noun, "apply", "Carry out a saved plan, if the cluster is as it was.",
                        [flags](Shell& shell) { return DoApply(shell, *flags); });
  verb->add_option("FILE", flags->file, "what --save-plan wrote")->required();
  verb->add_flag("-y,--yes", flags->yes, "do not ask before data is destroyed");
  verb->add_flag("--hide-notes", flags->hide_notes, "do not show the notes");
  AddFormat(tree, verb);
}

}  // namespace

void DeclareReleaseDiff(Tree& tree, CLI::App* noun) {
  auto flags = std::make_shared<DiffFlags>();
  CLI::App* verb =
      Verb(tree, noun, "diff",
           "Show what an upgrade to CHART, a rollback to --revision, or (without either) mending "
           "drift would change. Exit status 2 when an object would change.",
           [flags](Shell& shell) { return DoDiff(shell, *flags); });
  verb->add_option("NAME", flags->name, "of the release")->required();
  verb->add_option("CHART", flags->reference, "a folder, an archive, a URL or REPOSITORY/NAME");
  AddNamespace(verb, flags->name_space);
  verb->add_option("--revision", flags->revision, "of a rollback to this one")->type_name("N");
  verb->add_flag("-i,--install", flags->install, "of an installation if there is none");
  verb->add_option("--save-plan", flags->save, "keep the plan for release apply")->type_name("FILE");
  AddChartFlags(*verb, *flags);
  AddReuseFlags(*verb, *flags);
  AddHistoryFlags(*verb, *flags);
  AddActFlags(*verb, *flags);
  AddFormat(tree, verb);
  RefuseFlags(*verb);
  DeclareApply(tree, noun);
}

}  // namespace devstats::ctl
