// Paths as text, as Go's path and path/filepath have them on Linux. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

// path.Ext: from the last dot of the last element on; empty without one.
absl::string_view PathExtension(absl::string_view path);
// path.Base: the last element; "." of an empty path, "/" of nothing but slashes.
absl::string_view PathBase(absl::string_view path);
// path.Clean: the shortest equal path, by text alone; "." of an empty one.
std::string CleanPath(absl::string_view path);
// filepath.Match: *, ?, [a-z], [^a-z] and \x, none of which crosses a slash, against the whole of `path`.
// InvalidArgument "syntax error in pattern", also if the fault lies behind the first difference.
absl::StatusOr<bool> MatchPath(absl::string_view pattern, absl::string_view path);

}  // namespace devstats::chart
