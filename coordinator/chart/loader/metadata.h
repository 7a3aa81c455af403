// Chart.yaml, requirements.yaml and their locks as Helm reads them: YAML into Go structs by way of JSON
// (field names in any case, numbers and booleans for texts, unknown fields ignored). Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"

namespace devstats::chart {

// Puts what `yaml` says into `out`, over what is there. Lists may have null entries afterwards, which
// ValidateMetadata finds. "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go
// struct field Metadata.name of type string".
absl::Status ReadMetadata(absl::string_view yaml, const Limits& limits, Metadata& out);
absl::Status ReadLock(absl::string_view yaml, const Limits& limits, ChartLock& out);

// The same from JSON that has been read.
absl::Status MetadataOf(const Value& json, Metadata& out);
absl::Status LockOf(const Value& json, ChartLock& out);

// What is wrong with a Chart.yaml ("validation: chart.metadata.name is required"); OK if nothing. Also makes
// its texts printable.
absl::Status ValidateMetadata(Metadata& metadata);
// What it makes of a text: each white space a blank, nothing that cannot be printed.
std::string Sanitize(absl::string_view text);

}  // namespace devstats::chart
