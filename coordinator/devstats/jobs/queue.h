// Which jobs start now. Pure, but for the question what blocks one, which is asked of as few as need be.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "coordinator/devstats/jobs/job.h"

namespace devstats::jobs {

inline constexpr int kDefaultLimit = 8;  // running at a time, in one environment

struct Decision {
  std::vector<std::string> start;            // ids, in this order
  std::map<std::string, std::string> waits;  // of each other queued one: why
};

// Of the queued among `jobs` (in order of age): heavier ones first, then older ones; so many as `limit` of
// their environment allows beside the running ones; one of a project at a time, and, of those without
// project, one of a kind. One whose kind is `alone` has its environment to itself: while it is first in line,
// no other starts there. One that comes after another waits until that is no longer open (whoever calls this
// has ended it when that failed). `blocker` (JobWork's) is asked only of those that could start otherwise;
// what is blocked is passed over, and those behind it may start.
Decision Decide(const std::vector<Job>& jobs, const std::function<int(const std::string& environment)>& limit,
                const std::function<std::string(const Job&)>& blocker);

}  // namespace devstats::jobs
