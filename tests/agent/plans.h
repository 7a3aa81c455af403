// The paths of a plan's changes, for matchers.
#pragma once
#include <string>
#include <vector>

#include "common/unit/unit.h"

namespace devstats::agent {

inline std::vector<std::string> PathsOf(const UnitPlan& plan) {
  std::vector<std::string> paths;
  for (const Change& c : plan.changes()) paths.push_back(c.path());
  return paths;
}

}  // namespace devstats::agent
