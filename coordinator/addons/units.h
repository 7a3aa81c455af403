// Steps as units of the graph.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/unit/graph.h"
#include "coordinator/addons/answers_unit.h"
#include "coordinator/addons/chart_loader.h"
#include "coordinator/addons/steps.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::addons {

// What the units reach the world with; nothing of it is owned.
struct UnitParts {
  release::EngineParts engine;
  std::string coordinator;  // cluster id
  uint64_t epoch = 0;
  ChartSources sources;
  std::vector<Caller> callers;
  coordinator::Patience patience{.deadline = absl::Minutes(5)};  // of what is waited for between releases
};

// Each after the units that it needs, which make the world that it observes.
absl::StatusOr<std::vector<GraphNode>> UnitsOf(const spec::ClusterSpec& spec, const UnitParts& parts);

}  // namespace devstats::addons
