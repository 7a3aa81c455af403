// plan, apply
#include "CLI/CLI.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/ctl/attend.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/plan_view.h"
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
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::PlanRequest request;
  request.set_spec(saved.spec);
  request.set_file(options.file);
  request.set_only(options.only);
  request.set_node(options.node);
  if (shell.io.err_terminal) *shell.io.err << "looking at the boxes ..." << std::endl;
  ASSIGN_OR_RETURN(v1::PlanResponse response, client->Plan(request));
  saved.digest = response.digest();
  saved.plan = std::move(*response.mutable_plan());
  return saved;
}

absl::Status CheckUnknown(const plan::v1::Plan& plan) {
  if (const size_t n = CountPlan(plan).unknown; n > 0)
    return Hint(absl::FailedPreconditionError(absl::StrCat(Count(n, "unit"), " could not be observed")),
                "nothing can be applied before that is mended: see the units marked unknown");
  return absl::OkStatus();
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

// Whether the operator wants exactly this plan: by its digest, by --yes, or by an answer on the terminal. A
// plan without changes needs no leave: it only makes this cluster.yaml the one in force.
absl::Status Consent(const Shell& shell, const SavedPlan& saved, const PlanOptions& options) {
  const PlanCounts counts = CountPlan(saved.plan);
  if (!options.confirm.empty() && options.confirm != saved.digest)
    return Hint(absl::FailedPreconditionError("--confirm is the digest of another plan than the one shown"),
                absl::StrCat("read this one; its digest is ", saved.digest));
  if (options.confirm == saved.digest || counts.changes() + counts.deferred == 0) return absl::OkStatus();
  if (counts.destructive > 0)
    return Hint(absl::FailedPreconditionError("this plan destroys data; --yes does not cover that"),
                absl::StrCat("read it, then apply exactly it: --confirm ", saved.digest));
  if (options.yes) return absl::OkStatus();
  if (!shell.io.in_terminal)
    return Hint(absl::FailedPreconditionError("nothing was applied: there is no terminal to ask on"),
                "apply --yes applies without asking");
  *shell.io.err << "Apply this? Only \"yes\" does it: " << std::flush;
  std::string answer;
  std::getline(*shell.io.in, answer);
  if (absl::StripAsciiWhitespace(answer) == "yes") return absl::OkStatus();
  return absl::CancelledError("nothing was applied");
}

absl::StatusOr<int> DoApply(Shell& shell, const PlanOptions& options) {
  ASSIGN_OR_RETURN(const SavedPlan saved,
                   options.saved.empty() ? MakePlan(shell, options) : LoadPlan(options));
  *shell.io.out << PlanView(saved.plan, saved.digest, shell.PaintFor(shell.io.out_terminal)) << std::flush;
  RETURN_IF_ERROR(CheckUnknown(saved.plan));
  RETURN_IF_ERROR(Consent(shell, saved, options));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::ApplyRequest request;
  request.set_spec(saved.spec);
  request.set_file(saved.file);
  *request.mutable_plan() = saved.plan;
  request.set_confirm(options.confirm);
  absl::StatusOr<v1::Operation> operation = client->Apply(request);
  if (absl::IsUnavailable(operation.status()) || absl::IsDeadlineExceeded(operation.status()))
    return Hint(operation.status(), "it may have begun: devstatsctl operation list");
  RETURN_IF_ERROR(operation.status());
  *shell.io.err << "operation " << operation->id() << "\n";
  if (options.detach) return kOk;
  return Attend(shell, *client, *operation, 0);
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
