#include "coordinator/ctl/release/run_change.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/ctl/release/helm_text.h"
#include "coordinator/ctl/release/release_view.h"
#include "coordinator/ctl/release/saved_change.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

using v1::ReleaseRequest;

absl::Status Failed(const absl::Status& status, const std::string& what) {
  return what.empty() ? status : Annotate(status, what);
}

std::string Quoted(const ReleaseRequest& request) {
  return absl::StrCat("\"", PrintableText(request.name()), "\"");
}

absl::Status PrintDryRun(Shell& shell, const PlannedChange& change, const ChangeFlags& flags) {
  const std::string now = absl::FormatTime(absl::RFC3339_full, absl::Now(), shell.io.zone);
  ASSIGN_OR_RETURN(const std::string text, DryRunText({.plan = &change.plan,
                                                       .name = change.request.name(),
                                                       .name_space = change.request.namespace_(),
                                                       .now = now,
                                                       .hide_notes = flags.hide_notes,
                                                       .hide_secrets = flags.hide_secrets},
                                                      shell.format, shell.io.zone));
  *shell.io.out << text;
  return absl::OkStatus();
}

absl::Status PrintRelease(Shell& shell, const ReleaseRequest& request, const ChangeFlags& flags) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  v1::GetReleaseRequest which;
  which.set_name(request.name());
  which.set_namespace_(request.namespace_());
  ASSIGN_OR_RETURN(const v1::ReleaseDetail release, GetRelease(*client, which));
  if (shell.ForPeople()) {
    *shell.io.out << SummaryText(release, {.hide_notes = flags.hide_notes, .local = shell.io.zone});
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string text, HelmFormatted(release.record(), shell.format));
  *shell.io.out << text;
  return absl::OkStatus();
}

bool HasSummary(const ReleaseRequest& request) {
  return request.action() != ReleaseRequest::ROLLBACK && request.action() != ReleaseRequest::UNINSTALL;
}

// The line with which Helm ends a change, or begins its summary.
std::string Closing(const PlannedChange& change, bool people) {
  switch (change.request.action()) {
    case ReleaseRequest::UPGRADE:
      if (change.plan.is_install() || !people) return "";
      return absl::StrCat("Release ", Quoted(change.request), " has been upgraded. Happy Helming!\n");
    case ReleaseRequest::ROLLBACK:
      return "Rollback was a success! Happy Helming!\n";
    case ReleaseRequest::UNINSTALL:
      return absl::StrCat("release ", Quoted(change.request), " uninstalled\n");
    default:
      return "";
  }
}

void TellOfInstall(Shell& shell, const PlannedChange& change) {
  if (change.request.action() == ReleaseRequest::UPGRADE && change.plan.is_install() && shell.ForPeople())
    *shell.io.out << "Release " << Quoted(change.request) << " does not exist. Installing it now.\n"
                  << std::flush;
}

absl::StatusOr<int> Simulate(Shell& shell, const PlannedChange& change, const ChangeFlags& flags) {
  TellOfInstall(shell, change);
  *shell.io.out << Closing(change, shell.ForPeople());
  if (HasSummary(change.request)) RETURN_IF_ERROR(PrintDryRun(shell, change, flags));
  return kOk;
}

absl::StatusOr<int> Carry(Shell& shell, const PlannedChange& change, const ChangeFlags& flags, bool exactly) {
  TellOfInstall(shell, change);
  const absl::StatusOr<int> code = CarryOut(shell, change, exactly);
  if (!code.ok()) {
    // Which test failed stands in the release.
    if (change.request.action() == ReleaseRequest::TEST)
      PrintRelease(shell, change.request, flags).IgnoreError();
    return Failed(code.status(), FailureOf(change.request, change.plan.is_install()));
  }
  if (*code != kOk) return *code;
  *shell.io.out << Closing(change, shell.ForPeople());
  if (HasSummary(change.request)) RETURN_IF_ERROR(PrintRelease(shell, change.request, flags));
  return kOk;
}

// What could not be planned.
absl::StatusOr<int> Unplanned(Shell& shell, const ReleaseRequest& request, const absl::Status& status) {
  if (request.action() != ReleaseRequest::UNINSTALL || !absl::IsNotFound(status))
    return Failed(status, FailureOf(request, false));
  if (!request.ignore_not_found())
    return Failed(status, absl::StrCat("uninstall: Release not loaded: ", request.name()));
  *shell.io.out << "release " << Quoted(request) << " uninstalled\n";  // as Helm says of it, too
  return kOk;
}

}  // namespace

absl::Status SaveAndTell(Shell& shell, const PlannedChange& change, const std::string& file) {
  RETURN_IF_ERROR(SaveChange(change, file));
  *shell.io.err << "saved; apply it with: devstatsctl release apply " << file << "\n";
  return absl::OkStatus();
}

absl::StatusOr<int> RunSaved(Shell& shell, const PlannedChange& change, const ChangeFlags& flags) {
  ShowChange(shell, change);
  RETURN_IF_ERROR(ConsentTo(shell, change, flags.yes));
  return Carry(shell, change, flags, /*exactly=*/true);
}

absl::StatusOr<int> RunChange(Shell& shell, const ReleaseRequest& request, const ChangeFlags& flags) {
  ASSIGN_OR_RETURN(const bool dry_run, IsDryRun(flags.dry_run));
  if (shell.io.err_terminal) *shell.io.err << "looking at the cluster ..." << std::endl;
  const absl::StatusOr<PlannedChange> change = PlanChange(shell, request);
  if (!change.ok()) return Unplanned(shell, request, change.status());
  ShowChange(shell, *change);
  if (!flags.save.empty()) {
    RETURN_IF_ERROR(SaveAndTell(shell, *change, flags.save));
    return kOk;
  }
  if (dry_run) return Simulate(shell, *change, flags);
  // Who said yes to a plan said it to no other.
  ASSIGN_OR_RETURN(const bool asked, ConsentTo(shell, *change, flags.yes));
  return Carry(shell, *change, flags, /*exactly=*/asked);
}

}  // namespace devstats::ctl
