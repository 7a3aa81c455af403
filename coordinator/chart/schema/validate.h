// Validates JSON against a compiled schema.
#pragma once
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/schema/compiled.h"
#include "coordinator/chart/schema/document.h"

namespace devstats::chart::schema {

// The metaschema that a part of a schema has for its own; nullptr: that of the whole.
using OwnMetaschema = absl::FunctionRef<const Schema*(const Node& schema)>;

// OK, or InvalidArgument "jsonschema validation failed with 'URL#'" with a line for each failure; or
// ResourceExhausted; or FailedPrecondition where the original panics.
absl::Status Validate(const Schema& schema, const Node& value, const Limits& limits);
// The same with `metaschema`, of which parts of `value` may have another.
absl::Status Validate(const Schema& metaschema, const Node& value, const Limits& limits,
                      OwnMetaschema own_metaschema);

}  // namespace devstats::chart::schema
