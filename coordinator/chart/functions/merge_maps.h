// sprig's merge: dario.cat/mergo's rules for maps, as it has them without options and with WithOverride.
#pragma once
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart {

// What mergo refuses; all else that MergeMaps returns is a panic in Go.
inline constexpr absl::string_view kDifferentTypes = "src and dst must be of same type";

// Merges the map `source` into the map `target`, in place. Maps within maps merge; what else `source` has
// replaces what `target` lacks or has empty ("", 0, false, no items) and, with `overwrite`, anything, even by
// nil and empty values. Maps that `target` lacks become shared with `source`.
// InvalidArgument, with Go's words, when `target` cannot hold what `source` has.
absl::Status MergeMaps(Call& call, Value& target, const Value& source, bool overwrite);

}  // namespace devstats::chart
