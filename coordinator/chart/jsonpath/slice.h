// [start:end:step] and [index] of a JSONPath template. Private to this folder.
#pragma once
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::jsonpath {

// Negative numbers count from the end of the list.
struct Slice {
  std::optional<int64_t> start, end, step;
  bool is_index = false;  // then `end` is the one after `start`, and 0 is the end of the list
};

// `text` stands between the brackets. InvalidArgument "invalid array index x".
absl::StatusOr<Slice> ParseSlice(absl::string_view text);

// Positions in a list: `begin`, then every `step`, before `end`.
struct Positions {
  int64_t begin = 0, end = 0, step = 1;
};
// Of a list of `size` items. InvalidArgument "array index out of bounds: index 3, length 2"; but begin ==
// end, wherever that is, are no items.
absl::StatusOr<Positions> Resolve(const Slice& slice, int64_t size);

}  // namespace devstats::chart::jsonpath
