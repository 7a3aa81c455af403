// JSON as Go's encoding/json reads and writes it, error texts included. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Numbers become float64. InvalidArgument "invalid character 'x' looking for beginning of value",
// "unexpected end of JSON input".
absl::StatusOr<Value> ReadJson(absl::string_view text, const Limits& limits);
// As json.Unmarshal into a Go map or list: "json: cannot unmarshal string into Go value of type ...".
absl::StatusOr<Value> ReadJsonMap(absl::string_view text, const Limits& limits,
                                  absl::string_view go_type = "map[string]interface {}");
absl::StatusOr<Value> ReadJsonList(absl::string_view text, const Limits& limits,
                                   absl::string_view go_type = "[]interface {}");
// The first JSON value of `text` and how many bytes it took (json.Decoder), for --set-json.
struct JsonPrefix {
  Value value;
  size_t bytes = 0;
};
absl::StatusOr<JsonPrefix> ReadJsonPrefix(absl::string_view text, const Limits& limits);

// "json: cannot unmarshal array into Go value of type T", for a `value` read from JSON (or by way of it, from
// YAML).
absl::Status JsonTypeError(const Value& value, absl::string_view go_type);

struct JsonStyle {
  bool escape_html = true;  // < > & as \u003c ...
  int indent = 0;           // blanks; 0: one line
};
// InvalidArgument "json: unsupported value: NaN" and the like; a map within itself, and what nests deeper
// than 1,000 levels, is a cycle. ResourceExhausted for more than `max_bytes`, about.
inline constexpr size_t kMostJson = size_t{1} << 30;
absl::StatusOr<std::string> WriteJson(const Value& value, const JsonStyle& style = {},
                                      size_t max_bytes = kMostJson);
// What JSON makes of an object: a map of those fields that it writes, or what the object's own rules say.
// Other values as they are.
Value ToPlain(const Value& value);

}  // namespace devstats::chart
