// Leases of coordination.k8s.io as JSON, with annotations that say what the holder does. Pure. Private to
// lease.
#pragma once
#include <string>

#include "absl/time/time.h"
#include "coordinator/release/engine/lease.h"

namespace devstats::release {

kube::ObjectRef LeaseOf(const ReleaseName& release);

// What a Lease tells. Texts from elsewhere are printable.
struct LeaseHolder {
  bool held = false;        // else it has been given back
  Writer writer;            // without a coordinator: it is not one of ours
  std::string identity;     // how he calls himself
  std::string since;        // as he says
  int revision = 0;         // announced
  absl::Duration duration;  // that he asks for, within reason
};
LeaseHolder HolderOf(const Json& lease);

// A Lease that nobody holds.
Json FreeLease(const kube::ObjectRef& ref);
// `now` is when it is acquired and renewed.
void SetHolder(const Writer& writer, absl::Duration duration, absl::Time now, Json* lease);
void SetRenewed(absl::Time now, Json* lease);
void SetRevision(int revision, Json* lease);  // 0: none
void SetFree(Json* lease);
// Why making a revision has failed, by the operation that did.
void SetFailure(const std::string& operation, int revision, const std::string& why, Json* lease);
// Empty: nothing of that operation and revision.
std::string FailureOf(const Json& lease, const std::string& operation, int revision);

}  // namespace devstats::release
