// YAML as Helm reads and writes it (sigs.k8s.io/yaml: go-yaml v2, then JSON). Reading: YAML 1.1 booleans also
// as keys, octal, merge keys, the last of two equal keys, every number a float64, dates text, only the first
// document. The scanner is our own: libyaml finds other errors, on other lines, and is too slow. Pure;
// thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// An empty document is nil. Errors are what users of Helm see: InvalidArgument
// "error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context".
absl::StatusOr<Value> ReadYaml(absl::string_view text, const Limits& limits);
// As ReadYaml, but integers stay int64 or uint64: for what is decoded into a Go struct, whose fields of text
// take numbers and booleans too (YamlText).
absl::StatusOr<Value> ReadYamlTyped(absl::string_view text, const Limits& limits);
// What a number or boolean of ReadYamlTyped becomes in a field of text: 1.10 is "1.1", 1234567.5 is
// "1.2345675e+06". Text stays, and so does what is neither (which then is a type error of JSON).
Value YamlText(const Value& value);
// As ReadYaml into a Go map (values files, fromYaml): an empty document is an empty map; another kind is
// "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type ...",
// the Go type as given.
absl::StatusOr<Value> ReadYamlMap(absl::string_view text, const Limits& limits,
                                  absl::string_view go_type = "map[string]interface {}");
absl::StatusOr<Value> ReadYamlList(absl::string_view text, const Limits& limits,
                                   absl::string_view go_type = "[]interface {}");

// sigs.k8s.io/yaml.Marshal, final newline included. InvalidArgument for what JSON cannot hold (NaN, a map
// within itself); ResourceExhausted for more than `max_bytes`, about.
inline constexpr size_t kMostYaml = size_t{1} << 30;
absl::StatusOr<std::string> WriteYaml(const Value& value, size_t max_bytes = kMostYaml);
// toYamlPretty: go-yaml v3, two blanks of indentation for lists too; no detour by JSON.
absl::StatusOr<std::string> WriteYamlPretty(const Value& value, size_t max_bytes = kMostYaml);

}  // namespace devstats::chart
