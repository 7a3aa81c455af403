// Whether the nodes have room for what is about to be applied: asked before anything is, as a pod that waits
// for room tells nobody. Pure.
#pragma once
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"

namespace devstats::domain {

// Whether `nodes` (Node objects) have room for the pods of `objects` (rendered: Deployments, StatefulSets,
// Jobs and Pods, all replicas at once; others are passed over, CronJobs too: cron_load.h gives the Jobs that
// they make), beside those of `running` (Pod objects, those of `objects` themselves left out). Requests of
// CPU and memory, numbers of pods, node selectors, taints and required anti-affinity are looked at as the
// scheduler does (https://kubernetes.io/docs/concepts/scheduling-eviction).
//
// Pods are placed large ones first, each on the first node that takes it. That may fail where a cleverer
// order would just fit: then there is too little room anyway. ResourceExhausted names what fits no more, and
// what is missing: "devstats-grafana: 242 pods request 60.5Gi of memory; nodes with node=devstats-app have
// 32Gi left". InvalidArgument for an amount that is none.
absl::Status CheckCapacity(const std::vector<Json>& objects, const std::vector<Json>& nodes,
                           const std::vector<Json>& running = {});

}  // namespace devstats::domain
