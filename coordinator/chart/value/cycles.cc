#include "coordinator/chart/value/cycles.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "coordinator/chart/value/nodes.h"

namespace devstats::chart {

// All lists and maps that can be reached from some, and who holds them (trial deletion: Bacon and Rajan,
// "Concurrent Cycle Collection in Reference Counted Systems", 2001). Objects count as somebody else.
class Cycles::Graph {
 public:
  // `held`: how often the caller itself holds what it adds.
  void Add(const Value& value, uint32_t held) {
    Visit(value).inside += held;
    while (!pending_.empty()) {
      const Value from = std::move(pending_.back());
      pending_.pop_back();
      ForEachEntry(from, [this](const Value& entry) { ++Visit(entry).inside; });
    }
  }

  // The entries of the maps that are held from nowhere else, taken out of them.
  std::vector<Map> TakeUnheld() {
    for (auto& [node, place] : places_)
      if (place.value.payload_.node->references > place.inside + 1) MarkHeld(place);
    while (!pending_.empty()) {
      const Value from = std::move(pending_.back());
      pending_.pop_back();
      ForEachEntry(from, [this](const Value& entry) { MarkHeld(Visit(entry)); });
    }
    std::vector<Map> taken;
    for (auto& [node, place] : places_)
      if (!place.held && place.value.Is(Kind::kMap))
        taken.push_back(std::exchange(place.value.mutable_map(), {}));
    return taken;
  }

 private:
  struct Place {
    Value value;          // keeps what is looked at alive: one reference more
    uint32_t inside = 0;  // references from within, but for `value`
    bool held = false;
  };

  Place& Visit(const Value& value) {
    const auto [found, is_new] = places_.try_emplace(value.payload_.node);
    if (is_new) {
      found->second.value = value;
      pending_.push_back(value);
    }
    return found->second;
  }

  void MarkHeld(Place& place) {
    if (!std::exchange(place.held, true)) pending_.push_back(place.value);
  }

  template <typename Function>
  static void ForEachEntry(const Value& value, Function function) {
    const auto each = [&](const Value& entry) {
      if (entry.Is(Kind::kList) || entry.Is(Kind::kMap))
        if (!entry.IsNull()) function(entry);
    };
    if (value.Is(Kind::kList)) std::for_each(value.list().begin(), value.list().end(), each);
    if (value.Is(Kind::kMap))
      for (const auto& [key, entry] : value.map()) each(entry);
  }

  absl::flat_hash_map<const internal::Node*, Place> places_;
  std::vector<Value> pending_;
};

void Cycles::Remember(const Value& map, const Value& entry) {
  if (map.IsNull() || entry.IsNull() || !(entry.Is(Kind::kMap) || entry.Is(Kind::kList))) return;
  if (!known_.insert(map.payload_.node).second) return;
  if (maps_.size() >= prune_at_) Prune();
  maps_.push_back(map);
}

void Cycles::Prune() {
  std::vector<Value> kept;
  while (!maps_.empty()) {
    Value map = std::move(maps_.back());
    maps_.pop_back();
    if (map.payload_.node->references > 1)
      kept.push_back(std::move(map));
    else
      known_.erase(map.payload_.node);
  }
  std::reverse(kept.begin(), kept.end());
  maps_ = std::move(kept);
  prune_at_ = std::max<size_t>(64, 2 * maps_.size());
}

void Cycles::Free() {
  Prune();
  if (maps_.empty()) return;
  std::vector<Map> taken;
  {
    Graph graph;
    for (const Value& map : maps_) graph.Add(map, 1);
    taken = graph.TakeUnheld();
  }
  maps_.clear();
  known_.clear();
}

}  // namespace devstats::chart
