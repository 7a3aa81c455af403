#include "coordinator/release/engine/carry.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/release/engine/history.h"
#include "coordinator/release/engine/observation.h"
#include "coordinator/release/wait/waiter.h"

namespace devstats::release {
namespace {

absl::string_view Done(Kind kind) {
  return kind == Kind::kInstall ? "Install complete" : kind == Kind::kUpgrade ? "Upgrade complete" : "";
}

absl::string_view Verb(Action action) {
  switch (action) {
    case Action::kCreate:
      return "created ";
    case Action::kUpdate:
      return "updated ";
    case Action::kDelete:
      return "deleted ";
    case Action::kKeep:
      return "kept ";
    case Action::kUnchanged:
      break;
  }
  return "unchanged ";
}

}  // namespace

absl::StatusOr<Release> Carrying::Run() {
  if (t_.nothing) return release_;
  // The lease lives in the release's namespace, and no other writer can be in one that is not there.
  kube::PatientClient patient(parts_.client, parts_.persistence);
  if (t_.make_namespace) {
    const Json space{
        {"apiVersion", "v1"},
        {"kind", "Namespace"},
        {"metadata", {{"name", release_.name_space}, {"labels", {{"name", release_.name_space}}}}}};
    const absl::Status made = patient.Create(space).status();
    if (!made.ok() && !absl::IsAlreadyExists(made)) return Annotate(made, "namespace");
  }
  ASSIGN_OR_RETURN(auto lease, Lease::Take(release_.key(), context_.writer, &patient, parts_.clock,
                                           {.progress = context_.progress, .go_on = context_.go_on}));
  GuardedClient guarded(parts_.client, std::move(lease));
  kube::Persistence persistence = parts_.persistence;
  persistence.go_on = context_.go_on;
  persistence.again = [this](const absl::Status& failure) {
    Tell(absl::StrCat("trying again: ", failure.message()));
  };
  kube::PatientClient client(&guarded, std::move(persistence));
  return RunUnder(&guarded.lease(), &client);
}

absl::StatusOr<Release> Carrying::RunUnder(Lease* lease, kube::KubeClient* client) {
  lease_ = lease;
  client_ = client;
  Fault("release.leased");
  RETURN_IF_ERROR(Settle());
  switch (t_.kind) {
    case Kind::kUninstall:
      return Uninstall();
    case Kind::kTest:
      return Test();
    default:
      return MakeRevision();
  }
}

void Carrying::Fault(const char* point) const { FaultPoint(point, release_.key().Text()); }

Storage Carrying::MakeStorage() const { return {client_, parts_.clock, &parts_.environment->limits()}; }

absl::Time Carrying::Deadline() const { return parts_.clock->Now() + t_.options.timeout; }

ChangeOptions Carrying::OptionsOfChange() const {
  return {.adopt = t_.options.take_ownership,
          .force_conflicts = t_.options.force_conflicts,
          .go_on = context_.go_on};
}

// What the transition was made from must still be so, now that nobody else can change it.
absl::Status Carrying::Settle() {
  Storage storage = MakeStorage();
  ASSIGN_OR_RETURN(const std::vector<RevisionHead> now, storage.Revisions(release_.key()));
  if (!t_.begun && !SameHistory(t_.history, now, 0)) {
    return Hint(absl::AbortedError(absl::StrCat("release ", release_.key().Text(), " has changed meanwhile")),
                "look at it again: devstatsctl release history, then repeat the command");
  }
  for (const int revision : t_.abandoned) {
    ASSIGN_OR_RETURN(Release abandoned, storage.Get(release_.key(), revision));
    if (!IsPending(abandoned.info.status)) continue;
    abandoned.info.description = absl::StrCat("Cut off while ", StatusName(abandoned.info.status));
    abandoned.info.status = ReleaseStatus::kFailed;
    RETURN_IF_ERROR(storage.Update(abandoned), absl::StrCat("revision ", revision, ", which was cut off"));
  }
  return absl::OkStatus();
}

// Errors that say nothing about the release: the revision stays pending, and is gone on with.
bool Carrying::WasInterrupted(const absl::Status& status) const {
  return absl::IsCancelled(status) || absl::IsUnavailable(status) || !lease_->Check().ok();
}

// What a cut run had recorded tells where it is gone on with.
absl::StatusOr<Release> Carrying::MakeRevision() {
  switch (release_.info.status) {
    case ReleaseStatus::kFailed:
      return Fail(absl::FailedPreconditionError(release_.info.description));
    case ReleaseStatus::kUninstalling:
    case ReleaseStatus::kUninstalled:
      return ResumeTakingBack();
    case ReleaseStatus::kDeployed:
      return Supersede();
    default:
      break;
  }
  RETURN_IF_ERROR(Record());
  if (const absl::Status done = Steps(); !done.ok()) {
    if (!WasInterrupted(done)) return Fail(done);
    return Hint(done,
                "the release stays pending until the operation is resumed: devstatsctl operation resume");
  }
  return Succeed();
}

absl::Status Carrying::Record() {
  if (t_.begun) return absl::OkStatus();
  Storage storage = MakeStorage();
  RETURN_IF_ERROR(lease_->Announce(release_.revision), "the release's lease");
  Fault("release.announced");
  RETURN_IF_ERROR(SupersedeReplaced());
  RETURN_IF_ERROR(storage.Trim(release_.key(), t_.options.history_max), "trimming the history");
  RETURN_IF_ERROR(storage.Create(release_), absl::StrCat("recording revision ", release_.revision));
  Fault("release.recorded");
  Tell(absl::StrCat("revision ", release_.revision, " begun"));
  return absl::OkStatus();
}

// Of an install over a history (--replace): the last one, unless it failed, as Helm.
absl::Status Carrying::SupersedeReplaced() {
  if (t_.kind != Kind::kInstall || t_.history.empty()) return absl::OkStatus();
  if (t_.history.back().status != ReleaseStatus::kUninstalled) return absl::OkStatus();
  Storage storage = MakeStorage();
  ASSIGN_OR_RETURN(Release last, storage.Get(release_.key(), t_.history.back().revision));
  last.info.status = ReleaseStatus::kSuperseded;
  last.info.description = "superseded by new release";
  return storage.Update(last);
}

void Carrying::TellDropped(const ObjectChange& change) const {
  if (const std::string text = DroppedText(change); !text.empty()) Tell(text);
}

absl::Status Carrying::Define() {
  if (t_.crds.empty()) return absl::OkStatus();
  ObjectsWanted definitions{.owner = release_.key(), .wanted = t_.crds};
  const Applied applied = [this](const ObjectChange& change) {
    Tell(absl::StrCat("defined ", change.ref.name));
    TellDropped(change);
  };
  RETURN_IF_ERROR(ApplyObjects(definitions, t_.definitions, *client_, OptionsOfChange(), Deadline(), applied),
                  "crds/");
  Fault("release.defined");
  return absl::OkStatus();
}

absl::Status Carrying::Steps() {
  RETURN_IF_ERROR(Define());
  RETURN_IF_ERROR(RunHooksFor(HookEvent("pre", t_.kind)));
  std::atomic<size_t> done = 0;
  const size_t all = t_.changes.size();
  const Applied applied = [&](const ObjectChange& change) {
    Tell(absl::StrCat(Verb(change.action), change.ref.Text(), " (", ++done, " of ", all, ")"));
    TellDropped(change);
  };
  RETURN_IF_ERROR(ApplyObjects(t_.objects, t_.changes, *client_, OptionsOfChange(), Deadline(), applied));
  RETURN_IF_ERROR(DeleteObjects(release_.key(), t_.changes, *client_, kube::Propagation::kBackground,
                                OptionsOfChange(), applied));
  Fault("release.applied");
  if (t_.options.wait || t_.options.wait_for_jobs || t_.options.atomic) RETURN_IF_ERROR(Wait());
  return RunHooksFor(HookEvent("post", t_.kind));
}

absl::Status Carrying::Wait() {
  std::vector<kube::ObjectRef> refs;
  for (const ReleaseObject& object : t_.objects.wanted) refs.push_back(object.ref);
  RETURN_IF_ERROR(WaitUntilReady(refs, *client_,
                                 {.deadline = Deadline(),
                                  .readiness = {.jobs = t_.options.wait_for_jobs},
                                  .progress = context_.progress,
                                  .go_on = context_.go_on}));
  Fault("release.waited");
  return absl::OkStatus();
}

absl::Status Carrying::RunHooksFor(const std::string& event) {
  if (t_.options.no_hooks) return absl::OkStatus();
  Storage storage = MakeStorage();
  return RunHooks(event,
                  {.client = client_,
                   .clock = parts_.clock,
                   .timeout = t_.options.timeout,
                   .run = absl::StrCat(context_.writer.operation, ".", release_.revision),
                   .record = [&](const Release& release) { return storage.Update(release); },
                   .progress = context_.progress,
                   .go_on = context_.go_on},
                  &release_);
}

// The new one first: cut in between, two are deployed, and the newer one counts.
absl::StatusOr<Release> Carrying::Succeed() {
  release_.info.status = ReleaseStatus::kDeployed;
  if (!t_.options.description.empty())
    release_.info.description = t_.options.description;
  else if (!Done(t_.kind).empty())
    release_.info.description = std::string(Done(t_.kind));
  RETURN_IF_ERROR(MakeStorage().Update(release_), absl::StrCat("recording revision ", release_.revision));
  Fault("release.deployed");
  return Supersede();
}

absl::StatusOr<Release> Carrying::Supersede() {
  RETURN_IF_ERROR(SupersedeOthers());
  Fault("release.superseded");
  lease_->Conclude();
  return release_;
}

absl::Status Carrying::SupersedeOthers() {
  Storage storage = MakeStorage();
  ASSIGN_OR_RETURN(const std::vector<RevisionHead> now, storage.Revisions(release_.key()));
  for (const RevisionHead& head : now) {
    if (head.status != ReleaseStatus::kDeployed || head.revision == release_.revision) continue;
    ASSIGN_OR_RETURN(Release other, storage.Get(release_.key(), head.revision));
    other.info.status = ReleaseStatus::kSuperseded;
    RETURN_IF_ERROR(storage.Update(other), absl::StrCat("revision ", head.revision));
  }
  return absl::OkStatus();
}

}  // namespace devstats::release
