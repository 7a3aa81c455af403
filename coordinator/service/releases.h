// Releases by call: planned, changed and looked at, without gRPC. What changes one is an operation, carried
// out by the runner like any other; the rest reads the cluster.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/assemble/assemble.h"
#include "coordinator/release/record/storage.h"
#include "coordinator/run/runner.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::coordinator {

class Releases {
 public:
  // `runner`, and what `world` refers to, is not owned.
  Releases(World world, Runner* runner) : world_(std::move(world)), runner_(runner) {}

  // What the request would do, and what the release would be. Errors are Helm's where Helm has one.
  absl::StatusOr<v1::ReleasePlan> DoPlanRelease(const v1::ReleaseRequest& request);
  // Begins the operation and gives its id. Without a plan it does what the request comes to by then; with one
  // only just that, and it fails if the cluster has moved since. Who asks has approved it, be it destructive.
  absl::StatusOr<std::string> DoChangeRelease(const v1::ChangeReleaseRequest& request,
                                              const std::string& actor);

  absl::StatusOr<v1::ReleaseList> DoListReleases(const v1::ListReleasesRequest& request);
  // NotFound "release: not found".
  absl::StatusOr<v1::ReleaseDetail> DoGetRelease(const v1::GetReleaseRequest& request);
  // Oldest first.
  absl::StatusOr<v1::ReleaseList> DoGetReleaseHistory(const v1::GetReleaseRequest& request);
  // Objects that are not as the record says.
  absl::StatusOr<v1::ReleaseDrift> DoGetReleaseDrift(const v1::GetReleaseRequest& request);

 private:
  const chart::Limits& limits() const { return world_.charts->limits(); }
  release::Storage storage() const { return {world_.kube, world_.clock, &limits()}; }
  absl::StatusOr<release::Release> Find(const v1::GetReleaseRequest& request);
  absl::StatusOr<v1::ReleaseList> List(const release::ListFilter& filter);

  const World world_;
  Runner* const runner_;
  absl::Mutex rendering_;  // a rendering may take much memory: one at a time
};

}  // namespace devstats::coordinator
