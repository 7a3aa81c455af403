#include "agent/resources/kubeadm_run.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {

std::string KubeadmWords(const std::string& output) {
  std::vector<std::string> findings;
  std::string error, last;
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) continue;
    if (absl::StartsWith(line, "[ERROR ")) findings.emplace_back(line);
    if (error.empty() && absl::StartsWith(line, "error ")) error = std::string(line);
    last = std::string(line);
  }
  if (!findings.empty()) return absl::StrJoin(findings, "\n");
  return error.empty() ? last : error;
}

absl::StatusOr<KubeadmRun::Past> KubeadmRun::Look() const {
  Past past;
  ASSIGN_OR_RETURN(auto begun, host_->inventory().Find(Begun()));
  ASSIGN_OR_RETURN(auto finished, host_->inventory().Find(Finished()));
  past.begun = begun.has_value();
  past.finished = finished.has_value();
  if (finished) past.made_from = finished->before.value_or("");
  return past;
}

absl::Status KubeadmRun::Command(const StepContext& context, const std::string& label,
                                 std::vector<std::string> arguments, const Secret& config,
                                 absl::Duration timeout) {
  const std::string what = absl::StrCat("kubeadm ", arguments[0]);
  arguments.insert(arguments.begin(), kProgram);
  // Of another attempt the unit may still be there, with its failure.
  const agent::Command command{.label = absl::StrCat(label, "-", context.attempt),
                               .argv = std::move(arguments),
                               .environment = {},
                               .input = config.Reveal(),  // by a file that only root reads
                               .timeout = timeout};
  auto tell = [&](absl::string_view line) {
    if (absl::StartsWith(line, "[")) context.progress(line);  // the rest is advice for people
  };
  ASSIGN_OR_RETURN(const ProcessResult result, host_->commands().Run(context.key, command, tell), what);
  if (result.exit_code == 0) return absl::OkStatus();
  const std::string words = KubeadmWords(result.out);
  const std::string message = absl::StrCat(what, " failed (exit ", result.exit_code, "): ", words);
  if (absl::StartsWith(words, "[ERROR "))
    return Hint(absl::FailedPreconditionError(message), "mend what kubeadm names, then run apply again");
  return absl::InternalError(message);
}

absl::Status KubeadmRun::Begin(const StepContext& context, const Act& act, const std::string& run) {
  RETURN_IF_ERROR(act.prepare());
  RETURN_IF_ERROR(host_->inventory().Drop(Finished()));
  RETURN_IF_ERROR(host_->inventory().Remember(
      {.resource = verb_, .thing = Begun(), .before = run, .digest = "", .mode = 0}));
  FaultPoint("kubeadm.begun", context.key.Text());
  return absl::OkStatus();
}

absl::Status KubeadmRun::Once(const StepContext& context, const Act& act) {
  ASSIGN_OR_RETURN(const std::string boot, host_->BootId());
  const std::string run = absl::StrCat(boot, " ", context.key.Text(), "#", context.attempt);
  ASSIGN_OR_RETURN(auto begun, host_->inventory().Find(Begun()));
  if (begun && begun->before != run) {
    context.progress("cleaning up what an earlier run left half made");
    RETURN_IF_ERROR(Command(context, "reset", {"reset", "--force", "--cri-socket", act.cri_socket}, Secret(),
                            absl::Minutes(5)));
    FaultPoint("kubeadm.reset", context.key.Text());
    RETURN_IF_ERROR(host_->inventory().Drop(Begun()));
    begun.reset();
  }
  if (!begun) RETURN_IF_ERROR(Begin(context, act, run));
  std::vector<std::string> arguments = {verb_, "--config", "/dev/stdin"};
  arguments.insert(arguments.end(), act.arguments.begin(), act.arguments.end());
  RETURN_IF_ERROR(Command(context, verb_, std::move(arguments), act.config, act.timeout));
  FaultPoint("kubeadm.ran", context.key.Text());
  return host_->inventory().Remember(
      {.resource = verb_, .thing = Finished(), .before = act.made_from, .digest = "", .mode = 0});
}

}  // namespace devstats::agent
