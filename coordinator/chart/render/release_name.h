// Names of releases. Pure.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/environment.h"

namespace devstats::chart {

// `release name "A": invalid release name, must match regex ... and the length must not be longer than 53`,
// `release name "": no name provided`.
absl::Status CheckReleaseName(absl::string_view name);

// --name-template: "{{ randAlpha 6 | lower }}" without values.
absl::StatusOr<std::string> ReleaseNameFromTemplate(absl::string_view text, const Environment& environment);

}  // namespace devstats::chart
