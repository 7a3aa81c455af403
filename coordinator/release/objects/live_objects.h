// What is there of many objects, with few requests: one list for each kind and namespace of which several are
// wanted, else each by itself; in parallel.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/kube/client.h"
#include "coordinator/release/objects/parallel.h"

namespace devstats::release {

struct LiveObjects {
  std::vector<Json> objects;  // by position; null: not there
  std::set<std::pair<std::string, std::string>>
      no_kinds;  // apiVersion and kind that the server does not have
};

// `metadata_only`: whoever reads may get no more than apiVersion, kind and metadata.
absl::StatusOr<LiveObjects> ReadLive(const std::vector<kube::ObjectRef>& refs, kube::KubeClient& client,
                                     const ParallelOptions& options, bool metadata_only = false);

}  // namespace devstats::release
