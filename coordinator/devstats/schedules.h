// When projects are synced and their affiliations imported: spread evenly over the hours, so that neither the
// database nor GitHub sees them all at once. The formula is upstream's `splitcrons` (monthly mode). Pure.
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

// Those of `projects` (all that the environment shows, in the order of the catalog). What a project is given
// stands. The rest is computed. With `last` (what is in force), a project that has a schedule keeps it,
// whatever comes or goes around it; an empty `last` spreads all anew.
//
// Kubernetes and All CNCF (by their databases, gha and allprj) have times of their own. Of the others those
// count that are active, have a domain here and are not suspended: their places divide the time evenly. The
// rest is placed behind them, as if the list went on. A new project gets the slot of its place in the list as
// it is now; that an older one may have the same minute is harmless: both wait for their locks.
Schedules SchedulesOf(const spec::EnvironmentSpec& environment,
                      const std::vector<spec::ProjectSpec>& projects, const Schedules& last = {});

}  // namespace devstats::domain
