// values.schema.json: JSON Schema drafts 4, 6, 7, 2019-09 and 2020-12, messages as Helm prints them
// (santhosh-tekuri/jsonschema v6). No reference leaves the document. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// OK, or InvalidArgument with Helm's text for one chart, one "- at '/port': got string, want number" a line.
absl::Status CheckSchema(const Value& values, absl::string_view schema_json, const Limits& limits);

}  // namespace devstats::chart
