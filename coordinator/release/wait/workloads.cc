// Readiness of what runs pods.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/wait/rules.h"

namespace devstats::release::rules {
namespace {

using kube::At;
using kube::TextAt;

// 2 or "25%" of `total`; the percentage's rest counts as one with `up`.
int64_t Scaled(const Json& value, int64_t total, bool up, int64_t invalid) {
  if (value.is_number_integer()) return value.get<int64_t>();
  int64_t percent = 0;
  if (!value.is_string() || !absl::EndsWith(value.get_ref<const std::string&>(), "%") ||
      !absl::SimpleAtoi(absl::StripSuffix(value.get_ref<const std::string&>(), "%"), &percent) ||
      percent < 0 || percent > 1'000'000) {
    return invalid;
  }
  return (total * percent + (up ? 99 : 0)) / 100;
}

// How many pods a rolling update of a Deployment may leave out. The server fills in what is absent.
int64_t MaxUnavailable(const Json& deployment, int64_t replicas) {
  if (TextAt(deployment, {"spec", "strategy", "type"}) == "Recreate") return 0;
  const Json quarter("25%");
  const Json& unavailable = At(deployment, {"spec", "strategy", "rollingUpdate", "maxUnavailable"});
  const Json& surge = At(deployment, {"spec", "strategy", "rollingUpdate", "maxSurge"});
  const int64_t most = Scaled(unavailable.is_null() ? quarter : unavailable, replicas, false, replicas);
  const int64_t more = Scaled(surge.is_null() ? quarter : surge, replicas, true, 0);
  return std::min(replicas, most == 0 && more == 0 ? 1 : most);  // with both at zero nothing could move
}

std::string Pods(int64_t have, int64_t want, absl::string_view are) {
  return absl::StrCat(std::max<int64_t>(have, 0), " of ", want, want == 1 ? " pod is " : " pods are ", are);
}

}  // namespace

// Helm looks up the new ReplicaSet for its ready pods; they are at least the ready ones less the old ones.
Readiness OfDeployment(const Json& object, const ReadinessOptions&) {
  if (At(object, {"spec", "paused"}) == true) return Ready();
  const int64_t replicas = IntAt(object, {"spec", "replicas"}, 1);
  const int64_t updated = IntAt(object, {"status", "updatedReplicas"});
  const int64_t old = std::max<int64_t>(0, IntAt(object, {"status", "replicas"}) - updated);
  const int64_t ready = IntAt(object, {"status", "readyReplicas"}) - old;
  if (ready >= replicas - MaxUnavailable(object, replicas)) return Ready();
  std::string reason = updated < replicas ? Pods(updated, replicas, "updated")
                       : old > 0
                           ? absl::StrCat(old, old == 1 ? " old pod is" : " old pods are", " still there")
                           : Pods(ready, replicas, "ready");
  if (const Json& refused = Condition(object, "ReplicaFailure"); TextAt(refused, {"status"}) == "True") {
    reason = Because(reason, refused);
  }
  if (const Json& stuck = Condition(object, "Progressing"); TextAt(stuck, {"status"}) == "False") {
    reason = Because(reason, stuck);
  }
  return NotYet(reason);
}

Readiness OfStatefulSet(const Json& object, const ReadinessOptions&) {
  const Json& strategy = At(object, {"spec", "updateStrategy"});
  if (TextAt(strategy, {"type"}) == "OnDelete") return Ready();
  const int64_t replicas = IntAt(object, {"spec", "replicas"}, 1);
  const int64_t partition = IntAt(strategy, {"rollingUpdate", "partition"});
  const int64_t updated = IntAt(object, {"status", "updatedReplicas"});
  const int64_t ready = IntAt(object, {"status", "readyReplicas"});
  if (updated < replicas - partition) return NotYet(Pods(updated, replicas - partition, "updated"));
  if (ready != replicas) return NotYet(Pods(ready, replicas, "ready"));
  const std::string current = TextAt(object, {"status", "currentRevision"});
  const std::string update = TextAt(object, {"status", "updateRevision"});
  if (partition == 0 && current != update) return NotYet(absl::StrCat("its update is under way: ", update));
  return Ready();
}

Readiness OfDaemonSet(const Json& object, const ReadinessOptions&) {
  const Json& strategy = At(object, {"spec", "updateStrategy"});
  if (TextAt(strategy, {"type"}) == "OnDelete") return Ready();
  const int64_t desired = IntAt(object, {"status", "desiredNumberScheduled"});
  const int64_t updated = IntAt(object, {"status", "updatedNumberScheduled"});
  const int64_t ready = IntAt(object, {"status", "numberReady"});
  if (updated != desired) return NotYet(Pods(updated, desired, "updated"));
  const Json& unavailable = At(strategy, {"rollingUpdate", "maxUnavailable"});
  const int64_t most = unavailable.is_null() ? 1 : Scaled(unavailable, desired, true, desired);
  return ready >= desired - most ? Ready() : NotYet(Pods(ready, desired, "ready"));
}

Readiness OfReplicas(const Json& object, const ReadinessOptions&) {
  const int64_t replicas = IntAt(object, {"spec", "replicas"}, 1);
  const int64_t ready = IntAt(object, {"status", "readyReplicas"});
  if (ready >= replicas) return Ready();
  const Json& refused = Condition(object, "ReplicaFailure");
  const std::string reason = Pods(ready, replicas, "ready");
  return NotYet(TextAt(refused, {"status"}) == "True" ? Because(reason, refused) : reason);
}

Readiness OfJob(const Json& object, const ReadinessOptions& options) {
  if (!options.jobs && !options.completion) return Ready();
  if (kube::ConditionOf(object, "Complete") == "True") return Ready();
  if (const Json& failed = Condition(object, "Failed"); TextAt(failed, {"status"}) == "True") {
    return Failed(Because("Job has failed", failed));
  }
  if (At(object, {"spec", "suspend"}) == true) return NotYet("it is suspended");
  const int64_t ended = IntAt(object, {"status", "succeeded"});
  const int64_t failures = IntAt(object, {"status", "failed"});
  std::string reason = Pods(ended, IntAt(object, {"spec", "completions"}, 1), "done");
  if (failures > 0) absl::StrAppend(&reason, ", ", failures, failures == 1 ? " has failed" : " have failed");
  return NotYet(reason);
}

// Helm waits in vain for a pod that has ended well: such a one is done, here.
Readiness OfPod(const Json& object, const ReadinessOptions& options) {
  const std::string phase = TextAt(object, {"status", "phase"});
  if (phase == "Succeeded") return Ready();
  if (phase == "Failed") return Failed(Because("Pod has failed", At(object, {"status"})));
  if (options.completion) return NotYet(phase.empty() ? "it has not started" : "it is " + phase);
  if (kube::ConditionOf(object, "Ready") == "True") return Ready();
  return NotYet(phase.empty()        ? "it has not started"
                : phase == "Running" ? "it is Running, but not ready"
                                     : "it is " + phase);
}

}  // namespace devstats::release::rules
