// Values of the chart engine as JSON. Pure.
#pragma once
#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/chart/value/value.h"

namespace devstats::release {

// A tree of ReadYamlTyped. Floats without a fraction are integers, as they are after Helm's way through JSON.
// InvalidArgument for what JSON cannot hold (.inf, .nan).
absl::StatusOr<Json> JsonOf(const chart::Value& value);

}  // namespace devstats::release
