#include "agent/resources/shell.h"

#include "absl/strings/str_cat.h"
#include "agent/host/commands.h"
#include "agent/resources/file_state.h"
#include "agent/resources/kubectl.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kAliasText[] =
    "# Made by devstats-agent; changes here are overwritten.\n"
    "alias k=kubectl\n"
    "if [ -n \"${BASH_VERSION-}\" ]; then\n"
    "  complete -o default -F __start_kubectl k\n"
    "fi\n";
// The text itself depends on a version of kubectl that may not be installed yet when the plan is made.
constexpr char kOutput[] = "the output of kubectl completion bash";

}  // namespace

absl::StatusOr<std::optional<std::string>> ShellResource::Completion() const {
  auto result = host_->commands().Observe({Kubectl::kProgram, "completion", "bash"});
  if (absl::IsNotFound(result.status())) return std::nullopt;
  RETURN_IF_ERROR(result.status());
  RETURN_IF_ERROR(CommandStatus("kubectl completion bash", *result));
  return std::move(result->out);
}

absl::StatusOr<Json> ShellResource::Observe() {
  ASSIGN_OR_RETURN(auto wanted, Completion());
  ASSIGN_OR_RETURN(const Json completion, ObserveFile(host_, kCompletion));
  ASSIGN_OR_RETURN(Json alias, ObserveFile(host_, kAlias));
  Json out = {{"alias", alias}, {"current", false}, {"completion", "absent"}};
  if (completion.is_null()) return out;
  out["completion"] = completion["ours"] == true ? "ours" : "foreign";
  out["current"] = wanted && completion["content"] == *wanted;
  return out;
}

absl::StatusOr<UnitPlan> ShellResource::Diff(const Json& observed) const {
  UnitPlan plan;
  if (observed["current"] != true) {
    const std::string state = observed["completion"];
    AddChange(&plan, kCompletion, state == "absent" ? Change::CREATE : Change::UPDATE,
              state == "absent" ? Change::ABSENT
              : state == "ours" ? Change::OURS
                                : Change::FOREIGN,
              state == "absent" ? "" : "another text", kOutput);
  }
  DiffFile(observed["alias"], kAlias, kAliasText, &plan);
  return plan;
}

absl::Status ShellResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat("writing ", c.path()));
    if (c.path() == kAlias) {
      RETURN_IF_ERROR(host_->WriteFile(id(), kAlias, c.after()));
      continue;
    }
    ASSIGN_OR_RETURN(auto text, Completion());
    if (!text)
      return Hint(absl::FailedPreconditionError("kubectl is not installed"),
                  "is its package in cluster.yaml?");
    RETURN_IF_ERROR(host_->WriteFile(id(), kCompletion, *text));
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
