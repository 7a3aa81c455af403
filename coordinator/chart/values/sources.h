// What a user gives as values: files, and lines of --set and its relatives (Helm's pkg/cli/values). Pure;
// thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/set_line.h"

namespace devstats::chart {

struct ValueSources {
  std::vector<std::string> files, set_json, set, set_string, set_file, set_literal;

  // One map of all: files in their order, then by kind of line, whatever their order on the command line.
  // `reader` is asked for each of `files` and for those that `set_file` names, in the order of their use.
  absl::StatusOr<Value> Merge(const FileReader& reader, const Limits& limits) const;
};

}  // namespace devstats::chart
