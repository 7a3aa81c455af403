// What capacity.h reads from objects: pods to be placed, nodes to place them on. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"

namespace devstats::domain {

using Labels = std::map<std::string, std::string>;

struct Room {
  int64_t cpu = 0;     // thousandths
  int64_t memory = 0;  // bytes
  int64_t pods = 0;

  Room& operator+=(const Room& more);
  Room& operator-=(const Room& less);
  bool Holds(const Room& wanted) const {
    return wanted.cpu <= cpu && wanted.memory <= memory && wanted.pods <= pods;
  }
};

// Equal pods.
struct Workload {
  std::string name;   // "devstats-grafana-kubernetes"
  std::string group;  // "devstats-grafana": without the project
  std::string name_space;
  int64_t replicas = 1;
  Labels labels, node_selector;
  Room request;                   // of one
  std::vector<Json> tolerations;  // as the pod has them
  std::vector<Json> apart;        // required terms of anti-affinity
};

struct Node {
  std::string name;
  Labels labels;
  Room left;
  bool schedulable = true;
  std::vector<Json> taints;
};

struct PlacedPod {
  std::string node;
  Workload pod;
};

// Objects without pods to place are passed over.
absl::StatusOr<std::vector<Workload>> WorkloadsOf(const std::vector<Json>& objects);
absl::StatusOr<std::vector<Node>> NodesOf(const std::vector<Json>& nodes);
// Those that are on a node and have not ended.
absl::StatusOr<std::vector<PlacedPod>> PodsOf(const std::vector<Json>& pods);

// Whether node selector and taints let a pod be there.
bool IsEligible(const Node& node, const Workload& workload);
// Whether a term of `of` speaks of `other`'s pods.
bool SpeaksOf(const Json& term, const Workload& of, const Workload& other);
// The value that two nodes have in common where pods of this term may not meet.
std::string TopologyOf(const Json& term, const Node& node);

}  // namespace devstats::domain
