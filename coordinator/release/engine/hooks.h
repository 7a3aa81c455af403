// Running the hooks of a release (Helm 3's pkg/action/hooks.go): by weight and name, one after another, each
// waited for; deleted as their policies say. How far a run has come stands in the release's record, and the
// object of a hook carries a mark of its run, so that after a cut no hook runs twice.
#pragma once
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/record/release.h"

namespace devstats::release {

// On the object of a hook: by which run it was made.
inline constexpr char kHookRunAnnotation[] = "devstats.io/hook-run";
// On the record: the run whose doings the hooks' last_run tell, and the events that it has begun.
inline constexpr char kHooksAnnotation[] = "devstats.io/hooks";

struct HookContext {
  kube::KubeClient* client = nullptr;  // one that writes only while the release's lease is held
  const Clock* clock = nullptr;
  absl::Duration timeout = absl::Minutes(5);  // of each hook
  std::string run;  // "op-7-3fa9": the same when a run is gone on with after a cut, else unique
  // Writes the record, with what has just changed in its hooks and annotations; durable on return.
  std::function<absl::Status(const Release&)> record;
  std::function<void(absl::string_view)> progress = [](absl::string_view) {};
  std::function<bool()> go_on = [] { return true; };
  std::function<bool(const ReleaseHook&)> wanted = [](const ReleaseHook&) {
    return true;
  };                  // of tests: filters
  bool logs = false;  // the pods' logs are told as progress when a hook ends
};

bool HasEvent(const ReleaseHook& hook, absl::string_view event);
// Their order within an event: by weight, then by name.
bool RunsBefore(const ReleaseHook& a, const ReleaseHook& b);

// Runs those of `release` for `event` ("pre-install", "test" ...), changing their last_run. The events of a
// run come one after another; called again after a cut, what it has done by then (an event as a whole, a hook
// of the last one begun) is passed over, and a hook under way is waited for.
//
// An error names hook, object and reason, with the last lines of its log, in Helm's words before them:
// "pre-upgrade hooks failed: ...". A hook that has failed stands so in the record. It does not when the run
// was cut: Cancelled, Aborted (the lease), Unavailable, Internal: then call it again. Fault points
// release.hook.{recorded,created,ended,deleted}, key NAMESPACE/NAME/HOOK.
absl::Status RunHooks(absl::string_view event, const HookContext& context, Release* release);

}  // namespace devstats::release
