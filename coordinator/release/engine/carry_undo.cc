// What follows when a revision cannot be made: it is recorded as failed and, as asked, taken back.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/engine/carry.h"
#include "coordinator/release/engine/history.h"
#include "coordinator/release/engine/prepare.h"

namespace devstats::release {
namespace {

std::string Failed(Kind kind, const std::string& name, absl::string_view why) {
  const char* what = kind == Kind::kInstall ? "Release" : kind == Kind::kRollback ? "Rollback" : "Upgrade";
  return absl::StrCat(what, " \"", name, "\" failed: ", why);
}

// As `why`, its text between others; hints and what else it carries stay.
absl::Status Reworded(const absl::Status& why, absl::string_view text) {
  absl::Status out(why.code(), text);
  why.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  return out;
}

}  // namespace

absl::StatusOr<Release> Carrying::Fail(const absl::Status& why) {
  if (release_.info.status != ReleaseStatus::kFailed) {
    release_.info.status = ReleaseStatus::kFailed;
    release_.info.description = Failed(t_.kind, release_.name, why.message());
    RETURN_IF_ERROR(MakeStorage().Update(release_),
                    absl::StrCat("recording that it failed (", why.message(), ")"));
  }
  Fault("release.failed");
  if (t_.options.cleanup_on_fail) RETURN_IF_ERROR(CleanUp(), absl::StrCat(why.message(), "; cleaning up"));
  if (!t_.options.atomic || t_.kind == Kind::kRollback) {
    lease_->Conclude();
    return why;
  }
  return t_.kind == Kind::kInstall ? TakeBack(why) : GoBack(why);
}

// Objects that this revision has made go.
absl::Status Carrying::CleanUp() {
  std::vector<ObjectChange> made;
  for (ObjectChange change : t_.changes) {
    if (change.action != Action::kCreate) continue;
    change.action = Action::kDelete;
    made.insert(made.begin(), std::move(change));
  }
  return DeleteObjects(release_.key(), made, *client_, kube::Propagation::kBackground, OptionsOfChange(),
                       [this](const ObjectChange& c) { Tell(absl::StrCat("deleted ", c.ref.Text())); });
}

EngineParts Carrying::PartsUnderLease() const {
  EngineParts parts = parts_;
  parts.client = client_;
  return parts;
}

// To the last revision that was good.
absl::Status Carrying::GoBack(const absl::Status& why) {
  const auto good = LastGoodRevision(t_.history, release_.revision);
  if (!good) {
    return Reworded(
        why, absl::StrCat("unable to find a previously successful release when attempting to rollback. "
                          "original upgrade error: ",
                          why.message()));
  }
  Tell(absl::StrCat("failed: ", why.message(), "; going back to revision ", *good));
  ReleaseRequest request{
      .kind = Kind::kRollback, .release = release_.key(), .to_revision = *good, .options = t_.options};
  request.options.atomic = false;
  request.options.wait = true;
  request.options.description.clear();
  request.options.create_namespace = false;
  const EngineParts parts = PartsUnderLease();
  const auto transition = Preparation(request, context_.writer, release_.revision + 1, parts).Make();
  absl::Status back = transition.status();
  if (back.ok()) back = Carrying(*transition, context_, parts).RunUnder(lease_, client_).status();
  if (back.ok()) {
    return Reworded(why, absl::StrCat("release ", release_.name,
                                      " failed, and has been rolled back due to atomic being "
                                      "set: ",
                                      why.message()));
  }
  return Annotate(back,
                  absl::StrCat("an error occurred while rolling back the release. original upgrade error: ",
                               why.message()));
}

// An install that failed is uninstalled. That it failed is noted in the lease first: once its record is gone,
// a cut run could not know.
absl::Status Carrying::TakeBack(const absl::Status& why) {
  Tell(absl::StrCat("failed: ", why.message(), "; uninstalling it"));
  const absl::Status told = Reworded(
      why, absl::StrCat("release ", release_.name,
                        " failed, and has been uninstalled due to atomic being set: ", why.message()));
  RETURN_IF_ERROR(lease_->NoteFailure(release_.revision, std::string(told.message())));
  return GoOnTakingBack(told);
}

absl::Status Carrying::GoOnTakingBack(const absl::Status& told) {
  ReleaseRequest request{.kind = Kind::kUninstall, .release = release_.key(), .options = t_.options};
  request.options.keep_history = false;
  request.options.ignore_not_found = true;
  const EngineParts parts = PartsUnderLease();
  const auto transition = Preparation(request, context_.writer, 0, parts).Make();
  absl::Status gone = transition.status();
  if (gone.ok() && !transition->nothing)
    gone = Carrying(*transition, context_, parts).RunUnder(lease_, client_).status();
  return gone.ok() ? told
                   : Annotate(gone, absl::StrCat("an error occurred while uninstalling the release: ",
                                                 told.message()));
}

// A run that was cut within that.
absl::StatusOr<Release> Carrying::ResumeTakingBack() {
  ASSIGN_OR_RETURN(const std::string told,
                   NotedFailure(release_.key(), context_.writer, release_.revision, *client_));
  return GoOnTakingBack(absl::FailedPreconditionError(told));
}

}  // namespace devstats::release
