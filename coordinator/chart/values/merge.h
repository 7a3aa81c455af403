// Merging of tables (Helm's pkg/chartutil/coalesce.go, and pkg/cli/values for files). A table is a plain
// map[string]interface {}. As in Go, tables are merged by reference: what lies deeper in one may afterwards
// be part of the other, and an argument's own table may change; who must keep one passes a DeepCopy.
// Thread-safe for distinct tables.
#pragma once
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Warnings as Helm logs them: "warning: cannot overwrite table with non table for c.a (map[])".
using Warn = std::function<void(const std::string&)>;

// Whether it is a map[string]interface {}, by Go's type assertion (Helm's istable): a chartutil.Values is
// not.
bool IsTable(const Value& value);

// Whether who walks `value` meets more than `values` values. As merging shares tables, one may lie within
// itself, or in so many places that copying would never end: look before walking what was merged twice.
bool IsLargerThan(const Value& value, size_t values);

// A values file over those before it: maps merge, everything else (null too) replaces. Returns a new map.
Value MergeFiles(const Value& base, const Value& over);

// Fills the table `values` in place with what the table `defaults` has besides: CoalesceTables when
// `keep_nulls` is false (a null in `values` deletes what the defaults set), MergeTables otherwise. A nil for
// either is no table and changes nothing, but that `values` becomes `defaults` itself. Nulls of `values` are
// put into `defaults`, too, as Helm does. `path` (empty: none) is for warnings.
void FillTables(Value& values, Value defaults, absl::string_view path, bool keep_nulls, const Warn& warn);

// Puts the `global` table of a parent's values `source` into the `dest` of a subchart: the parent's globals
// win, tables merge, nulls stay. `dest` has a `global` afterwards unless one of both is no table (a warning).
void CoalesceGlobals(Value& dest, const Value& source, absl::string_view path, const Warn& warn);

}  // namespace devstats::chart
