#include "coordinator/release/objects/apply_one.h"

#include <utility>

#include "absl/strings/match.h"
#include "common/status.h"
#include "coordinator/release/objects/managed_fields.h"
#include "coordinator/release/objects/refusal.h"
#include "coordinator/release/objects/sendable.h"
#include "coordinator/release/objects/unknown_fields.h"

namespace devstats::release {
namespace {

constexpr int kTries = 4;  // each finds conflicts that the one before did not show

bool IsMark(absl::string_view field) {
  return absl::EndsWith(field, ".app.kubernetes.io/managed-by") ||
         absl::EndsWith(field, ".meta.helm.sh/release-name") ||
         absl::EndsWith(field, ".meta.helm.sh/release-namespace");
}

bool IsNone(const ApplyRequest& request, const kube::FieldConflict& conflict) {
  if (request.adopts && IsMark(conflict.field)) return true;
  return IsTakenOver(request.live ? *request.live : Json(), conflict.manager);
}

// The chart has not changed the field since the last revision.
bool IsAsBefore(const ApplyRequest& request, const std::string& field) {
  const Json* wanted = FindField(field, request.wanted->object);
  const Json* previous = request.previous ? FindField(field, *request.previous) : nullptr;
  return wanted && previous && *wanted == *previous;
}

// Makes what is no longer wanted go where an apply alone does not remove it; gives what is to be removed from
// a dry run's object by hand.
absl::StatusOr<Json> Remove(const ApplyRequest& request, kube::KubeClient& client, Json* sent) {
  if (!request.previous || AddRemovals(*request.previous, sent)) return Json::object();
  Json removals = RemovalsOf(*request.previous, *sent);
  if (removals.empty() || request.dry_run) return removals;
  // At once with what takes their place. That it is an update of ours and no apply is mended by a take-over.
  Json patch = *sent;
  patch.update(removals, true);
  const absl::Status status = client.Patch(request.wanted->ref, kube::PatchKind::kMerge, patch).status();
  if (!status.ok() && !absl::IsNotFound(status)) return status;
  return removals;
}

// Sorts conflicts: takes what is left to others out of `result->sent`, gives what is in the way.
std::vector<kube::FieldConflict> Leave(const ApplyRequest& request,
                                       const std::vector<kube::FieldConflict>& conflicts, bool* some_left,
                                       ApplyResult* result) {
  std::vector<kube::FieldConflict> in_the_way;
  for (const kube::FieldConflict& conflict : conflicts) {
    if (IsNone(request, conflict)) continue;
    if (IsAsBefore(request, conflict.field) && EraseField(conflict.field, &result->sent).ok()) {
      result->left.push_back(conflict);
      *some_left = true;
    } else {
      in_the_way.push_back(conflict);
    }
  }
  return in_the_way;
}

}  // namespace

absl::StatusOr<ApplyResult> ApplyLeaving(const ApplyRequest& request,
                                         const std::vector<kube::FieldConflict>& left,
                                         kube::KubeClient& client) {
  ApplyResult result;
  result.sent = request.wanted->object;
  for (const kube::FieldConflict& known : left) (void)EraseField(known.field, &result.sent);
  ASSIGN_OR_RETURN(const Json removals, Remove(request, client, &result.sent));
  bool force = request.force;
  for (int tries = 1;; ++tries) {
    auto applied =
        ApplyKnown({.force = force, .dry_run = request.dry_run}, client, &result.sent, &result.dropped);
    if (applied.ok()) {
      result.object = *std::move(applied);
      if (request.dry_run && !removals.empty()) result.object.merge_patch(removals);
      return result;
    }
    const auto conflicts = kube::ConflictsOf(applied.status());
    if (conflicts.empty() || force || tries == kTries) return applied.status();
    bool some_left = false;
    const auto in_the_way = Leave(request, conflicts, &some_left, &result);
    if (!in_the_way.empty()) return OwnedByOthers(request.wanted->ref, in_the_way);
    force = !some_left;  // all that there is may be taken
  }
}

PreviousObjects::PreviousObjects(const std::vector<ReleaseObject>& previous) {
  for (const ReleaseObject& object : previous) objects_.emplace(KeyOf(object.ref), &object.object);
}

const Json* PreviousObjects::Find(const kube::ObjectRef& ref) const {
  const auto found = objects_.find(KeyOf(ref));
  return found == objects_.end() ? nullptr : found->second;
}

}  // namespace devstats::release
