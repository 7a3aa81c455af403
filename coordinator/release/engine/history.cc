#include "coordinator/release/engine/history.h"

#include <algorithm>

namespace devstats::release {

std::optional<int> DeployedRevision(const std::vector<RevisionHead>& history) {
  for (auto head = history.rbegin(); head != history.rend(); ++head)
    if (head->status == ReleaseStatus::kDeployed) return head->revision;
  return std::nullopt;
}

std::optional<int> LastGoodRevision(const std::vector<RevisionHead>& history, int failed) {
  for (auto head = history.rbegin(); head != history.rend(); ++head) {
    const bool good = head->status == ReleaseStatus::kDeployed || head->status == ReleaseStatus::kSuperseded;
    if (good && head->revision < failed) return head->revision;
  }
  return std::nullopt;
}

std::vector<int> RevisionsWithObjects(const std::vector<RevisionHead>& history) {
  std::vector<int> revisions;
  for (auto head = history.rbegin(); head != history.rend(); ++head) {
    if (head->status == ReleaseStatus::kUninstalled) break;
    revisions.push_back(head->revision);
    if (head->status == ReleaseStatus::kDeployed) break;
  }
  return revisions;
}

bool SameHistory(const std::vector<RevisionHead>& before, const std::vector<RevisionHead>& now, int ours) {
  const auto without = [ours](const std::vector<RevisionHead>& history) {
    std::vector<std::pair<int, std::string>> seen;
    for (const RevisionHead& head : history)
      if (head.revision != ours) seen.emplace_back(head.revision, head.version);
    return seen;
  };
  return without(before) == without(now);
}

}  // namespace devstats::release
