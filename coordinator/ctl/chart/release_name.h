// How a release gets its name on the command line (Helm's Install.NameAndChart).
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/environment.h"

namespace devstats::ctl {

struct TemplateFlags;

struct NamedChart {
  std::string release, chart;
};

// Of `[NAME] CHART`, --generate-name and --name-template.
absl::StatusOr<NamedChart> NameAndChart(const TemplateFlags& flags, const chart::Environment& environment);

}  // namespace devstats::ctl
