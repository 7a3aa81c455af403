// -f, --set and its relatives, as Helm has them (pkg/cli/values).
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/set_line.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

struct ValueFlags {
  std::vector<std::string> files, set_json, set, set_string, set_file, set_literal;

  void Declare(CLI::App& verb);
  // One map of all: files in their order, then by kind of flag, whatever their order on the command line.
  absl::StatusOr<chart::Value> Merge(const chart::FileReader& reader, const chart::Limits& limits) const;
};

}  // namespace devstats::ctl
