// chartutil.Values: what .Values and the dot of a template are, and finding things in values by a path. Pure.
#pragma once
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// With the methods AsMap, Table, PathValue and YAML.
extern const Type kValuesType;

// The table at "a.b" in `values`. NotFound `"b" is not a table`.
absl::StatusOr<Value> TableAt(const Value& values, absl::string_view path);
// What stands at "a.b" in `values` and is no table. NotFound `"b" is not a value`.
absl::StatusOr<Value> ValueAt(const Value& values, absl::string_view path);

}  // namespace devstats::chart
