// An environment as units of the graph: each step of its release set (release_set.h), after the steps that it
// needs.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/unit/graph.h"
#include "coordinator/addons/units.h"
#include "coordinator/devstats/host_gate.h"
#include "coordinator/devstats/jobs/store.h"
#include "coordinator/devstats/units/secrets_unit.h"
#include "coordinator/spec/model.h"

namespace devstats::domain {

// What the units reach the world with; nothing of it is owned.
struct EnvironmentParts {
  addons::UnitParts steps;
  SealedValues sealed;
  std::string chart;  // the folder of our chart
  HostProber* hosts = nullptr;
  jobs::Store* jobs = nullptr;
};

// `projects`: those that this environment shows. `after`: ids of the units that come before all of them.
absl::StatusOr<std::vector<GraphNode>> EnvironmentUnits(const spec::ClusterSpec& spec,
                                                        const spec::EnvironmentSpec& environment,
                                                        const std::vector<spec::ProjectSpec>& projects,
                                                        const std::vector<std::string>& after,
                                                        const EnvironmentParts& parts);

}  // namespace devstats::domain
