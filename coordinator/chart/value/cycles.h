// Maps that hold themselves, which `set` can make of any two. References are counted, so nothing else would
// ever free them. Not thread-safe.
#pragma once
#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Remembers the maps that a rendering has put lists and maps into, and empties in the end those that nobody
// but themselves (and each other) holds. What is held from elsewhere stays as it is, with all below it.
class Cycles {
 public:
  Cycles() = default;
  Cycles(const Cycles&) = delete;
  ~Cycles() { Free(); }

  // `map` now holds `entry`.
  void Remember(const Value& map, const Value& entry);
  // Done by the destructor, too.
  void Free();

 private:
  class Graph;
  // Forgets maps that only this holds, which frees them as far as they are in no cycle.
  void Prune();

  std::vector<Value> maps_;
  absl::flat_hash_set<const internal::Node*> known_;
  size_t prune_at_ = 64;
};

}  // namespace devstats::chart
