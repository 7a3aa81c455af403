#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/record/storage_secret.h"

namespace devstats::release {
namespace {

// One answer of the server is limited, and a page of large records may be more: then they are read one by
// one.
absl::StatusOr<std::vector<Json>> Ask(kube::ListQuery query, kube::KubeClient& client) {
  auto list = client.List(query);
  if (absl::IsResourceExhausted(list.status()) && !query.metadata_only) {
    query.metadata_only = true;
    list = client.List(query);
  }
  if (!list.ok()) return Annotate(list.status(), "the records of releases");
  return std::move(list->items);
}

using NewestRevisions = std::map<ReleaseName, int>;

void Note(const Json& secret, NewestRevisions* newest) {
  if (const auto head = HeadOf(secret)) {
    int& revision = (*newest)[head->release];
    revision = std::max(revision, head->revision);
  }
}

// Which revision is the newest of its release does not depend on the user's labels.
absl::StatusOr<NewestRevisions> NewestOf(const ListFilter& filter, const std::string& selector,
                                         const std::vector<Json>& found, kube::KubeClient& client) {
  NewestRevisions out;
  if (filter.selector.empty()) {
    for (const Json& secret : found) Note(secret, &out);
    return out;
  }
  ASSIGN_OR_RETURN(const std::vector<Json> all, Ask({.api_version = "v1",
                                                     .kind = "Secret",
                                                     .namespace_ = filter.name_space,
                                                     .label_selector = selector,
                                                     .metadata_only = true},
                                                    client));
  for (const Json& secret : all) Note(secret, &out);
  return out;
}

}  // namespace

absl::StatusOr<std::vector<Release>> Storage::List(const ListFilter& filter,
                                                   const std::function<void(const std::string&)>& skipped) {
  const std::string selector = filter.superseded ? "owner=helm" : "owner=helm,status!=superseded";
  ASSIGN_OR_RETURN(
      const std::vector<Json> found,
      Ask({.api_version = "v1",
           .kind = "Secret",
           .namespace_ = filter.name_space,
           .label_selector = absl::StrCat(selector, filter.selector.empty() ? "" : ",", filter.selector)},
          *client_));
  NewestRevisions newest;
  if (!filter.superseded) {
    ASSIGN_OR_RETURN(newest, NewestOf(filter, selector, found, *client_));
  }
  std::vector<Release> out;
  for (const Json& secret : found) {
    const auto head = HeadOf(secret);
    if (!head || (!filter.superseded && newest[head->release] != head->revision)) continue;
    auto release = secret.contains("data") ? Read(secret) : Get(head->release, head->revision);
    if (release.ok())
      out.push_back(*std::move(release));
    else if (!absl::IsNotFound(release.status()))  // deleted a moment ago
      skipped(std::string(release.status().message()));
  }
  std::sort(out.begin(), out.end(), [](const Release& a, const Release& b) {
    return std::tie(a.name_space, a.name, a.revision) < std::tie(b.name_space, b.name, b.revision);
  });
  return out;
}

}  // namespace devstats::release
