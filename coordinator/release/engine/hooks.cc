#include "coordinator/release/engine/hooks.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/release/engine/hook_objects.h"

namespace devstats::release {
namespace {

constexpr char kBeforeCreation[] = "before-hook-creation", kSucceeded[] = "hook-succeeded",
               kFailed[] = "hook-failed";
constexpr absl::Duration kGrace = absl::Seconds(30);  // to look at a hook whose time ran out meanwhile

using Whose = HookObjects::Whose;

bool Has(const std::vector<std::string>& list, absl::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// The run was cut rather than the hook wrong: it can be gone on with.
bool IsCut(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

// "RUN pre-install! post-install": the events begun by a run, in order; "!" on those that have failed.
std::vector<std::string> BegunEvents(const Release& release, const std::string& run) {
  const auto found = release.annotations.find(kHooksAnnotation);
  absl::string_view text = found == release.annotations.end() ? "" : absl::string_view(found->second);
  if (!absl::ConsumePrefix(&text, run + " ")) return {};
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

class EventRun {
 public:
  EventRun(absl::string_view event, const HookContext& context, Release* release)
      : event_(event), context_(context), release_(*release) {
    mark_ = absl::StrCat(context.run, "/v", release->revision, "/", event);
  }

  absl::Status Run() {
    FindHooks();
    if (hooks_.empty()) return absl::OkStatus();
    bool done = false;
    RETURN_IF_ERROR(Begin(&done));
    if (done) return absl::OkStatus();
    for (size_t i = 0; i < hooks_.size(); ++i) {
      if (!context_.go_on()) return absl::CancelledError("called off");
      if (absl::Status status = RunOne(hooks_[i]); !status.ok()) return Fail(std::move(status), i);
    }
    return Finish();
  }

 private:
  void FindHooks() {
    for (ReleaseHook& hook : release_.hooks) {
      if (HasEvent(hook, event_) && context_.wanted(hook)) hooks_.push_back(&hook);
    }
    std::stable_sort(hooks_.begin(), hooks_.end(),
                     [](const ReleaseHook* a, const ReleaseHook* b) { return RunsBefore(*a, *b); });
    for (ReleaseHook* hook : hooks_) {
      if (hook->delete_policies.empty())
        hook->delete_policies = {kBeforeCreation};  // and in the record, as Helm
    }
  }

  // What the hooks' last_run tell is this run's if the record says so; an event before the last one is over.
  absl::Status Begin(bool* done) {
    std::vector<std::string> begun = BegunEvents(release_, context_.run);
    if (!begun.empty() && absl::StripSuffix(begun.back(), "!") == event_) return absl::OkStatus();
    if (Has(begun, event_ + "!")) return absl::FailedPreconditionError("they have failed before");
    *done = Has(begun, event_);
    if (*done) return absl::OkStatus();
    for (ReleaseHook* hook : hooks_) hook->last_run = {};
    begun.push_back(event_);
    WriteBegun(begun);  // is recorded with the first hook
    return absl::OkStatus();
  }
  void WriteBegun(const std::vector<std::string>& begun) {
    release_.annotations[kHooksAnnotation] = absl::StrCat(context_.run, " ", absl::StrJoin(begun, " "));
  }

  absl::StatusOr<HookObjects> ObjectsOfHook(const ReleaseHook& hook) const {
    return HookObjects::Of(hook, release_.key(), mark_, context_);
  }
  absl::Status Record() const { return context_.record(release_); }
  void Fault(absl::string_view point, const ReleaseHook& hook) const {
    FaultPoint(absl::StrCat("release.hook.", point), absl::StrCat(release_.key().Text(), "/", hook.name));
  }

  absl::Status RunOne(ReleaseHook* hook) {
    HookRun& last = hook->last_run;
    if (last.phase == "Succeeded") return absl::OkStatus();
    ASSIGN_OR_RETURN(const HookObjects objects, ObjectsOfHook(*hook));
    if (last.phase == "Failed") return FailedBefore(*hook, objects);
    const bool resumed = last.phase == "Running";
    if (Has(hook->delete_policies, kBeforeCreation)) {
      RETURN_IF_ERROR(objects.Delete(resumed ? Whose::kOthers : Whose::kAll, context_.timeout));
    }
    context_.progress(
        absl::StrCat(event_, " hook ", hook->kind, " ", hook->name, resumed ? ": goes on" : ""));
    if (!resumed) {
      last = {.started = context_.clock->Now(), .phase = "Running"};
      RETURN_IF_ERROR(Record(), "recording that the hook begins");
    }
    Fault("recorded", *hook);
    absl::Status status = objects.Create();
    if (IsCut(status)) return status;
    if (status.ok()) {
      Fault("created", *hook);
      status = objects.Wait(TimeLeft(last));
    }
    if (IsCut(status)) return status;
    Fault("ended", *hook);
    last.completed = context_.clock->Now();
    last.phase = status.ok() ? "Succeeded" : "Failed";
    if (context_.logs || Has(hook->output_log_policies, status.ok() ? kSucceeded : kFailed))
      objects.TellLogs();
    return status;
  }
  absl::Duration TimeLeft(const HookRun& last) const {
    return std::max(last.started + context_.timeout - context_.clock->Now(),
                    std::min(context_.timeout, kGrace));
  }
  static absl::Status FailedBefore(const ReleaseHook& hook, const HookObjects& objects) {
    return absl::FailedPreconditionError(absl::StrCat(
        "it failed at ", absl::FormatTime(hook.last_run.completed, absl::UTCTimeZone()), objects.Reasons()));
  }

  absl::Status Finish() const {
    RETURN_IF_ERROR(Record(), "recording that the hooks have ended");
    return CleanUpFirst(hooks_.size());
  }
  // Of the first `count` hooks, which have ended well. From the last to the first.
  absl::Status CleanUpFirst(size_t count) const {
    for (size_t i = count; i-- > 0;) RETURN_IF_ERROR(CleanUp(*hooks_[i], kSucceeded), hooks_[i]->path);
    return absl::OkStatus();
  }
  absl::Status CleanUp(const ReleaseHook& hook, absl::string_view policy) const {
    ASSIGN_OR_RETURN(const HookObjects objects, ObjectsOfHook(hook));
    if (!Has(hook.delete_policies, policy)) {
      objects.LetExpire();
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(objects.Delete(Whose::kOurs, context_.timeout));
    Fault("deleted", hook);
    return absl::OkStatus();
  }

  absl::Status Fail(absl::Status status, size_t at) {
    const ReleaseHook& hook = *hooks_[at];
    status = Annotate(std::move(status), absl::StrCat("hook ", hook.path));
    if (hook.last_run.phase != "Failed") return status;
    if (absl::Status cleaned = RecordFailure(hook, at); !cleaned.ok()) {
      context_.progress(absl::StrCat("after a failed hook: ", cleaned.message()));
    }
    return status;
  }
  absl::Status RecordFailure(const ReleaseHook& hook, size_t at) {
    std::vector<std::string> begun = BegunEvents(release_, context_.run);
    if (!begun.empty() && begun.back() == event_) begun.back() += "!";
    WriteBegun(begun);
    RETURN_IF_ERROR(Record());
    RETURN_IF_ERROR(CleanUp(hook, kFailed));
    return CleanUpFirst(at);
  }

  const std::string event_;
  const HookContext& context_;
  Release& release_;
  std::string mark_;
  std::vector<ReleaseHook*> hooks_;  // in the order of their run
};

// In Helm's words.
std::string Words(absl::string_view event) {
  const bool install = event == "pre-install" || event == "post-install";
  return install ? absl::StrCat("failed ", event) : absl::StrCat(event, " hooks failed");
}

}  // namespace

bool HasEvent(const ReleaseHook& hook, absl::string_view event) { return Has(hook.events, event); }

bool RunsBefore(const ReleaseHook& a, const ReleaseHook& b) {
  return std::tie(a.weight, a.name) < std::tie(b.weight, b.name);
}

absl::Status RunHooks(absl::string_view event, const HookContext& context, Release* release) {
  return Annotate(EventRun(event, context, release).Run(), Words(event));
}

}  // namespace devstats::release
