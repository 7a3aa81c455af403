// Uninstalling a release, and testing one: what works on the newest revision instead of making another.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/engine/carry.h"
#include "coordinator/release/engine/observation.h"
#include "coordinator/release/wait/waiter.h"

namespace devstats::release {
namespace {

// So that what an earlier run of them left in the record is not taken for this one's.
bool ForgetRuns(absl::string_view event, Release* release) {
  bool any = false;
  for (ReleaseHook& hook : release->hooks) {
    if (!HasEvent(hook, event)) continue;
    hook.last_run = {};
    any = true;
  }
  return any;
}

}  // namespace

absl::StatusOr<Release> Carrying::Uninstall() {
  if (release_.info.status != ReleaseStatus::kUninstalled) {
    RETURN_IF_ERROR(MarkUninstalling());
    RETURN_IF_ERROR(RunHooksFor(HookEvent("pre", t_.kind)));
    RETURN_IF_ERROR(RemoveObjects());
    RETURN_IF_ERROR(RunHooksFor(HookEvent("post", t_.kind)));
  }
  return Conclude();
}

absl::Status Carrying::MarkUninstalling() {
  if (context_.attempt > 1 && release_.info.status == ReleaseStatus::kUninstalling) return absl::OkStatus();
  RETURN_IF_ERROR(lease_->Announce(release_.revision), "the release's lease");
  release_.info.status = ReleaseStatus::kUninstalling;
  release_.info.deleted = parts_.clock->Now();
  release_.info.description = "Deletion in progress (or silently failed)";
  ForgetRuns("pre-delete", &release_);
  ForgetRuns("post-delete", &release_);
  RETURN_IF_ERROR(MakeStorage().Update(release_), "recording that it is being uninstalled");
  Fault("release.recorded");
  return absl::OkStatus();
}

absl::Status Carrying::RemoveObjects() {
  const Applied removed = [this](const ObjectChange& change) {
    Tell(absl::StrCat("deleted ", change.ref.Text()));
  };
  RETURN_IF_ERROR(
      DeleteObjects(release_.key(), t_.changes, *client_, t_.options.cascade, OptionsOfChange(), removed));
  Fault("release.removed");
  std::vector<kube::ObjectRef> gone;
  for (const ObjectChange& change : t_.changes) {
    if (change.action == Action::kDelete) gone.push_back(change.ref);
    if (change.action == Action::kKeep)
      Tell(absl::StrCat("kept, by its resource policy: ", change.ref.Text()));
  }
  if (!t_.options.wait) return absl::OkStatus();
  return WaitUntilGone(gone, {}, *client_,
                       {.deadline = Deadline(), .progress = context_.progress, .go_on = context_.go_on});
}

absl::StatusOr<Release> Carrying::Conclude() {
  release_.info.status = ReleaseStatus::kUninstalled;
  release_.info.description =
      t_.options.description.empty() ? "Uninstallation complete" : t_.options.description;
  if (t_.options.keep_history) {
    RETURN_IF_ERROR(MakeStorage().Update(release_), "recording that it is uninstalled");
    RETURN_IF_ERROR(SupersedeOthers());
  } else {
    RETURN_IF_ERROR(Purge());
  }
  Fault("release.purged");
  // After a failed install, the note of that must stay.
  if (!t_.options.atomic) lease_->Conclude();
  return release_;
}

// The newest record last: until then it says that the release is being uninstalled.
absl::Status Carrying::Purge() {
  Storage storage = MakeStorage();
  ASSIGN_OR_RETURN(const std::vector<RevisionHead> now, storage.Revisions(release_.key()));
  for (const RevisionHead& head : now) {
    RETURN_IF_ERROR(storage.Delete(release_.key(), head.revision),
                    absl::StrCat("record of revision ", head.revision));
  }
  return absl::OkStatus();
}

absl::StatusOr<Release> Carrying::Test() {
  Storage storage = MakeStorage();
  if (context_.attempt == 1 && ForgetRuns("test", &release_)) {
    RETURN_IF_ERROR(storage.Update(release_), "recording that tests begin");
  }
  RETURN_IF_ERROR(
      RunHooks("test",
               {.client = client_,
                .clock = parts_.clock,
                .timeout = t_.options.timeout,
                .run = context_.writer.operation,
                .record = [&](const Release& release) { return storage.Update(release); },
                .progress = context_.progress,
                .go_on = context_.go_on,
                .wanted = [&](const ReleaseHook& h) { return MatchesFilters(h, t_.options.test_filters); },
                .logs = t_.options.test_logs},
               &release_));
  RETURN_IF_ERROR(storage.Update(release_), "recording the tests");
  return release_;
}

}  // namespace devstats::release
