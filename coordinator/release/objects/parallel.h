// Work in parallel, each piece after those that it needs.
#pragma once
#include <functional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace devstats::release {

struct ParallelOptions {
  int threads = 16;
  std::function<bool()> go_on = [] { return true; };  // asked before each piece; false: Cancelled
};

// Does `work` for each position, from `threads` threads, the lowest of those that can begin first. After the
// first error nothing more begins; what is under way ends. `needs` has no circle.
absl::Status InOrder(const std::vector<std::vector<size_t>>& needs, const ParallelOptions& options,
                     absl::FunctionRef<absl::Status(size_t)> work);

// The same for `count` pieces that need nothing.
absl::Status ForEach(size_t count, const ParallelOptions& options,
                     absl::FunctionRef<absl::Status(size_t)> work);

}  // namespace devstats::release
