#include "coordinator/release/engine/hook_objects.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/reasons.h"
#include "coordinator/release/wait/waiter.h"

namespace devstats::release {
namespace {

using kube::At;
using kube::TextAt;

constexpr char kTimeToLive[] = "ttlSecondsAfterFinished";
constexpr int kMostLogLines = 1000;  // of one container

// A request that took too long says nothing of the hook, whose own time running out is DeadlineExceeded, too.
absl::Status OfRequest(absl::Status status) {
  if (!absl::IsDeadlineExceeded(status)) return status;
  return absl::UnavailableError(status.message());
}

}  // namespace

absl::StatusOr<HookObjects> HookObjects::Of(const ReleaseHook& hook, const ReleaseName& owner,
                                            const std::string& mark, const HookContext& context) {
  ASSIGN_OR_RETURN(std::vector<ReleaseObject> objects,
                   ObjectsOf(hook.manifest, owner, *context.client, {.own = false}), hook.path);
  return HookObjects(std::move(objects), mark, context);
}

bool HookObjects::IsOurs(const Json& live) const {
  return TextAt(live, {"metadata", "annotations", kHookRunAnnotation}) == mark_;
}

absl::Status HookObjects::Create() const {
  for (const ReleaseObject& object : objects_) RETURN_IF_ERROR(CreateOne(object), object.ref.Text());
  return absl::OkStatus();
}

absl::Status HookObjects::CreateOne(const ReleaseObject& object) const {
  // Before, not only after, creating: a quota may be full by what we have made.
  const auto there = context_.client->Get(object.ref);
  if (there.ok() && IsOurs(*there)) return absl::OkStatus();
  if (!there.ok() && !absl::IsNotFound(there.status())) return OfRequest(there.status());
  Json wanted = object.object;
  Json& annotations = wanted["metadata"]["annotations"];
  if (!annotations.is_object()) annotations = Json::object();
  annotations[kHookRunAnnotation] = mark_;
  if (object.ref.kind == "Job" && At(wanted, {"spec"}).is_object()) wanted["spec"].erase(kTimeToLive);
  const absl::Status made = context_.client->Create(wanted).status();
  if (made.ok()) return absl::OkStatus();
  const auto live = context_.client->Get(object.ref);
  if (live.ok() && IsOurs(*live)) return absl::OkStatus();
  if (!absl::IsAlreadyExists(made)) return OfRequest(made);
  return Hint(absl::FailedPreconditionError("it exists, and the hook's policy does not delete it"),
              "delete it, or give the hook the annotation helm.sh/hook-delete-policy: before-hook-creation");
}

absl::Status HookObjects::Wait(absl::Duration timeout) const {
  std::vector<kube::ObjectRef> refs;
  for (const ReleaseObject& object : objects_) refs.push_back(object.ref);
  return WaitUntilReady(refs, *context_.client,
                        {.deadline = absl::Now() + timeout,
                         .readiness = {.completion = true},
                         .next = "mend what the hook has run into, then run it again",
                         .progress = context_.progress,
                         .go_on = context_.go_on});
}

absl::Status HookObjects::Delete(Whose whose, absl::Duration timeout) const {
  std::vector<kube::ObjectRef> refs;
  std::vector<std::string> uids;
  for (auto object = objects_.rbegin(); object != objects_.rend(); ++object) {
    if (object->ref.kind == "CustomResourceDefinition") continue;
    const auto live = context_.client->Get(object->ref);
    if (absl::IsNotFound(live.status())) continue;
    RETURN_IF_ERROR(OfRequest(live.status()), object->ref.Text());
    if (whose != Whose::kAll && IsOurs(*live) != (whose == Whose::kOurs)) continue;
    const std::string uid = TextAt(*live, {"metadata", "uid"});
    const absl::Status deleted = OfRequest(context_.client->Delete(object->ref, {.uid = uid}));
    if (!absl::IsNotFound(deleted)) RETURN_IF_ERROR(deleted, absl::StrCat("deleting ", object->ref.Text()));
    if (absl::IsNotFound(context_.client->Get(object->ref).status())) continue;
    refs.push_back(object->ref);
    uids.push_back(uid);
  }
  if (refs.empty()) return absl::OkStatus();
  return WaitUntilGone(refs, uids, *context_.client,
                       {.deadline = absl::Now() + timeout,
                        .next = "find out what holds it, then run this again",
                        .progress = context_.progress,
                        .go_on = context_.go_on});
}

void HookObjects::LetExpire() const {
  for (const ReleaseObject& object : objects_) {
    const Json& time = At(object.object, {"spec", kTimeToLive});
    if (object.ref.kind != "Job" || time.is_null()) continue;
    const auto live = context_.client->Get(object.ref);
    if (!live.ok() || !IsOurs(*live) || !At(*live, {"spec", kTimeToLive}).is_null()) continue;
    const Json patch{{"spec", {{kTimeToLive, time}}}};
    const absl::Status status = context_.client->Patch(object.ref, kube::PatchKind::kMerge, patch).status();
    if (!status.ok()) context_.progress(absl::StrCat(object.ref.Text(), ": stays: ", status.message()));
  }
}

void HookObjects::TellLogs() const {
  for (const ReleaseObject& object : objects_) {
    if (object.ref.kind != "Job" && object.ref.kind != "Pod") continue;
    kube::ListQuery query{.api_version = "v1", .kind = "Pod", .namespace_ = object.ref.namespace_};
    (object.ref.kind == "Job" ? query.label_selector : query.field_selector) =
        absl::StrCat(object.ref.kind == "Job" ? "job-name=" : "metadata.name=", object.ref.name);
    const auto pods = context_.client->List(query);
    if (!pods.ok()) context_.progress(absl::StrCat("its logs cannot be read: ", pods.status().message()));
    for (const Json& pod : pods.ok() ? pods->items : std::vector<Json>()) TellLogsOf(pod);
  }
}

std::string HookObjects::Reasons() const {
  std::string out;
  for (const ReleaseObject& object : objects_) {
    const auto live = context_.client->Get(object.ref);
    if (!live.ok() || !IsOurs(*live)) continue;
    for (const std::string& line : ReasonsOf(*live, *context_.client)) absl::StrAppend(&out, "\n  ", line);
  }
  return out;
}

void HookObjects::TellLogsOf(const Json& pod) const {
  const std::string name = TextAt(pod, {"metadata", "name"});
  for (const Json& container : At(pod, {"spec", "containers"})) {
    const std::string what =
        absl::StrCat("log of ", OneLine(name), "/", OneLine(TextAt(container, {"name"})));
    const auto log = context_.client->Logs({.namespace_ = TextAt(pod, {"metadata", "namespace"}),
                                            .pod = name,
                                            .container = TextAt(container, {"name"}),
                                            .tail_lines = kMostLogLines});
    if (!log.ok()) {
      context_.progress(absl::StrCat(what, " cannot be read: ", OneLine(log.status().message())));
      continue;
    }
    const absl::string_view text(*log);
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
      context_.progress(absl::StrCat(what, ": ", OneLine(line, 4096)));
    }
  }
}

}  // namespace devstats::release
