#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/kube/units/ownership.h"
#include "coordinator/release/objects/apply_one.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/objects/definition.h"
#include "coordinator/release/objects/live_objects.h"
#include "coordinator/release/objects/managed_fields.h"
#include "coordinator/release/objects/order.h"
#include "coordinator/release/objects/refusal.h"
#include "coordinator/release/objects/unknown_fields.h"

namespace devstats::release {
namespace {

// Of the new objects of a kind in a namespace so many are tried: what one is refused for, mostly all are, and
// trying costs the server about as much as making them.
constexpr int kTried = 3;

using chart::Quote;
using kube::At;
using kube::TextAt;

std::string PolicyOf(const Json& object) {
  return TextAt(object, {"metadata", "annotations", "helm.sh/resource-policy"});
}

const Json& OurFields(const Json& object) {
  for (const Json& entry : At(object, {"metadata", "managedFields"})) {
    if (TextAt(entry, {"manager"}) == kube::kFieldManager && TextAt(entry, {"operation"}) == "Apply") {
      return At(entry, {"fieldsV1"});
    }
  }
  return At(object, {"metadata", "no such field"});
}

bool IsOneShot(const Json& object) {
  const std::string restart = TextAt(object, {"spec", "restartPolicy"});
  return TextAt(object, {"kind"}) == "Job" || restart == "Never" || restart == "OnFailure";
}

// What people want compared. The annotation of kubectl goes with a take-over; of a Secret it tells all.
Json Comparable(const Json& object) {
  Json out = coordinator::WithoutServerFields(object);
  const auto pointer = "/metadata/annotations"_json_pointer;
  if (out.contains(pointer)) out[pointer].erase("kubectl.kubernetes.io/last-applied-configuration");
  return out;
}

absl::Status Foreign(const kube::ObjectRef& ref, const absl::Status& why) {
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat(ref.kind, " ", Quote(ref.name), " in namespace ", Quote(ref.namespace_),
                               " exists and cannot be imported into the current release: ", why.message())),
              "devstatsctl release adopt, or --take-ownership, makes it the release's; or delete it");
}

class Planner {
 public:
  Planner(const ObjectsWanted& objects, kube::KubeClient* client, const ChangeOptions& options)
      : objects_(objects), client_(client), options_(options), previous_(objects.previous) {}

  absl::StatusOr<std::vector<ObjectChange>> Plan() {
    Collect();
    const ParallelOptions parallel{options_.parallel, options_.go_on};
    ASSIGN_OR_RETURN(live_, ReadLive(refs_, *client_, parallel), "looking at the objects");
    needs_ = NeedsOf(objects_.wanted);
    ChooseTried();
    const size_t count = objects_.wanted.size();
    changes_.resize(count);
    std::vector<absl::Status> answers(count);
    RETURN_IF_ERROR(ForEach(count, parallel, [&](size_t i) {
      answers[i] = Look(i, &changes_[i]);
      return IsRefusal(answers[i]) ? absl::OkStatus() : answers[i];
    }));
    std::erase_if(answers, [](const absl::Status& answer) { return answer.ok(); });
    RETURN_IF_ERROR(Together(answers));
    return Ordered();
  }

 private:
  // Positions in refs_: those wanted, then those of earlier revisions that are wanted no more.
  void Collect() {
    std::set<std::string> seen;
    for (const ReleaseObject& object : objects_.wanted) {
      refs_.push_back(object.ref);
      seen.insert(KeyOf(object.ref));
    }
    for (const ReleaseObject& object : objects_.previous) {
      if (!seen.insert(KeyOf(object.ref)).second) continue;
      refs_.push_back(object.ref);
      gone_.push_back(object);
    }
  }

  void ChooseTried() {
    std::map<std::tuple<std::string, std::string, std::string>, int> seen;
    tried_.resize(objects_.wanted.size());
    for (size_t i = 0; i < tried_.size(); ++i) {
      const kube::ObjectRef& ref = refs_[i];
      if (live_.no_kinds.count({ref.api_version, ref.kind})) continue;
      if (!live_.objects[i].is_null()) continue;
      // What the server would drop of a definition is its own matter.
      tried_[i] = ref.kind == kDefinitionKind || seen[{ref.api_version, ref.kind, ref.namespace_}]++ < kTried;
    }
  }

  absl::Status Look(size_t i, ObjectChange* change) {
    const ReleaseObject& wanted = objects_.wanted[i];
    const Json& live = live_.objects[i];
    change->ref = wanted.ref;
    if (live.is_null()) {
      if (HasRun(wanted)) return absl::OkStatus();
      change->action = Action::kCreate;
      return LookAtNew(i, change);
    }
    change->live = TextAt(live, {"metadata", "resourceVersion"});
    if (!At(live, {"metadata", "deletionTimestamp"}).is_null()) {
      return Hint(absl::FailedPreconditionError(absl::StrCat(wanted.ref.Text(), " is being deleted")),
                  "wait until it is gone, then do the same again; a finalizer may hold it");
    }
    RETURN_IF_ERROR(CheckOwner(wanted, live, change));
    const Json* previous = previous_.Find(wanted.ref);
    const auto patch = TakeOverPatch(live, previous ? *previous : Json(), wanted.object);
    change->takes_over = patch.has_value();
    if (!patch && IsApplied(live, wanted.object)) return absl::OkStatus();
    return Explained(LookInThought(wanted, live, patch, change), wanted);
  }

