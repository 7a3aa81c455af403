// Units and what they wait for. A graph is planned as a whole; who runs it decides how much goes side by
// side.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/unit/unit.h"

namespace devstats {

struct GraphNode {
  std::unique_ptr<Unit> unit;
  std::vector<std::string> needs;  // runs after these have verified
  // What makes the world that this unit observes; it runs after these, too. While one of them has changes to
  // make, this unit need not be observable: then it is deferred.
  std::vector<std::string> world;
};

// Ids of all that these need, however far; themselves only if another of them needs them. `nodes` need not
// be a whole graph: what is not among them is followed no further.
std::set<std::string> IdsBefore(const std::vector<GraphNode>& nodes, const std::set<std::string>& ids);

class Graph {
 public:
  // InvalidArgument for a name twice, an unknown need, or a circle (named).
  static absl::StatusOr<Graph> Make(std::vector<GraphNode> nodes);

  // In an order in which they can run; ties keep the order given.
  const std::vector<GraphNode>& nodes() const { return nodes_; }
  const GraphNode* Find(const std::string& id) const;

  // The plan of every unit, in that order. `observe_in_parallel` units are observed at a time.
  std::vector<UnitPlan> Plan(int observe_in_parallel = 1) const;

 private:
  std::vector<GraphNode> nodes_;
};

}  // namespace devstats
