// What one rendering has used so far of its limits, and how deep it is in `include`. One for all templates of
// a chart, so that a chart cannot ask for more by having more files. It should outlive the values of the
// rendering: then it frees those that hold themselves. Not thread-safe.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/cycles.h"

namespace devstats::chart {

class Usage {
 public:
  // Templates that execute templates recurse; they fail rather than use more than `stack_bytes` of the stack
  // of the thread that calls TemplateSet::Execute. What functions use comes on top: leave them some
  // megabytes.
  static constexpr size_t kStackBytes = 200 << 20;
  explicit Usage(const Limits& limits, size_t stack_bytes = kStackBytes)
      : limits_(limits),
        stack_bytes_(stack_bytes),
        steps_left_(limits.steps),
        bytes_left_(limits.output_bytes) {}

  const Limits& limits() const { return limits_; }
  uint64_t steps() const { return limits_.steps - steps_left_; }
  uint64_t output_bytes() const { return limits_.output_bytes - bytes_left_; }

  // Each false when it is too much.
  bool Step(uint64_t steps = 1) { return Take(steps_left_, steps); }
  bool Output(uint64_t bytes) { return bytes <= limits_.value_bytes && Take(bytes_left_, bytes); }
  // What Output would still let through at once.
  size_t BytesLeft() const { return std::min<uint64_t>(bytes_left_, limits_.value_bytes); }
  bool StackIsLeft() const { return reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) > stack_end_; }
  // The stack is measured from here on.
  void BeginStack() {
    const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    stack_end_ = here > stack_bytes_ ? here - stack_bytes_ : 0;
  }

  // Of `include`: what to decrement when `name` is left; nullptr when it was entered too often.
  int* Enter(absl::string_view name) {
    int& count = entered_[name];
    return count > limits_.recursion ? nullptr : &++count;
  }
  // Of `tpl` within `tpl`, each of which keeps what it parsed of a text: false when it is too much.
  bool EnterExpansion(size_t bytes) {
    if (expansions_ >= limits_.recursion || expanded_bytes_ + bytes > kExpandedBytes) return false;
    ++expansions_;
    expanded_bytes_ += bytes;
    return true;
  }
  Cycles& cycles() { return cycles_; }
  void LeaveExpansion(size_t bytes) {
    --expansions_;
    expanded_bytes_ -= bytes;
  }

 private:
  static bool Take(uint64_t& left, uint64_t wanted) {
    if (wanted > left) return false;
    left -= wanted;
    return true;
  }

  static constexpr size_t kExpandedBytes = 16 << 20;

  const Limits limits_;
  const size_t stack_bytes_;
  uintptr_t stack_end_ = 0;
  uint64_t steps_left_, bytes_left_;
  absl::node_hash_map<std::string, int> entered_;
  int expansions_ = 0;
  size_t expanded_bytes_ = 0;
  Cycles cycles_;
};

}  // namespace devstats::chart
