// Finds what the paths of a JSONPath template lead to. Private to this folder.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/jsonpath/node.h"
#include "coordinator/chart/limits.h"

namespace devstats::chart::jsonpath {

// The words "range" and "end" as they are met: Kubernetes counts rather than matches them, which decides what
// odd templates do.
struct Ranges {
  int to_begin = 0, open = 0, to_end = 0;
};

class Walker {
 public:
  Walker(const Limits& limits, Ranges& ranges) : limits_(limits), ranges_(ranges) {}

  // `values` become what `path` leads to from each of them. After an error they are what the step that failed
  // has worked on, or nothing where that looked for a name: filters that ask for presence judge by them.
  absl::Status Walk(const Path& path, List& values);

 private:
  absl::Status Apply(const Node& node, List& values);
  absl::Status Field(const std::string& name, List& values);
  absl::Status Word(const std::string& word, List& values);
  absl::Status Items(const Slice& slice, List& values);
  absl::Status Wildcard(List& values);
  absl::Status Descend(List& values);
  absl::Status Union(const std::vector<Path>& paths, List& values);
  absl::Status Filter(const Node& filter, List& values);
  absl::StatusOr<bool> Passes(const Node& filter, const Value& item);
  // Entries, items or, of text, bytes.
  absl::Status KeepParts(const Value& value, List& found);
  absl::Status Keep(Value value, List& found);
  absl::Status CountSteps(size_t steps);

  const Limits& limits_;
  Ranges& ranges_;
  uint64_t steps_ = 0;
};

}  // namespace devstats::chart::jsonpath