  bool HasRun(const ReleaseObject& wanted) const {
    const Json* previous = previous_.Find(wanted.ref);
    return objects_.settled && previous && *previous == wanted.object && IsOneShot(wanted.object);
  }

  absl::Status CheckOwner(const ReleaseObject& wanted, const Json& live, ObjectChange* change) const {
    if (!CheckOwnership(wanted.object, objects_.owner).ok()) return absl::OkStatus();  // bears no marks
    const absl::Status owned = CheckOwnership(live, objects_.owner);
    change->adopts = !owned.ok();
    return owned.ok() || options_.adopt ? absl::OkStatus() : Foreign(wanted.ref, owned);
  }

  // Whether the server would have it, as far as can be asked before what it needs is there.
  absl::Status LookAtNew(size_t i, ObjectChange* change) {
    const ReleaseObject& wanted = objects_.wanted[i];
    if (!tried_[i]) return absl::OkStatus();
    Json sent = wanted.object;
    const absl::Status answer =
        ApplyKnown({.force = true, .dry_run = true}, *client_, &sent, &change->dropped).status();
    if (answer.ok() || absl::IsNotFound(answer) || CannotTell(answer)) return absl::OkStatus();
    for (const size_t need : needs_[i]) {
      const std::string name = Quote(objects_.wanted[need].ref.name);
      if (live_.objects[need].is_null() && absl::StrContains(answer.message(), name)) return absl::OkStatus();
    }
    return Explained(answer, wanted);
  }

  absl::Status LookInThought(const ReleaseObject& wanted, const Json& live, const std::optional<Json>& patch,
                             ObjectChange* change) {
    const ApplyRequest request{.wanted = &wanted,
                               .previous = previous_.Find(wanted.ref),
                               .live = &live,
                               .adopts = change->adopts,
                               .force = options_.force_conflicts,
                               .dry_run = true};
    auto would = ApplyLeaving(request, {}, *client_);
    if (absl::IsNotFound(would.status())) {  // gone since
      change->action = Action::kCreate;
      return absl::OkStatus();
    }
    const bool blocked = patch && absl::IsInvalidArgument(would.status()) && !IsImmutable(would.status());
    if (blocked || CannotTell(would.status())) {
      // The server cannot know yet what goes with the fields that become ours: our own, rougher look.
      would = ApplyResult{.object = live, .sent = wanted.object, .left = {}};
      would->object.merge_patch(would->sent);
    }
    RETURN_IF_ERROR(would.status());
    const Json after =
        patch ? WithoutTakenOver(std::move(would->object), *patch, would->sent) : std::move(would->object);
    change->left = std::move(would->left);
    change->dropped = std::move(would->dropped);
    change->fields = coordinator::DifferencesOf(Comparable(live), Comparable(after));
    const bool same =
        change->fields.empty() && !patch && !change->adopts && OurFields(live) == OurFields(after);
    change->action = same ? Action::kUnchanged : Action::kUpdate;
    return absl::OkStatus();
  }

  static bool CannotTell(const absl::Status& status) {
    return absl::StrContains(status.message(), "does not support dry run");
  }

  absl::StatusOr<std::vector<ObjectChange>> Ordered() {
    std::vector<ObjectChange> out;
    for (const size_t i : InstallOrder(objects_.wanted)) out.push_back(std::move(changes_[i]));
    std::set<std::string> wanted_uids;  // of an object that the API has in two groups
    const size_t count = objects_.wanted.size();
    for (size_t i = 0; i < count; ++i) wanted_uids.insert(TextAt(live_.objects[i], {"metadata", "uid"}));
    std::vector<size_t> order = InstallOrder(gone_);
    std::reverse(order.begin(), order.end());
    for (const size_t i : order) {
      const Json& live = live_.objects[count + i];
      if (live.is_null() || !CheckOwnership(live, objects_.owner).ok()) continue;
      if (wanted_uids.count(TextAt(live, {"metadata", "uid"}))) continue;
      ObjectChange change{.ref = gone_[i].ref};
      change.action = gone_[i].keep || PolicyOf(live) == "keep" ? Action::kKeep : Action::kDelete;
      change.live = TextAt(live, {"metadata", "resourceVersion"});
      out.push_back(std::move(change));
    }
    return out;
  }

  const ObjectsWanted& objects_;
  kube::KubeClient* const client_;
  const ChangeOptions& options_;
  const PreviousObjects previous_;
  std::vector<kube::ObjectRef> refs_;
  std::vector<ReleaseObject> gone_;
  LiveObjects live_;
  std::vector<std::vector<size_t>> needs_;
  std::vector<bool> tried_;
  std::vector<ObjectChange> changes_;  // each thread writes at its own positions
};

}  // namespace

absl::StatusOr<std::vector<ObjectChange>> PlanObjects(const ObjectsWanted& objects, kube::KubeClient& client,
                                                      const ChangeOptions& options) {
  return Planner(objects, &client, options).Plan();
}

}  // namespace devstats::release
