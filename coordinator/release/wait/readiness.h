// Whether an object is as it should be, by its own status, and if not, why. Follows Helm 3's
// pkg/kube/ready.go where that looks at the kind, and the conditions of the object otherwise. Pure.
#pragma once
#include <string>

#include "common/digest.h"

namespace devstats::release {

struct Readiness {
  enum class State { kReady, kWaiting, kFailed };  // kFailed: waiting does not mend it
  State state = State::kReady;
  std::string reason;  // of the others: "2 of 3 pods are ready", "Job has failed: BackoffLimitExceeded"
  friend bool operator==(const Readiness&, const Readiness&) = default;
};

struct ReadinessOptions {
  bool jobs = false;        // a Job must be complete (--wait-for-jobs)
  bool completion = false;  // of a hook: a Job or Pod must have ended well; else it failed
};

// Whether ReadinessOf can say anything but ready of objects of this kind: false for ConfigMap, Secret ...
bool MayBeUnready(const std::string& api_version, const std::string& kind,
                  const ReadinessOptions& options = {});

// Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, Pod, PersistentVolumeClaim,
// Service (of type LoadBalancer: has an address), CustomResourceDefinition, APIService, Ingress (with an
// address only if its class's controller gives them: always ready here), Namespace; any other with a
// condition Ready or Available (or Reconciling, Stalled). An object whose status is of an older generation is
// waiting. Null: not there (waiting; of a hook: failed).
Readiness ReadinessOf(const Json& object, const ReadinessOptions& options = {});

}  // namespace devstats::release
