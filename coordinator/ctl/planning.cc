#include "coordinator/ctl/planning.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/attend.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/plan_view.h"

namespace devstats::ctl {

absl::StatusOr<SavedPlan> PlanOf(Shell& shell, SavedPlan saved, const std::string& only,
                                 const std::string& node) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::PlanRequest request;
  request.set_spec(saved.spec);
  request.set_file(saved.file);
  request.set_only(only);
  request.set_node(node);
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

absl::Status AskConsent(const Shell& shell, const SavedPlan& saved, bool yes, const std::string& confirm) {
  const PlanCounts counts = CountPlan(saved.plan);
  if (!confirm.empty() && confirm != saved.digest)
    return Hint(absl::FailedPreconditionError("--confirm is the digest of another plan than the one shown"),
                absl::StrCat("read this one; its digest is ", saved.digest));
  if (confirm == saved.digest || counts.changes() + counts.deferred == 0) return absl::OkStatus();
  if (counts.destructive > 0)
    return Hint(absl::FailedPreconditionError("this plan destroys data; --yes does not cover that"),
                absl::StrCat("read it, then apply exactly it: --confirm ", saved.digest));
  if (yes) return absl::OkStatus();
  return AskTyped(shell, {.prompt = "Apply this? Only \"yes\" does it: ",
                          .undone = "nothing was applied",
                          .hint = "apply --yes applies without asking"});
}

absl::StatusOr<int> ApplyPlan(Shell& shell, const SavedPlan& saved, const std::string& confirm, bool detach) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::ApplyRequest request;
  request.set_spec(saved.spec);
  request.set_file(saved.file);
  *request.mutable_plan() = saved.plan;
  request.set_confirm(confirm);
  absl::StatusOr<v1::Operation> operation = client->Apply(request);
  if (absl::IsUnavailable(operation.status()) || absl::IsDeadlineExceeded(operation.status()))
    return Hint(operation.status(), "it may have begun: devstatsctl operation list");
  RETURN_IF_ERROR(operation.status());
  *shell.io.err << "operation " << operation->id() << "\n";
  if (detach) return kOk;
  return Attend(shell, *client, *operation, 0);
}

}  // namespace devstats::ctl
