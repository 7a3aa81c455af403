// Merging of values (Helm's pkg/chartutil/coalesce.go, and pkg/cli/values for files). Pure; thread-safe for
// distinct maps.
#pragma once
#include <functional>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Warnings as Helm logs them: "cannot overwrite table with non table for c.a (map[])".
using Warn = std::function<void(const std::string&)>;

// A values file over those before it: maps merge, everything else (null too) replaces. Returns a new map.
Value MergeFiles(const Value& base, const Value& over);

// Fills `values` with what `defaults` has besides: CoalesceTables when `keep_nulls` is false (a null in
// `values` deletes the key of the defaults), MergeTables otherwise. In place; `path` is for warnings.
void FillTables(Value& values, const Value& defaults, absl::string_view path, bool keep_nulls, const Warn& warn);

}  // namespace devstats::chart
