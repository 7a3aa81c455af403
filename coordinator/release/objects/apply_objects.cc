#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "common/fault.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/release/objects/apply_one.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/objects/definition.h"
#include "coordinator/release/objects/managed_fields.h"
#include "coordinator/release/objects/order.h"
#include "coordinator/release/objects/parallel.h"
#include "coordinator/release/objects/refusal.h"

namespace devstats::release {
namespace {

constexpr absl::Duration kPatience =
    absl::Seconds(30);  // of one object's take-over, or of a kind to be served

// Pauses that grow, until a time.
class Pauses {
 public:
  Pauses(absl::Time until, const std::function<bool()>& go_on) : until_(until), go_on_(go_on) {}
  // False when there is no more time, or no more reason.
  bool Wait() {
    if (absl::Now() >= until_ || !go_on_()) return false;
    absl::SleepFor(pause_);
    pause_ = std::min(pause_ * 2, absl::Milliseconds(500));
    return true;
  }

 private:
  const absl::Time until_;
  const std::function<bool()>& go_on_;
  absl::Duration pause_ = absl::Milliseconds(20);
};

class Applier {
 public:
  Applier(const ObjectsWanted& objects, kube::KubeClient* client, const ChangeOptions& options,
          absl::Time deadline)
      : client_(client), options_(options), deadline_(deadline), previous_(objects.previous) {}

  // Which fields the server does not know is found out anew.
  absl::Status ApplyOne(const ReleaseObject& wanted, ObjectChange* done) {
    const ObjectChange& change = *done;
    Json live;
    if (change.takes_over || change.adopts) {
      RETURN_IF_ERROR(TakeOver(wanted, &live));
    }
    ASSIGN_OR_RETURN(ApplyResult applied, Apply(wanted, change, live));
    // The server has just begun to tell managers apart: now what was there before can be taken over.
    if (const auto patch = TakeOverPatch(applied.object, PreviousOf(wanted), wanted.object)) {
      RETURN_IF_ERROR(TakeOver(wanted, &live));
      RETURN_IF_ERROR(Apply(wanted, change, live).status());
    }
    done->dropped = std::move(applied.dropped);
    return wanted.ref.kind == kDefinitionKind ? WaitForKinds(wanted) : absl::OkStatus();
  }

 private:
  Json PreviousOf(const ReleaseObject& wanted) const {
    const Json* previous = previous_.Find(wanted.ref);
    return previous ? *previous : Json();
  }

  absl::Status TakeOver(const ReleaseObject& wanted, Json* live) {
    Pauses pauses(std::min(deadline_, absl::Now() + kPatience), options_.go_on);
    while (true) {
      auto found = client_->Get(wanted.ref);
      if (absl::IsNotFound(found.status())) return absl::OkStatus();
      RETURN_IF_ERROR(found.status());
      *live = *std::move(found);
      const auto patch = TakeOverPatch(*live, PreviousOf(wanted), wanted.object);
      if (!patch) return absl::OkStatus();
      const absl::Status done = client_->Patch(wanted.ref, kube::PatchKind::kJson, *patch).status();
      if (done.ok()) return absl::OkStatus();
      // Others may write at the same moment; an answer may be lost. Looking again tells.
      const bool passes =
          absl::IsAborted(done) || absl::IsUnavailable(done) || absl::IsDeadlineExceeded(done);
      if (!passes || !pauses.Wait()) return Annotate(done, "taking over its fields");
    }
  }

  absl::StatusOr<ApplyResult> Apply(const ReleaseObject& wanted, const ObjectChange& change,
                                    const Json& live) {
    const ApplyRequest request{.wanted = &wanted,
                               .previous = previous_.Find(wanted.ref),
                               .live = live.is_null() ? nullptr : &live,
                               .adopts = change.adopts,
                               .force = options_.force_conflicts};
    Pauses pauses(std::min(deadline_, absl::Now() + kPatience), options_.go_on);
    while (true) {
      auto applied = ApplyLeaving(request, change.left, *client_);
      // A kind that has just been defined may not be served by all of the server yet.
      const bool kind_is_missing = absl::IsNotFound(applied.status()) &&
                                   !absl::StrContains(applied.status().message(), "namespaces \"");
      if (!kind_is_missing || !absl::StrContains(wanted.ref.api_version, '.') || !pauses.Wait())
        return applied;
    }
  }

  absl::Status WaitForKinds(const ReleaseObject& definition) {
    Pauses pauses(deadline_, options_.go_on);
    while (true) {
      ASSIGN_OR_RETURN(const Json live, client_->Get(definition.ref));
      if (kube::ConditionOf(live, "NamesAccepted") == "False") {
        return absl::FailedPreconditionError("its names are taken by another definition");
      }
      if (kube::ConditionOf(live, "Established") == "True" && AreServed(definition)) return absl::OkStatus();
      if (pauses.Wait()) continue;
      if (!options_.go_on()) return absl::CancelledError("stopped");
      return Hint(absl::DeadlineExceededError("it is not established"), "look at its status.conditions");
    }
  }
  bool AreServed(const ReleaseObject& definition) {
    for (const kube::ApiResource& kind : KindsDefinedBy(definition.object)) {
      if (!client_->FindKind(kind.api_version, kind.kind).ok()) return false;
    }
    return true;
  }

  kube::KubeClient* const client_;
  const ChangeOptions& options_;
  const absl::Time deadline_;
  const PreviousObjects previous_;
};

}  // namespace

std::string DroppedText(const ObjectChange& change) {
  constexpr size_t kTold = 20;
  const std::vector<std::string>& all = change.dropped;
  if (all.empty()) return "";
  const std::vector<std::string> told(all.begin(), all.begin() + std::min(all.size(), kTold));
  const size_t more = all.size() - told.size();
  return absl::StrCat(change.ref.Text(), ": this version of Kubernetes does not know, and goes without, ",
                      log::Printable(absl::StrJoin(told, ", ")),
                      more ? absl::StrCat(" and ", more, " more") : "");
}

absl::Status ApplyObjects(const ObjectsWanted& objects, const std::vector<ObjectChange>& changes,
                          kube::KubeClient& client, const ChangeOptions& options, absl::Time deadline,
                          const Applied& applied) {
  std::map<std::string, const ObjectChange*> meant;
  for (const ObjectChange& change : changes) {
    if (change.action != Action::kCreate && change.action != Action::kUpdate) continue;
    meant[KeyOf(change.ref)] = &change;
  }
  Applier applier(objects, &client, options, deadline);
  return InOrder(NeedsOf(objects.wanted), {options.parallel, options.go_on}, [&](size_t i) {
    const ReleaseObject& wanted = objects.wanted[i];
    const auto change = meant.find(KeyOf(wanted.ref));
    if (change == meant.end()) return absl::OkStatus();
    ObjectChange done = *change->second;
    if (const absl::Status status = applier.ApplyOne(wanted, &done); !status.ok())
      return Explained(status, wanted);
    FaultPoint("release.object",
               absl::StrCat(objects.owner.Text(), "/", wanted.ref.kind, "/", wanted.ref.name));
    applied(done);
    return absl::OkStatus();
  });
}

}  // namespace devstats::release
