// JSONPath templates as kubectl and Helm have them (https://kubernetes.io/docs/reference/kubectl/jsonpath/):
// text, and {paths} that are replaced by what they find, {range PATH}...{end} once for each. Their oddities
// are kept, too. Where Go's order of a map's entries is left to chance, it is that of the keys. Pure;
// thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/jsonpath/node.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

class JsonPath {
 public:
  // InvalidArgument "unclosed action", "unterminated array" ...; ResourceExhausted when it is too long.
  static absl::StatusOr<JsonPath> Parse(absl::string_view text, const Limits& limits);

  // Lists and maps are printed as JSON, null as "null", several values with a blank between them.
  // InvalidArgument "x is not found" and the like: what is not there is an error, but for `?(@.x)`. Numbers
  // of YAML are floats, which only floats compare with: `?(@.port==80.0)`. ResourceExhausted beyond a limit.
  absl::StatusOr<std::string> Execute(const Value& data, const Limits& limits) const;

 private:
  explicit JsonPath(std::vector<jsonpath::Path> actions) : actions_(std::move(actions)) {}

  std::vector<jsonpath::Path> actions_;  // text is one, too
};

}  // namespace devstats::chart
