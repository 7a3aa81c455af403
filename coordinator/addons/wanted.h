// The release of a step as what the release engine is asked for.
#pragma once
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/addons/chart_loader.h"
#include "coordinator/addons/steps.h"
#include "coordinator/release/engine/release_unit.h"

namespace devstats::addons {

// On the records of all releases that cluster.yaml asks for: by it they are known when it no longer does
// (leftovers_unit.h).
inline constexpr char kSpecLabel[] = "devstats.io/cluster-yaml", kSpecLabelValue[] = "yes";

// `id` of the unit. What is asked for is made anew with each observation: the chart is loaded, values files
// are read. Its digest of inputs is over all of them, so that nothing is rendered anew while they are the
// same.
release::ReleaseWanted WantedOf(std::string id, const ReleaseStep& step, const ChartLocation& location,
                                const ChartSources& sources, const chart::Limits& limits);

}  // namespace devstats::addons
