#include "common/unit/graph.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "absl/strings/str_join.h"
#include "common/status.h"

namespace devstats {
namespace {

absl::Status CheckNames(const std::vector<GraphNode>& nodes) {
  std::set<std::string> names;
  for (const GraphNode& n : nodes)
    if (!names.insert(n.unit->id()).second)
      return absl::InvalidArgumentError(absl::StrCat("unit ", n.unit->id(), " stands twice"));
  for (const GraphNode& n : nodes)
    for (const auto* list : {&n.needs, &n.world})
      for (const std::string& need : *list)
        if (!names.contains(need))
          return absl::InvalidArgumentError(
              absl::StrCat("unit ", n.unit->id(), " needs ", need, ", which does not exist"));
  return absl::OkStatus();
}

// Observing changes nothing, so units are observed side by side.
void PlanInParallel(const std::vector<const GraphNode*>& nodes, int width,
                    std::map<std::string, UnitPlan>* plans) {
  std::vector<UnitPlan> results(nodes.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i; (i = next++) < nodes.size();) results[i] = PlanUnit(*nodes[i]->unit);
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < std::min<int>(width, static_cast<int>(nodes.size())); ++i) threads.emplace_back(work);
  work();
  for (std::thread& t : threads) t.join();
  for (UnitPlan& p : results) plans->emplace(p.unit(), p);
}

UnitPlan Deferred(const Unit& unit, const std::string& by) {
  UnitPlan plan;
  plan.set_unit(unit.id());
  plan.set_state(UnitPlan::DEFERRED);
  plan.set_deferred_by(by);
  plan.set_inputs(DigestOf(unit.Inputs()));
  return plan;
}

}  // namespace

std::set<std::string> IdsBefore(const std::vector<GraphNode>& nodes, const std::set<std::string>& ids) {
  std::map<std::string, const GraphNode*> by_id;
  for (const GraphNode& n : nodes) by_id[n.unit->id()] = &n;
  std::set<std::string> before;  // each once: there are many more ways to a unit than units
  std::vector<std::string> left(ids.begin(), ids.end());
  while (!left.empty()) {
    const auto next = by_id.find(left.back());
    left.pop_back();
    if (next == by_id.end()) continue;
    for (const auto* list : {&next->second->needs, &next->second->world})
      for (const std::string& need : *list)
        if (before.insert(need).second) left.push_back(need);
  }
  return before;
}

absl::StatusOr<Graph> Graph::Make(std::vector<GraphNode> nodes) {
  RETURN_IF_ERROR(CheckNames(nodes));
  Graph graph;
  std::set<std::string> placed;
  while (!nodes.empty()) {
    auto ready = std::find_if(nodes.begin(), nodes.end(), [&](const GraphNode& n) {
      auto is_placed = [&](const std::string& need) { return placed.contains(need); };
      return std::all_of(n.needs.begin(), n.needs.end(), is_placed) &&
             std::all_of(n.world.begin(), n.world.end(), is_placed);
    });
    if (ready == nodes.end()) {
      std::vector<std::string> names;
      for (const GraphNode& n : nodes) names.push_back(n.unit->id());
      return absl::InvalidArgumentError(
          absl::StrCat("these units wait for each other: ", absl::StrJoin(names, ", ")));
    }
    placed.insert(ready->unit->id());
    graph.nodes_.push_back(std::move(*ready));
    nodes.erase(ready);
  }
  return graph;
}

const GraphNode* Graph::Find(const std::string& id) const {
  for (const GraphNode& n : nodes_)
    if (n.unit->id() == id) return &n;
  return nullptr;
}

std::vector<UnitPlan> Graph::Plan(int observe_in_parallel) const {
  std::map<std::string, UnitPlan> plans;
  // In waves: looking at its world may open the door through which a unit is observed.
  while (plans.size() < nodes_.size()) {
    std::vector<const GraphNode*> wave;
    for (const GraphNode& n : nodes_) {
      auto is_known = [&](const std::string& world) { return plans.contains(world); };
      if (!is_known(n.unit->id()) && std::all_of(n.world.begin(), n.world.end(), is_known))
        wave.push_back(&n);
    }
    PlanInParallel(wave, observe_in_parallel, &plans);
    for (const GraphNode* n : wave) {
      UnitPlan& plan = plans.at(n->unit->id());
      auto has_changes = [&](const std::string& world) { return !IsEmpty(plans.at(world)); };
      const auto by = std::find_if(n->world.begin(), n->world.end(), has_changes);
      if (!StatusOf(plan).ok() && by != n->world.end()) plan = Deferred(*n->unit, *by);
    }
  }
  std::vector<UnitPlan> ordered;
  for (const GraphNode& n : nodes_) ordered.push_back(plans.at(n.unit->id()));
  return ordered;
}

}  // namespace devstats
