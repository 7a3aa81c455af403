// What a release's revisions mean for what comes next. Pure.
#pragma once
#include <optional>
#include <vector>

#include "coordinator/release/record/storage.h"

namespace devstats::release {

// The newest revision that is deployed.
std::optional<int> DeployedRevision(const std::vector<RevisionHead>& history);
// Where a failed upgrade goes back to: the newest revision before `failed` that is deployed or superseded.
std::optional<int> LastGoodRevision(const std::vector<RevisionHead>& history, int failed);
// Those that may have left objects in the cluster, newest first: from the newest on, down to the newest
// deployed one. All of them if none is.
std::vector<int> RevisionsWithObjects(const std::vector<RevisionHead>& history);
// Whether two looks at the history saw the same, a revision `ours` apart.
bool SameHistory(const std::vector<RevisionHead>& before, const std::vector<RevisionHead>& now, int ours);

}  // namespace devstats::release
