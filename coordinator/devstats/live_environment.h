// An environment of the cluster.yaml in force, as whoever works on it finds it by name.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/spec/model.h"

namespace devstats::domain {

struct LiveEnvironment {
  spec::EnvironmentSpec environment;
  std::vector<spec::ProjectSpec> projects;    // that it shows
  std::vector<spec::ProjectSpec> known = {};  // all that there are, shown here or not
};

// NotFound, with what there is.
using EnvironmentFinder = std::function<absl::StatusOr<LiveEnvironment>(const std::string& name)>;

}  // namespace devstats::domain
