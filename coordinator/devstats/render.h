// Our chart rendered for somebody who is no release: its objects, as a release of it would make them.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/addons/chart_loader.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::domain {

// `chart`: its folder. The server is asked for its version and kinds. InvalidArgument for values that the
// chart refuses.
absl::StatusOr<std::vector<Json>> RenderObjects(const std::string& chart, const Json& values,
                                                const release::ReleaseName& name,
                                                const addons::ChartSources& sources,
                                                const release::EngineParts& engine);

}  // namespace devstats::domain
