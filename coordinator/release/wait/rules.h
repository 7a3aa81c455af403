// The rules of readiness by kind, and what they are made of. Pure; for readiness.cc.
#pragma once
#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/release/wait/readiness.h"

namespace devstats::release::rules {

Readiness Ready();
Readiness NotYet(std::string reason);
Readiness Failed(std::string reason);

// The integer at a path, or `absent`.
int64_t IntAt(const Json& object, std::initializer_list<const char*> path, int64_t absent = 0);
// The condition of that type, or null.
const Json& Condition(const Json& object, absl::string_view type);
// "Reason: message" of a condition, whichever it has.
std::string Why(const Json& condition);
// "TEXT: Reason: message", or TEXT alone.
std::string Because(absl::string_view text, const Json& condition);
// Whether the status tells of an older generation than the object has.
bool IsStale(const Json& object);

// A kind's rule. The object is there and not stale.
using Rule = Readiness (*)(const Json& object, const ReadinessOptions& options);

Readiness OfDeployment(const Json& object, const ReadinessOptions& options);
Readiness OfStatefulSet(const Json& object, const ReadinessOptions& options);
Readiness OfDaemonSet(const Json& object, const ReadinessOptions& options);
Readiness OfReplicas(const Json& object, const ReadinessOptions& options);  // ReplicaSet, -Controller
Readiness OfJob(const Json& object, const ReadinessOptions& options);
Readiness OfPod(const Json& object, const ReadinessOptions& options);

}  // namespace devstats::release::rules
