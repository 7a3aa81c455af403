// --set and its relatives, with Helm's grammar (pkg/strvals): a.b[2].c=value,x={1,2},y=null, escapes with a
// backslash. Pure; thread-safe.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

enum class SetKind { kTyped, kString, kJson, kLiteral, kFile };

// Reads a file of the user's by the path he gave (--set-file).
using FileReader = std::function<absl::StatusOr<std::string>(const std::string& path)>;

// Puts what `line` says into `values`, a map, over what is there. `reader` only for kFile. Errors are Helm's;
// after one, `values` is as far as the line was read.
absl::Status ApplySet(absl::string_view line, SetKind kind, const Limits& limits, Value& values,
                      const FileReader& reader = nullptr);

}  // namespace devstats::chart
