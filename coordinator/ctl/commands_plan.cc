// plan, apply
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/plan_view.h"
#include "coordinator/ctl/planning.h"
#include "coordinator/ctl/specfile.h"

namespace devstats::ctl {
namespace {

struct PlanOptions {
  std::string file = kDefaultSpec, only, node;
  std::string save;            // plan
  std::string saved, confirm;  // apply
  bool yes = false, detach = false;
};

void AddScope(CLI::App* verb, PlanOptions* options) {
  verb->add_option("-f,--file", options->file, "the cluster.yaml; - is standard input")
      ->type_name("SPEC")
      ->capture_default_str();
  verb->add_option("--only", options->only, "one phase, when what comes before it is as it should be")
      ->type_name("PHASE");
  verb->add_option("--node", options->node, "one node")->type_name("NAME");
}

absl::StatusOr<SavedPlan> MakePlan(Shell& shell, const PlanOptions& options) {
  SavedPlan saved{.file = options.file};
  ASSIGN_OR_RETURN(saved.spec, ReadSpec(shell, options.file));
  return PlanOf(shell, std::move(saved), options.only, options.node);
}

absl::Status SavePlan(const Shell& shell, const SavedPlan& saved, const std::string& file) {
  if (file == "table" || file == "wide" || file == "json" || file == "yaml")
    return Hint(
        absl::InvalidArgumentError(absl::StrCat("-o of plan names the file to save it in, not a format")),
        absl::StrCat("-o - prints the plan as JSON; a file of that name is ./", file));
  if (file == "-") {
    *shell.io.out << PlanText(saved);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteFileAtomic(file, PlanText(saved)));
  *shell.io.err << "saved; apply it with: devstatsctl apply --plan " << file << "\n";
  return absl::OkStatus();
}

absl::StatusOr<int> DoPlan(Shell& shell, const PlanOptions& options) {
  ASSIGN_OR_RETURN(const SavedPlan saved, MakePlan(shell, options));
  if (options.save != "-")
    *shell.io.out << PlanView(saved.plan, saved.digest, shell.PaintFor(shell.io.out_terminal));
  RETURN_IF_ERROR(CheckUnknown(saved.plan));
  if (!options.save.empty()) RETURN_IF_ERROR(SavePlan(shell, saved, options.save));
  const PlanCounts counts = CountPlan(saved.plan);
  return counts.changes() + counts.deferred > 0 ? kPending : kOk;
}

absl::StatusOr<SavedPlan> LoadPlan(const PlanOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.saved));
  ASSIGN_OR_RETURN(SavedPlan saved, ParsePlan(text), options.saved);
  return saved;
}

absl::StatusOr<int> DoApply(Shell& shell, const PlanOptions& options) {
  ASSIGN_OR_RETURN(const SavedPlan saved,
                   options.saved.empty() ? MakePlan(shell, options) : LoadPlan(options));
  *shell.io.out << PlanView(saved.plan, saved.digest, shell.PaintFor(shell.io.out_terminal)) << std::flush;
  RETURN_IF_ERROR(CheckUnknown(saved.plan));
  RETURN_IF_ERROR(AskConsent(shell, saved, options.yes, options.confirm));
  return ApplyPlan(shell, saved, options.confirm, options.detach);
}

}  // namespace

void DeclarePlanCommands(Tree& tree) {
  auto plan_options = std::make_shared<PlanOptions>();
  CLI::App* plan =
      Verb(tree, &tree.root, "plan", "Show what apply would change. Exit status 2 when it is something.",
           [plan_options](Shell& shell) { return DoPlan(shell, *plan_options); });
  AddScope(plan, plan_options.get());
  plan->add_option("-o,--out", plan_options->save,
                   "keep the plan in a file, for apply --plan; - prints it as JSON")
      ->type_name("FILE");

  auto options = std::make_shared<PlanOptions>();
  CLI::App* apply =
      Verb(tree, &tree.root, "apply", "Plan, ask, change the cluster, and watch. Ctrl-C only stops watching.",
           [options](Shell& shell) { return DoApply(shell, *options); });
  AddScope(apply, options.get());
  apply->add_option("--plan", options->saved, "apply this saved plan instead of a new one")
      ->type_name("FILE")
      ->excludes("--file")
      ->excludes("--only")
      ->excludes("--node");
  apply->add_flag("-y,--yes", options->yes, "do not ask (never covers plans that destroy data)");
  apply
      ->add_option("--confirm", options->confirm,
                   "apply exactly the plan with this digest, even if it destroys data")
      ->type_name("DIGEST");
  apply->add_flag("--detach", options->detach, "do not watch");
}

}  // namespace devstats::ctl
