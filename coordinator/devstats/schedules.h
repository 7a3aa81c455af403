// When projects are synced and their affiliations imported: spread evenly over the hours, so that neither the database
// nor GitHub sees them all at once. The formula is upstream's `splitcrons` (monthly mode). Pure.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "coordinator/spec/devstats.h"

namespace devstats::domain {

struct Schedule {
  std::string sync;          // "4 0,6,12,18 * * *"
  std::string affiliations;  // "0 20 28 * *"
  bool operator==(const Schedule&) const = default;
};
using Schedules = std::map<std::string, Schedule>;  // by project

// Those of `projects` (all that the environment shows, in the order of the catalog). What a project is given stands.
// The rest is computed. With `last` (what is in force), a project that has a schedule keeps it, whatever comes or goes
// around it; an empty `last` spreads all anew.
Schedules SchedulesOf(const spec::EnvironmentSpec& environment, const std::vector<spec::ProjectSpec>& projects,
                      const Schedules& last = {});

}  // namespace devstats::domain
